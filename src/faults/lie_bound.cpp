#include "faults/lie_bound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace laggard::faults {

void LieBound::fields(Fields& fields) {
  fields.number_or_rule({"bound",
                         "M: lies are cut to [-M, M]; 'auto': the largest size of the honest "
                         "answers of the trial"},
                        bound_, kPositive, {"auto"});
}

double LieBound::of(const Matrix& answers) const {
  if (!bound_.is("auto")) return bound_.number;
  double largest = 0.0;
  for (Index i = 0; i < answers.size(); ++i) {
    const double size = std::abs(answers.data()[i]);
    if (std::isfinite(size)) largest = std::max(largest, size);
  }
  return largest;
}

std::string nobody_honest(std::size_t liars, std::size_t answers) {
  if (liars < answers) return {};
  return fmt::format("{} liars among {} expected answers leave nobody honest", liars, answers);
}

}  // namespace laggard::faults
