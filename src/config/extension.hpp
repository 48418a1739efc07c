// Whether one configuration asks for all that another one did, and more.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/experiment.hpp"

namespace laggard::config {

/// What a configuration makes of the points of an older one.
struct Extension {
  std::vector<std::uint32_t> now;  ///< the number of each old point in the new configuration
  std::string obstacle;            ///< why there is no such number, or fewer trials; else empty
};

/// Two points are the same if all that their combinations of the sweep set is the same, however the
/// sweeps are written, but for the number of trials, which may only grow. Errors: ConfigError if
/// one of the configurations is none.
Extension extension_of(const Json& there, const Json& now, const Vocabulary& vocabulary);

}  // namespace laggard::config
