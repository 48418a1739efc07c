// What `laggard summary` shows of an approximation.
#pragma once

#include "sweep/experiment_kind.hpp"

namespace laggard::approximation {

/// The points with their errors, the reconstructed queries of schemes that pass answers on, and
/// slopes of the error in N and S. Errors: DataError.
std::vector<sweep::SummaryPart> report_on(const hdf5::File& file,
                                          const sweep::SummaryRequest& request);

}  // namespace laggard::approximation
