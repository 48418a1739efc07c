// Decoders among which one can be chosen for a trial.
#pragma once

#include <cstdint>

namespace laggard {

/// kNone: nothing was chosen in the trial. The numbers are in result files: append, never renumber.
enum class DecoderKind : std::uint8_t { kNone, kBerrut, kSpline, kQuintic, kPolynomial };

}  // namespace laggard
