// How far the decoded values are from the model's own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/types.hpp"

namespace laggard::metrics {

struct Errors {
  double mse = kNaN;                      ///< mean over points and output coordinates
  double max_error = kNaN;                ///< largest absolute error
  double relative_error = kNaN;           ///< Frobenius norm of the error over that of the truth
  double accuracy = kNaN;                 ///< decoded argmax equals the label; NaN without labels
  double base_accuracy = kNaN;            ///< the model's own argmax equals the label
  double agreement = kNaN;                ///< decoded argmax equals the model's own; NaN for m = 1
  std::uint32_t reconstructed = 0;        ///< rows marked as such
  double degraded_accuracy = kNaN;        ///< accuracy of these rows alone (ParM's A_d)
  double reconstruction_accuracy = kNaN;  ///< agreement of these rows alone
};

/// `truth` and `estimates` are K x m; `labels` has K elements or none. Ties of argmax go to the
/// lower class; a row with NaN agrees with nothing. `reconstructed` has K elements or none.
Errors measure(const Matrix& truth, const Matrix& estimates, std::span<const std::int32_t> labels,
               const std::vector<bool>& reconstructed = {});

/// How many values are NaN or infinite.
std::uint32_t count_nonfinite(const double* values, std::size_t count);

}  // namespace laggard::metrics
