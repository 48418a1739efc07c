#include "metrics/errors.hpp"

#include <algorithm>
#include <cmath>

namespace laggard::metrics {
namespace {

constexpr std::int32_t kNoClass = -1;

std::int32_t argmax(const Matrix& matrix, Index row) {
  Index best = 0;
  for (Index j = 0; j < matrix.cols(); ++j) {
    if (std::isnan(matrix(row, j))) return kNoClass;
    if (matrix(row, j) > matrix(row, best)) best = j;
  }
  return static_cast<std::int32_t>(best);
}

}  // namespace

Errors measure(const Matrix& truth, const Matrix& estimates, std::span<const std::int32_t> labels,
               const std::vector<bool>& reconstructed) {
  Errors errors;
  errors.reconstructed =
      static_cast<std::uint32_t>(std::count(reconstructed.begin(), reconstructed.end(), true));
  const auto difference = (estimates - truth).array();
  const double squares = difference.square().sum();
  errors.mse = squares / static_cast<double>(truth.size());
  errors.max_error = difference.abs().maxCoeff<Eigen::PropagateNaN>();
  errors.relative_error = std::sqrt(squares) / truth.norm();
  if (truth.cols() < 2) return errors;

  // Counts of all rows, and of the reconstructed ones.
  double agree[2] = {}, right[2] = {}, base_right = 0.0;
  for (Index k = 0; k < truth.rows(); ++k) {
    const auto row = static_cast<std::size_t>(k);
    const int among = !reconstructed.empty() && reconstructed[row] ? 1 : 0;
    const std::int32_t own = argmax(truth, k);
    const std::int32_t decoded = argmax(estimates, k);
    agree[among] += own != kNoClass && own == decoded ? 1.0 : 0.0;
    if (labels.empty()) continue;
    right[among] += decoded == labels[row] ? 1.0 : 0.0;
    base_right += own == labels[row] ? 1.0 : 0.0;
  }
  const double count = static_cast<double>(truth.rows());
  errors.agreement = (agree[0] + agree[1]) / count;
  if (!labels.empty()) {
    errors.accuracy = (right[0] + right[1]) / count;
    errors.base_accuracy = base_right / count;
  }
  if (errors.reconstructed == 0) return errors;
  errors.reconstruction_accuracy = agree[1] / errors.reconstructed;
  if (!labels.empty()) errors.degraded_accuracy = right[1] / errors.reconstructed;
  return errors;
}

std::uint32_t count_nonfinite(const double* values, std::size_t count) {
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < count; ++i) found += std::isfinite(values[i]) ? 0U : 1U;
  return found;
}

}  // namespace laggard::metrics
