#include "faults/additive_noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "faults/group_shares.hpp"

namespace laggard::faults {

void GaussianNoise::Config::fields(Fields& fields) {
  fields.number({"sigma", "standard deviation of the noise"}, sigma, kNonNegative);
}

namespace {

void add_normals(double sigma, const Address& at, std::span<double> result) {
  if (sigma <= 0.0) return;
  Stream stream = at.stream(Purpose::kNoise);
  // Normals come in pairs, so an even buffer gives the same numbers as one draw for all.
  std::array<double, 256> buffer{};
  while (!result.empty()) {
    const std::span<double> part = result.first(std::min(buffer.size(), result.size()));
    const std::span<double> normals = std::span(buffer).first(part.size());
    fill_standard_normal(stream, normals);
    for (std::size_t i = 0; i < part.size(); ++i) part[i] += sigma * normals[i];
    result = result.subspan(part.size());
  }
}

}  // namespace

void GaussianNoise::apply(const Address& at, std::span<double> result) const {
  add_normals(config_.sigma, at, result);
}

void GroupNoise::Config::fields(Fields& fields) {
  fields.numbers({"shares", "probability of each group, up to a common factor"}, shares,
                 kNonNegative);
  fields.numbers({"sigmas", "standard deviation of the noise on the workers of each group"}, sigmas,
                 kPositive);
}

GroupNoise::GroupNoise(Config config) : config_(std::move(config)) {
  const double whole =
      whole_of_shares(config_.shares, "/noise", "sigmas", config_.sigmas.size(), "sigma");
  for (double& share : config_.shares) share /= whole;
}

double GroupNoise::sigma_of(std::uint64_t seed, std::uint32_t worker) const {
  constexpr std::uint32_t kGroupStep = kSteps - 2;  // no trial has so many, nor has tuning
  Stream stream = Address{seed, 0, worker, kGroupStep}.stream(Purpose::kNoise);
  double left = uniform01(stream);
  std::size_t last = 0;
  for (std::size_t group = 0; group < config_.shares.size(); ++group) {
    if (!(config_.shares[group] > 0.0)) continue;
    last = group;
    left -= config_.shares[group];
    if (left < 0.0) break;
  }
  return config_.sigmas[last];
}

void GroupNoise::apply(const Address& at, std::span<double> result) const {
  add_normals(sigma_of(at.seed, at.worker), at, result);
}

double GroupNoise::sigma() const {
  double square = 0.0;
  for (std::size_t group = 0; group < config_.shares.size(); ++group)
    square += config_.shares[group] * config_.sigmas[group] * config_.sigmas[group];
  return std::sqrt(square);
}

std::vector<double> GroupNoise::sigmas(std::uint64_t seed, std::uint32_t workers) const {
  std::vector<double> sigmas;
  for (std::uint32_t worker = 0; worker < workers; ++worker)
    sigmas.push_back(sigma_of(seed, worker));
  return sigmas;
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
