// Parameters that `laggard tune` has found.
#pragma once

#include <stdexcept>

#include "core/fields.hpp"
#include "core/rules.hpp"

namespace laggard::schemes {

/// What `laggard tune` found for the point. The runtime puts the number in its place.
inline constexpr std::string_view kTunedRule = "tuned:FILE";

inline void require_looked_up(const NumberOrRule& value) {
  if (names_rule(value.rule, kTunedRule))
    throw std::logic_error("nobody has looked up " + value.rule);
}

}  // namespace laggard::schemes
