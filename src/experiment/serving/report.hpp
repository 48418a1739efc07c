// What `laggard summary` shows of a serving experiment.
#pragma once

#include <vector>

#include "hdf5/file.hpp"
#include "sweep/experiment_kind.hpp"

namespace laggard::serving {

/// Errors: DataError.
std::vector<sweep::SummaryPart> report_on(const hdf5::File& file,
                                          const sweep::SummaryRequest& request);

}  // namespace laggard::serving
