// Results that travel in half precision.
#pragma once

#include "faults/noise.hpp"

namespace laggard::faults {

/// The nearest IEEE 754 binary16 number, ties to even: 11 significant bits, subnormals down to
/// 2^-24, infinite from 65520 on. Rounded once, from the double: by way of a float, some values
/// would be rounded twice and end up one unit off. NaN stays NaN.
double to_float16(double value);

/// The nearest bfloat16 number, ties to even: 8 significant bits, the exponents of a float,
/// subnormals down to 2^-133.
double to_bfloat16(double value);

class Float16Rounding final : public Noise {
 public:
  using Config = NoParameters;

  explicit Float16Rounding(Config) {}

  void apply(const Address& at, std::span<double> result) const override;
};

class Bfloat16Rounding final : public Noise {
 public:
  using Config = NoParameters;

  explicit Bfloat16Rounding(Config) {}

  void apply(const Address& at, std::span<double> result) const override;
};

}  // namespace laggard::faults
