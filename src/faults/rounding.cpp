#include "faults/rounding.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace laggard::faults {
namespace {

/// A binary floating-point format of at most the range of a double.
struct Format {
  int fraction_bits;  ///< without the implicit leading one
  int least_exponent;
  int greatest_exponent;
};

constexpr Format kFloat16{10, -14, 15};
constexpr Format kBfloat16{7, -126, 127};

constexpr int kDoubleFraction = 52;
constexpr int kDoubleBias = 1023;

double round_to(const Format& format, double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const int exponent = static_cast<int>((bits >> kDoubleFraction) & 0x7FFU) - kDoubleBias;
  if (exponent > kDoubleBias) return value;  // infinite or NaN
  // Below half of the least subnormal, which includes the subnormals of double.
  if (exponent < format.least_exponent - format.fraction_bits - 1) return std::copysign(0.0, value);

  // Below the least exponent the spacing stays the same, so more bits go.
  const int dropped =
      kDoubleFraction - format.fraction_bits + std::max(0, format.least_exponent - exponent);
  const std::uint64_t one = 1;
  const std::uint64_t significand =
      (bits & ((one << kDoubleFraction) - 1)) | (one << kDoubleFraction);
  const std::uint64_t odd = (significand >> dropped) & 1U;
  const std::uint64_t rounded = (significand + (one << (dropped - 1)) - 1 + odd) >> dropped;
  const double magnitude =
      std::ldexp(static_cast<double>(rounded), exponent - kDoubleFraction + dropped);
  const double limit = std::ldexp(1.0, format.greatest_exponent + 1);
  return std::copysign(magnitude < limit ? magnitude : std::numeric_limits<double>::infinity(),
                       value);
}

}  // namespace

double to_float16(double value) {
  return round_to(kFloat16, value);
}

double to_bfloat16(double value) {
  return round_to(kBfloat16, value);
}

void Float16Rounding::apply(const Address&, std::span<double> result) const {
  for (double& value : result) value = to_float16(value);
}

void Bfloat16Rounding::apply(const Address&, std::span<double> result) const {
  for (double& value : result) value = to_bfloat16(value);
}

}  // namespace laggard::faults
