// The order of rows in a finished file.
#pragma once

#include "hdf5/file.hpp"

namespace laggard::output {

/// Sorts /trials and /timings of an open file by combination of the sweep, trial and point, as one
/// master writes them, where several groups of ranks or a resumed run did not. What is in order
/// stays untouched. Memory: all rows of one table.
void sort_rows(hdf5::File& file);

}  // namespace laggard::output
