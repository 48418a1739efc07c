// What tells two configurations apart.
#pragma once

#include <string>

#include "config/json.hpp"

namespace laggard::config {

/// "/trials is 20 there and 30 now" for the first member in which two documents differ, or "".
/// Long values are cut.
std::string first_difference(const Json& there, const Json& now);

/// The same for two texts of JSON.
std::string first_difference(const std::string& there, const std::string& now);

}  // namespace laggard::config
