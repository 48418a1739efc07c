#include "schemes/missing.hpp"

#include <fmt/format.h>

#include "math/kriging.hpp"

namespace laggard::schemes {

MissingRule missing_rule(const std::string& name, std::uint32_t data_points) {
  if (name == "kriging" && data_points > math::kLargestKriging)
    throw Inapplicable(fmt::format("K = {}: missing 'kriging' works up to K = {}", data_points,
                                   math::kLargestKriging));
  if (name == "kriging") return MissingRule::kKriging;
  if (name == "nearest") return MissingRule::kNearest;
  if (name == "mean") return MissingRule::kMean;
  return name == "zero" ? MissingRule::kZero : MissingRule::kNaN;
}

double missing_flops(MissingRule rule, const CodecSizes& sizes) {
  const double pairs = sizes.data_points * sizes.data_points;
  const double distances = looks_at_data(rule) ? 2.0 * pairs * sizes.width : 0.0;
  const double system = rule == MissingRule::kKriging ? 7.0 / 3.0 * pairs * sizes.data_points : 0.0;
  return distances + system;
}

void missing_field(Fields& fields, std::string& missing) {
  fields.text({"missing",
               "what stands for the result of a lost point: the mean of the results that arrived, "
               "that of the nearest data point, kriging from all of them, zeros, or nan"},
              missing, {"mean", "nearest", "kriging", "zero", "nan"});
}

void fill_from_neighbours(MissingRule rule, const std::vector<bool>& unavailable,
                          const Matrix* data, Matrix& rows) {
  std::vector<Index> lost, there;
  for (std::size_t i = 0; i < unavailable.size(); ++i)
    (unavailable[i] ? lost : there).push_back(static_cast<Index>(i));
  if (lost.empty()) return;
  if (data == nullptr)
    throw NeedsData(
        fmt::format("missing is '{}'", rule == MissingRule::kNearest ? "nearest" : "kriging"),
        "the matrix depends on the data of each trial", "give 'mean'");
  if (there.empty()) {
    rows.setConstant(kNaN);
    return;
  }
  const Matrix places = math::reduced_places(*data);
  const Matrix targets = places(lost, Eigen::all), nodes = places(there, Eigen::all);
  const Matrix weights = rule == MissingRule::kNearest ? math::nearest_matrix(targets, nodes)
                                                       : math::kriging_matrix(targets, nodes);
  rows(lost, Eigen::all) = weights * rows(there, Eigen::all);
}

void score_missing(MissingRule rule, const std::vector<bool>& unavailable, const Matrix* data,
                   Decoded& decoded) {
  Matrix& estimates = decoded.estimates;
  Eigen::RowVectorXd score = Eigen::RowVectorXd::Zero(estimates.cols());
  for (std::size_t i = 0; i < unavailable.size(); ++i) {
    if (unavailable[i])
      ++decoded.unavailable;
    else
      score += estimates.row(static_cast<Index>(i));
  }
  if (decoded.unavailable == 0) return;
  if (looks_at_data(rule)) return fill_from_neighbours(rule, unavailable, data, estimates);
  if (rule == MissingRule::kMean)
    score /= static_cast<double>(unavailable.size() - decoded.unavailable);
  else
    score.setConstant(rule == MissingRule::kZero ? 0.0 : kNaN);
  for (std::size_t i = 0; i < unavailable.size(); ++i)
    if (unavailable[i]) estimates.row(static_cast<Index>(i)) = score;
}

}  // namespace laggard::schemes
