#include "core/random.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace laggard {

void Stream::refill() {
  const std::uint32_t purpose = static_cast<std::uint32_t>(address_.purpose) | address_.step << 8;
  const r123::Philox4x32::ctr_type counter = {{block_++, address_.worker, address_.trial, purpose}};
  const r123::Philox4x32::key_type key = {
      {static_cast<std::uint32_t>(address_.seed), static_cast<std::uint32_t>(address_.seed >> 32)}};
  const auto random = r123::Philox4x32()(counter, key);
  words_[0] = (static_cast<std::uint64_t>(random[1]) << 32) | random[0];
  words_[1] = (static_cast<std::uint64_t>(random[3]) << 32) | random[2];
  position_ = 0;
}

std::uint32_t uniform_index(Stream& stream, std::uint32_t bound) {
  // The high word of x * bound is uniform once the few x whose low word falls below 2^32 mod bound
  // are drawn again.
  const auto product_of_draw = [&] { return (stream() >> 32) * std::uint64_t{bound}; };
  std::uint64_t product = product_of_draw();
  if (static_cast<std::uint32_t>(product) < bound) {
    const std::uint32_t threshold = (0U - bound) % bound;
    while (static_cast<std::uint32_t>(product) < threshold) product = product_of_draw();
  }
  return static_cast<std::uint32_t>(product >> 32);
}

namespace {

struct NormalPair {
  double first;
  double second;
};

NormalPair box_muller(Stream& stream) {
  const double radius = std::sqrt(-2.0 * std::log(uniform01_open_low(stream)));
  const double angle = 2.0 * std::numbers::pi * uniform01(stream);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace

double standard_normal(Stream& stream) {
  return box_muller(stream).first;
}

void fill_standard_normal(Stream& stream, std::span<double> values) {
  for (std::size_t i = 0; i < values.size(); i += 2) {
    const NormalPair pair = box_muller(stream);
    values[i] = pair.first;
    if (i + 1 < values.size()) values[i + 1] = pair.second;
  }
}

std::vector<std::uint32_t> random_permutation(Stream& stream, std::uint32_t count) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  for (std::uint32_t i = count; i > 1; --i)
    std::swap(order[i - 1], order[uniform_index(stream, i)]);
  return order;
}

std::vector<std::uint32_t> sample_without_replacement(Stream& stream, std::uint32_t bound,
                                                      std::uint32_t count) {
  std::unordered_map<std::uint32_t, std::uint32_t> moved;
  const auto at = [&](std::uint32_t i) {
    const auto found = moved.find(i);
    return found == moved.end() ? i : found->second;
  };
  std::vector<std::uint32_t> sample(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t j = i + uniform_index(stream, bound - i);
    sample[i] = at(j);
    moved[j] = at(i);
  }
  return sample;
}

}  // namespace laggard
