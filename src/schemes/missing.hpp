// Data points without an estimate of their own.
#pragma once

#include <string>
#include <vector>

#include "core/fields.hpp"
#include "schemes/scheme.hpp"

namespace laggard::schemes {

/// How they are scored; recorded with the configuration. The last two look at the data: the answer
/// of the nearest data point that has one, or kriging from all that have one (math/kriging.hpp).
enum class MissingRule { kMean, kZero, kNaN, kNearest, kKriging };

/// Errors: Inapplicable for kriging of more data points than there is room for.
MissingRule missing_rule(const std::string& name, std::uint32_t data_points);
void missing_field(Fields& fields, std::string& missing);

constexpr bool looks_at_data(MissingRule rule) {
  return rule == MissingRule::kNearest || rule == MissingRule::kKriging;
}

/// Operations of the rule in a round: 2 K^2 d for the distances between the data points, and for
/// kriging K^2 (K / 3 + 2 K) at most for its system and its weights.
double missing_flops(MissingRule rule, const CodecSizes& sizes);

/// For a rule that looks at the data (K x d): each row of a point marked in `unavailable` becomes a
/// combination of the other rows, NaN if there is none. Errors: NeedsData if `data` is null.
void fill_from_neighbours(MissingRule rule, const std::vector<bool>& unavailable,
                          const Matrix* data, Matrix& rows);

/// Counts the points marked in `unavailable` and gives their rows of the estimates their score: the
/// mean of the other rows (NaN where there is none), zero, NaN, or what their neighbours say.
void score_missing(MissingRule rule, const std::vector<bool>& unavailable, const Matrix* data,
                   Decoded& decoded);

}  // namespace laggard::schemes
