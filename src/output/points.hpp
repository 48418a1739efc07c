// The points of a run in its file.
#pragma once

#include <string>
#include <vector>

#include "core/records.hpp"
#include "hdf5/table.hpp"

namespace laggard::output {

void write_points(hdf5::File& file, const std::vector<PointRecord>& points);

/// Points of a file of any version: where it has no `combination`, neighbours with the same
/// parameters are one; `active` is then N. Errors: DataError.
std::vector<PointRecord> read_points(const hdf5::File& file);

/// S as text: its mean where losses are random.
std::string stragglers_of(const PointRecord& point);

/// "point 3 (bacc, N = 64, S = 2, /noise/sigma = 0.5)", with all that the sweep sets; long values
/// are cut. Distinctions tells what sets the point apart from the others.
std::string describe(const PointRecord& point);

}  // namespace laggard::output
