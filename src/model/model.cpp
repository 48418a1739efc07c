#include "model/model.hpp"

#include "model/expression.hpp"
#include "model/polynomial.hpp"

namespace laggard::model {

const std::vector<ModelKind>& models() {
  static const std::vector<ModelKind> table{
      kind<Expression, Model, const ModelContext&>("expression", "formulas in x1..xd"),
      kind<Polynomial, Model, const ModelContext&>("polynomial", "random polynomials of a degree"),
  };
  return table;
}

}  // namespace laggard::model
