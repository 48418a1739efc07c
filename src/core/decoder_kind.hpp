// Decoders of curves that can be chosen by the answers, as in the column `decoder` of /trials.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace laggard {

/// kNone: nothing was chosen.
enum class DecoderKind : std::uint8_t { kNone, kBerrut, kSpline, kQuintic, kPolynomial };

inline constexpr std::size_t kDecoderKinds = 5;

/// By their numbers.
inline std::vector<std::string_view> decoder_kind_names() {
  return {"none", "berrut", "spline", "quintic", "polynomial"};
}

}  // namespace laggard
