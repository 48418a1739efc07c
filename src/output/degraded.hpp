// What is left of the accuracy where answers had to be reconstructed.
#pragma once

#include <string>
#include <vector>

#include "output/summary.hpp"

namespace laggard::output {

/// ParM's metrics (arXiv 1905.00863, section 4.1) of one scheme over all points that differ only in
/// which positions of a group are lost (/stragglers/workers), not in how many: the averages over
/// all choices of the lost query, if each is lost in turn. Accuracies lie in [0, 1]; NaN without
/// labels.
struct DegradedRecord {
  std::string scheme;
  std::uint32_t workers = 0, data_points = 0;
  std::string parameters;                           ///< JSON of what else the sweep set
  std::uint32_t lost = 0;                           ///< positions; 0 if the sweep set none
  std::int64_t reconstructed = 0, unavailable = 0;  ///< queries over all trials
  double base_accuracy = kNaN;                      ///< A_a, of the model itself
  double degraded_accuracy = kNaN;                  ///< A_d, of the reconstructions
  double reconstruction_accuracy = kNaN;            ///< they give the model's own class
  double random_accuracy = kNaN;                    ///< 1 / m, of an answer made up

  /// A_o(f) = (1 - f) A_a + f A_d where a share f of the queries is reconstructed.
  double overall_accuracy(double unavailable_share) const {
    return (1.0 - unavailable_share) * base_accuracy + unavailable_share * degraded_accuracy;
  }
};

/// Records of the schemes that reconstructed something anywhere, in the order of the points; where
/// there was nothing to reconstruct, none.
std::vector<DegradedRecord> degraded(const ResultSummary& summary);

}  // namespace laggard::output
