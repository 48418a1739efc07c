#include "faults/additive_noise.hpp"

#include <algorithm>
#include <array>
#include <numbers>

namespace laggard::faults {

void GaussianNoise::Config::fields(Fields& fields) {
  fields.number({"sigma", "standard deviation of the noise"}, sigma, kNonNegative);
}

void GaussianNoise::apply(const Address& at, std::span<double> result) const {
  if (config_.sigma <= 0.0) return;
  Stream stream = at.stream(Purpose::kNoise);
  // Normals come in pairs, so an even buffer gives the same numbers as one draw for all.
  std::array<double, 256> buffer{};
  while (!result.empty()) {
    const std::span<double> part = result.first(std::min(buffer.size(), result.size()));
    const std::span<double> normals = std::span(buffer).first(part.size());
    fill_standard_normal(stream, normals);
    for (std::size_t i = 0; i < part.size(); ++i) part[i] += config_.sigma * normals[i];
    result = result.subspan(part.size());
  }
}

void UniformNoise::Config::fields(Fields& fields) {
  fields.number({"width", "largest size of the noise"}, width, kNonNegative);
}

void UniformNoise::apply(const Address& at, std::span<double> result) const {
  Stream stream = at.stream(Purpose::kNoise);
  for (double& value : result) value += config_.width * (2.0 * uniform01(stream) - 1.0);
}

double UniformNoise::sigma() const {
  return config_.width * std::numbers::inv_sqrt3;
}

}  // namespace laggard::faults
