#include "model/gradient_model.hpp"

#include "model/logistic.hpp"
#include "model/networks.hpp"

namespace laggard::model {

const std::vector<GradientModelKind>& gradient_models() {
  static const std::vector<GradientModelKind> table = [] {
    std::vector<GradientModelKind> kinds{kind<Logistic, GradientModel, const GradientModelContext&>(
        "logistic", "multinomial logistic regression: one layer and a softmax")};
    for (GradientModelKind& network : gradient_networks()) kinds.push_back(std::move(network));
    return kinds;
  }();
  return table;
}

}  // namespace laggard::model
