// The points of a run in its file.
#pragma once

#include <vector>

#include "core/records.hpp"
#include "hdf5/table.hpp"

namespace laggard::output {

void write_points(hdf5::File& file, const std::vector<PointRecord>& points);

/// Points of a file of any version: where it has no `combination`, neighbours with the same
/// parameters are one; `active` is then N. Errors: DataError.
std::vector<PointRecord> read_points(const hdf5::File& file);

}  // namespace laggard::output
