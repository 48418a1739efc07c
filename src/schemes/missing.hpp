// Data points without an estimate of their own.
#pragma once

#include <string>
#include <vector>

#include "core/fields.hpp"
#include "schemes/scheme.hpp"

namespace laggard::schemes {

/// How they are scored; recorded with the configuration.
enum class MissingRule { kMean, kZero, kNaN };

MissingRule missing_rule(const std::string& name);
void missing_field(Fields& fields, std::string& missing);

/// Counts the points marked in `unavailable` and gives their rows of the estimates their score: the
/// mean of the other rows (NaN where there is none), zero, or NaN.
void score_missing(MissingRule rule, const std::vector<bool>& unavailable, Decoded& decoded);

}  // namespace laggard::schemes
