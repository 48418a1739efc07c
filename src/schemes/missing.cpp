#include "schemes/missing.hpp"

namespace laggard::schemes {

MissingRule missing_rule(const std::string& name) {
  if (name == "mean") return MissingRule::kMean;
  return name == "zero" ? MissingRule::kZero : MissingRule::kNaN;
}

void missing_field(Fields& fields, std::string& missing) {
  fields.text({"missing",
               "what stands for the result of a lost point: the mean of the results that arrived, "
               "zeros, or nan"},
              missing, {"mean", "zero", "nan"});
}

void score_missing(MissingRule rule, const std::vector<bool>& unavailable, Decoded& decoded) {
  Matrix& estimates = decoded.estimates;
  Eigen::RowVectorXd score = Eigen::RowVectorXd::Zero(estimates.cols());
  for (std::size_t i = 0; i < unavailable.size(); ++i) {
    if (unavailable[i])
      ++decoded.unavailable;
    else
      score += estimates.row(static_cast<Index>(i));
  }
  if (decoded.unavailable == 0) return;
  if (rule == MissingRule::kMean)
    score /= static_cast<double>(unavailable.size() - decoded.unavailable);
  else
    score.setConstant(rule == MissingRule::kZero ? 0.0 : kNaN);
  for (std::size_t i = 0; i < unavailable.size(); ++i)
    if (unavailable[i]) estimates.row(static_cast<Index>(i)) = score;
}

}  // namespace laggard::schemes
