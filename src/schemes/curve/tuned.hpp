// Parameters that `laggard tune` has found.
#pragma once

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/fields.hpp"
#include "core/rules.hpp"

namespace laggard::schemes {

/// What `laggard tune` found for the point. Where f is approximated, its number has taken the place
/// of the rule before a scheme is made.
inline constexpr std::string_view kTunedRule = "tuned:FILE";

/// Errors: ConfigError for a rule that nobody has looked up.
inline void require_looked_up(const NumberOrRule& value) {
  if (names_rule(value.rule, kTunedRule))
    throw ConfigError(fmt::format("'{}' stands for a number here", value.rule),
                      "only an experiment of the kind approximation has points to look it up for",
                      "write the number that `laggard tune` found");
}

}  // namespace laggard::schemes
