// The order of rows in a finished file.
#pragma once

#include <vector>

#include "core/records.hpp"
#include "core/result_sink.hpp"
#include "hdf5/file.hpp"

namespace laggard::output {

/// Sorts the rows of an open file's units by combination of the sweep, trial and point, as one
/// master writes them, where several groups of ranks or a resumed run did not. Rows of one unit
/// keep their order. A table that is in order, and one of TableRole::kLog, stays untouched. Memory:
/// 8 bytes a row of one table; all its rows where they are out of order.
void sort_rows(hdf5::File& file, const std::vector<PointRecord>& points, const Layout& layout);

}  // namespace laggard::output
