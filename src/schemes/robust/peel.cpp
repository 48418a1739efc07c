#include "schemes/robust/peel.hpp"

#include "math/spline_outliers.hpp"

namespace laggard::schemes {

void Peel::Config::fields(Fields& fields) {
  adversaries_field(fields, adversaries);
  fields.boolean({"readmit",
                  "answers that fit after all return; false: always reject as many as are "
                  "expected at most"},
                 readmit);
}

std::size_t Peel::least_answers(std::size_t /*data_points*/, std::size_t liars) const {
  return math::least_values(liars);
}

std::vector<Index> Peel::locate(const CurveAnswers& answers, std::size_t liars) const {
  return math::find_outliers(answers.knots, answers.targets, answers.results, {liars, readmit_})
      .rows;
}

}  // namespace laggard::schemes
