#include "model/model.hpp"

#include "model/expression.hpp"
#include "model/networks.hpp"
#include "model/polynomial.hpp"

namespace laggard::model {

const std::vector<ModelKind>& models() {
  static const std::vector<ModelKind> table = [] {
    std::vector<ModelKind> kinds{
        kind<Expression, Model, const ModelContext&>("expression", "formulas in x1..xd"),
        kind<Polynomial, Model, const ModelContext&>("polynomial",
                                                     "random polynomials of a degree"),
        kind<TorchScript, Model, const ModelContext&>(
            "torchscript",
            "a module saved by PyTorch; it is a program, load only files that you trust"),
    };
    for (ModelKind& network : network_models()) kinds.push_back(std::move(network));
    return kinds;
  }();
  return table;
}

}  // namespace laggard::model
