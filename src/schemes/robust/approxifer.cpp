#include "schemes/robust/approxifer.hpp"

#include "math/rational_locator.hpp"

namespace laggard::schemes {

void Approxifer::Config::fields(Fields& fields) {
  adversaries_field(fields, adversaries);
}

std::size_t Approxifer::least_answers(std::size_t data_points, std::size_t liars) const {
  return math::locator_values(data_points, liars);
}

std::vector<Index> Approxifer::locate(const CurveAnswers& answers, std::size_t liars) const {
  return math::locate_errors(answers.knots, answers.results, answers.targets.size(), liars);
}

}  // namespace laggard::schemes
