// How long the master waited, and for whom, on the average over the trials of a point.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/records.hpp"
#include "hdf5/file.hpp"

namespace laggard::output {

struct TrialMeans {
  double received = kNaN;  ///< |F|
  /// Workers whose answer came too late. NaN where the file does not tell late answers from lost
  /// ones: it has no /workers, and workers may have been lost.
  double late = kNaN;
  double completion_s = kNaN;  ///< on the clock of the run
};

/// By the number of the point, for those that have trials. A trial without a finite value makes the
/// mean NaN. Errors: DataError.
std::map<std::uint32_t, TrialMeans> trial_means(const hdf5::File& file,
                                                const std::vector<PointRecord>& points);

}  // namespace laggard::output
