// Which values of a sweep move together.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/records.hpp"

namespace laggard::output {

/// What the sweep sets at one point: pointers and their values as JSON texts, in the sweep's order.
using Setting = std::vector<std::pair<std::string, std::string>>;

/// Pointers whose value follows from those of `axes` and of the pointers before it, at every
/// point: along these axes they move with it, and a table need not name them. Only
/// numbers and members of schemes follow: a line that joins several models or data sets means
/// nothing. A pointer with one value follows nothing, nor does one that is not set everywhere.
std::set<std::string> following(const std::vector<Setting>& settings,
                                const std::vector<std::string>& axes);

/// The same for the pointers that the sweep sets as a whole at these points.
std::set<std::string> followers(const std::vector<PointRecord>& points,
                                const std::vector<std::string>& axes);

/// What the sweep set, without the values at these pointers: JSON to JSON.
std::string without_pointers(const std::string& parameters, const std::set<std::string>& pointers);

}  // namespace laggard::output
