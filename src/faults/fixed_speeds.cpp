#include "faults/fixed_speeds.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace laggard::faults {

void ListedSpeeds::Config::fields(Fields& fields) {
  fields.numbers({"factors", "factor of each worker on its computing time; N of them"}, factors,
                 kSpeedFactor);
}

ListedSpeeds::ListedSpeeds(Config config) : factors_(std::move(config.factors)) {
  if (factors_.empty())
    throw ConfigError("/speeds/factors is empty", "every worker needs a factor",
                      "list as many factors as there are workers");
}

std::vector<double> ListedSpeeds::factors(std::uint64_t, std::uint32_t workers) const {
  return {factors_.begin(), factors_.begin() + workers};
}

std::string ListedSpeeds::conflict(std::uint32_t workers) const {
  if (factors_.size() >= workers) return {};
  return fmt::format("/speeds/factors has {} factors for {} workers", factors_.size(), workers);
}

}  // namespace laggard::faults
