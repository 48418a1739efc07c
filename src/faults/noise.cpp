#include "faults/noise.hpp"

#include "faults/additive_noise.hpp"
#include "faults/rounding.hpp"

namespace laggard::faults {

const std::vector<NoiseKind>& noises() {
  static const std::vector<NoiseKind> table{
      kind<NoNoise, Noise>("none", "results arrive as they are"),
      kind<GaussianNoise, Noise>("gaussian", "independent normal noise on every value"),
      kind<GroupNoise, Noise>("groups", "normal noise that is stronger on some workers"),
      kind<UniformNoise, Noise>("uniform", "independent uniform noise on every value"),
      kind<Float16Rounding, Noise>("float16", "rounded to IEEE half precision"),
      kind<Bfloat16Rounding, Noise>("bfloat16", "rounded to bfloat16"),
  };
  return table;
}

}  // namespace laggard::faults
