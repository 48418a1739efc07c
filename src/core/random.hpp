// Addressed random streams (R8). A stream is named by what it is for, never by who asks: the same
// (seed, purpose, trial, step, worker) gives the same numbers on any rank, in any order, for any
// scheme.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace laggard {

/// What a stream is drawn for. The numbers are part of every result: append, never renumber. They
/// stay below 256, see StreamAddress::step.
enum class Purpose : std::uint32_t {
  kData = 1,
  kStragglers = 2,
  kDelay = 3,
  kNoise = 4,
  kModel = 5,
  kTies = 6,
  kHoldout = 7,
  kTraining = 8,
  kMarkovState = 9,
  kBootstrap = 10,
  kAugmentation = 11,
  kLiars = 12,
  kLies = 13,
  kSpeeds = 20,
};

struct StreamAddress {
  std::uint64_t seed = 0;
  Purpose purpose = Purpose::kData;
  std::uint32_t trial = 0;
  std::uint32_t worker = 0;
  /// The step of a training run or the batch of a serving run, below kSteps. It shares a word of
  /// the counter with the purpose.
  std::uint32_t step = 0;
};

inline constexpr std::uint32_t kSteps = 1U << 24;

/// A sequence of 64-bit words from Philox4x32-10 (Salmon et al., SC'11): key = seed, counter =
/// (block, worker, trial, purpose + 256 step). 2^33 words per address. Satisfies
/// UniformRandomBitGenerator, but the distributions below are ours, because those of the standard
/// library differ between implementations.
class Stream {
 public:
  using result_type = std::uint64_t;

  explicit Stream(const StreamAddress& address) : address_(address) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  result_type operator()() {
    if (position_ == words_.size()) refill();
    ++draws_;
    return words_[position_++];
  }

  /// How many words have been drawn; tests of distributions count them.
  std::uint64_t draws() const { return draws_; }

 private:
  void refill();

  StreamAddress address_;
  std::array<result_type, 2> words_{};
  std::size_t position_ = 2;
  std::uint32_t block_ = 0;
  std::uint64_t draws_ = 0;
};

/// Uniform on [0, 1), 53 bits; one draw.
inline double uniform01(Stream& stream) {
  return static_cast<double>(stream() >> 11) * 0x1.0p-53;
}

/// Uniform on (0, 1]; one draw. For logarithms.
inline double uniform01_open_low(Stream& stream) {
  return 1.0 - uniform01(stream);
}

/// Uniform on [0, bound), unbiased (Lemire 2019); one draw, rarely more. bound > 0.
std::uint32_t uniform_index(Stream& stream, std::uint32_t bound);

/// Standard normal by Box-Muller; two draws.
double standard_normal(Stream& stream);

/// Fills with independent standard normals, two from every two draws.
void fill_standard_normal(Stream& stream, std::span<double> values);

/// A uniformly random permutation of 0..count-1 (Fisher-Yates).
std::vector<std::uint32_t> random_permutation(Stream& stream, std::uint32_t count);

/// `count` distinct numbers below `bound` in random order; O(count) memory and time (sparse
/// Fisher-Yates). count <= bound.
std::vector<std::uint32_t> sample_without_replacement(Stream& stream, std::uint32_t bound,
                                                      std::uint32_t count);

}  // namespace laggard
