#include "core/random.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "statistics.hpp"

namespace laggard {
namespace {

using namespace testing;

using Block = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

constexpr StreamAddress kAddress{0x0123456789abcdefULL, Purpose::kDelay, 4, 5};

/// Philox4x32-10 as the paper writes it (Salmon et al., SC'11), independent of the library in use.
Block reference_philox(Block counter, PhiloxKey key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {
        static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(p1),
        static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

TEST_CASE("The reference generator gives the published answers", "[random]") {
  // The lines "philox4x32 10" of kat_vectors, which comes with Random123.
  constexpr std::uint32_t kOnes = 0xffffffff;
  CHECK(reference_philox({0, 0, 0, 0}, {0, 0}) ==
        Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(reference_philox({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}) ==
        Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(reference_philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                         {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("A stream is Philox with the documented counter and key", "[random]") {
  SECTION("the published answer that an address can reach") {
    Stream stream({0, static_cast<Purpose>(0), 0, 0});
    CHECK(stream() == 0xe169c58d6627e8d5ULL);
    CHECK(stream() == 0x9b00dbd8bc57ac4cULL);
  }
  SECTION("any address, over several blocks") {
    for (const std::uint32_t trial : {0U, 1U, 0xffffffffU})
      for (const std::uint32_t worker : {0U, 77U, 0xffffffffU})
        for (const std::uint64_t seed : {std::uint64_t{1}, UINT64_MAX, std::uint64_t{1} << 32}) {
          for (const std::uint32_t step : {0U, 3U, kSteps - 1}) {
            Stream stream({seed, Purpose::kNoise, trial, worker, step});
            for (std::uint32_t block = 0; block < 3; ++block) {
              const Block random = reference_philox(
                  {block, worker, trial, 4 + 256 * step},
                  {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
              CHECK(stream() == ((std::uint64_t{random[1]} << 32) | random[0]));
              CHECK(stream() == ((std::uint64_t{random[3]} << 32) | random[2]));
            }
          }
        }
  }
}

TEST_CASE("Purposes keep their numbers", "[random]") {
  // They are part of every published result.
  CHECK(static_cast<std::uint32_t>(Purpose::kData) == 1);
  CHECK(static_cast<std::uint32_t>(Purpose::kStragglers) == 2);
  CHECK(static_cast<std::uint32_t>(Purpose::kDelay) == 3);
  CHECK(static_cast<std::uint32_t>(Purpose::kNoise) == 4);
  CHECK(static_cast<std::uint32_t>(Purpose::kModel) == 5);
  CHECK(static_cast<std::uint32_t>(Purpose::kTies) == 6);
  CHECK(static_cast<std::uint32_t>(Purpose::kHoldout) == 7);
  CHECK(static_cast<std::uint32_t>(Purpose::kTraining) == 8);
  CHECK(static_cast<std::uint32_t>(Purpose::kMarkovState) == 9);
  CHECK(static_cast<std::uint32_t>(Purpose::kBootstrap) == 10);
  CHECK(static_cast<std::uint32_t>(Purpose::kAugmentation) == 11);
}

TEST_CASE("Pinned values of every distribution", "[random]") {
  Stream stream(kAddress);
  SECTION("words") {
    CHECK(stream() == 0xbf4924efd8da5db3ULL);
    CHECK(stream() == 0x3909c544b3de3f88ULL);
    CHECK(stream() == 0x354a238fb1cc8d15ULL);
    CHECK(stream.draws() == 3);
  }
  SECTION("uniform01") {
    CHECK(uniform01(stream) == 0.7472098432125248);
    CHECK(stream.draws() == 1);
  }
  SECTION("uniform01_open_low") {
    CHECK(uniform01_open_low(stream) == 1.0 - 0.7472098432125248);
    CHECK(stream.draws() == 1);
  }
  SECTION("standard_normal") {
    CHECK(standard_normal(stream) == Approx(0.2819976040049657).epsilon(1e-14));
    CHECK(stream.draws() == 2);
  }
  SECTION("fill_standard_normal") {
    std::array<double, 3> values{};
    fill_standard_normal(stream, values);
    CHECK(values[0] == Approx(0.2819976040049657).epsilon(1e-14));
    CHECK(values[1] == Approx(1.6342791866101853).epsilon(1e-14));
    CHECK(stream.draws() == 4);
  }
  SECTION("uniform_index") {
    for (const std::uint32_t expected : {747U, 222U, 208U, 979U})
      CHECK(uniform_index(stream, 1000) == expected);
    CHECK(stream.draws() == 4);
  }
  SECTION("random_permutation") {
    CHECK(random_permutation(stream, 6) == std::vector<std::uint32_t>{5, 3, 2, 0, 1, 4});
  }
  SECTION("sample_without_replacement") {
    CHECK(sample_without_replacement(stream, 10, 4) == std::vector<std::uint32_t>{7, 3, 1, 9});
  }
}

TEST_CASE("Streams of different addresses do not meet", "[random]") {
  std::set<std::uint64_t> words;
  std::size_t drawn = 0;
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32})
    for (std::uint32_t purpose = 1; purpose <= 9; ++purpose)
      for (std::uint32_t trial = 0; trial < 12; ++trial)
        for (std::uint32_t worker = 0; worker < 12; ++worker) {
          Stream stream({seed, static_cast<Purpose>(purpose), trial, worker});
          for (int i = 0; i < 4; ++i, ++drawn) words.insert(stream());
        }
  CHECK(words.size() == drawn);
}

TEST_CASE("The first numbers of neighbouring addresses are independent", "[random]") {
  constexpr std::uint32_t kSide = 300;
  std::vector<double> uniforms, along_workers, along_trials;
  const auto first = [](std::uint32_t trial, std::uint32_t worker) {
    Stream stream({1, Purpose::kDelay, trial, worker});
    return uniform01(stream);
  };
  for (std::uint32_t trial = 0; trial < kSide; ++trial)
    for (std::uint32_t worker = 0; worker < kSide; ++worker) {
      const double u = first(trial, worker) - 0.5;
      uniforms.push_back(u + 0.5);
      along_workers.push_back(u * (first(trial, worker + 1) - 0.5));
      along_trials.push_back(u * (first(trial + 1, worker) - 0.5));
    }
  CHECK(kolmogorov_smirnov(uniforms, [](double x) { return x; }) < 1.95);
  CHECK(standard_errors(along_workers, 0.0) < 4.0);
  CHECK(standard_errors(along_trials, 0.0) < 4.0);
}

TEST_CASE("uniform_index is unbiased", "[random]") {
  Stream stream({7, Purpose::kData, 0, 0});
  SECTION("small bounds") {
    for (const std::uint32_t bound : {1U, 2U, 3U, 7U, 10U}) {
      std::vector<std::size_t> counts(bound);
      for (int i = 0; i < 20'000; ++i) ++counts.at(uniform_index(stream, bound));
      if (bound > 1) CHECK(unevenness(counts) < 4.0);
    }
  }
  SECTION("a bound where scaling alone would give one residue half of all") {
    constexpr std::uint32_t kBound = 3U << 30U;
    std::vector<std::size_t> counts(3);
    for (int i = 0; i < 30'000; ++i) ++counts.at(uniform_index(stream, kBound) % 3);
    CHECK(unevenness(counts) < 4.0);
    CHECK(stream.draws() > 30'000);
  }
  SECTION("the largest bound") {
    std::uint32_t largest = 0;
    for (int i = 0; i < 1000; ++i) largest = std::max(largest, uniform_index(stream, UINT32_MAX));
    CHECK(largest > 0xff000000U);
    CHECK(largest < UINT32_MAX);
  }
}

TEST_CASE("Normals are normal and come in independent pairs", "[random]") {
  constexpr std::size_t kCount = 50'000;
  std::vector<double> values(kCount);
  Stream stream({3, Purpose::kNoise, 1, 2});
  fill_standard_normal(stream, values);
  CHECK(stream.draws() == kCount);
  CHECK(kolmogorov_smirnov(values, normal_cdf) < 1.95);
  CHECK(standard_errors(values, 0.0) < 4.0);
  // The variance of a normal sample's variance is 2 / (n - 1).
  CHECK(std::abs(variance_of(values) - 1.0) < 4.0 * std::sqrt(2.0 / (kCount - 1)));
  std::vector<double> products, squares;
  for (std::size_t i = 0; i < kCount; i += 2) {
    products.push_back(values[i] * values[i + 1]);
    squares.push_back((values[i] * values[i] - 1.0) * (values[i + 1] * values[i + 1] - 1.0));
  }
  CHECK(standard_errors(products, 0.0) < 4.0);
  CHECK(standard_errors(squares, 0.0) < 4.0);

  std::vector<double> empty;
  fill_standard_normal(stream, empty);
  CHECK(stream.draws() == kCount);
}

template <class Draw>
std::vector<std::size_t> count_outcomes(std::size_t outcomes, std::size_t times, const Draw& draw) {
  std::map<std::vector<std::uint32_t>, std::size_t> seen;
  for (std::uint32_t trial = 0; trial < times; ++trial) {
    Stream stream({11, Purpose::kStragglers, trial, 0});
    ++seen[draw(stream)];
  }
  REQUIRE(seen.size() == outcomes);
  std::vector<std::size_t> counts;
  for (const auto& [outcome, count] : seen) counts.push_back(count);
  return counts;
}

TEST_CASE("All permutations are equally likely", "[random]") {
  CHECK(unevenness(count_outcomes(24, 24'000, [](Stream& s) { return random_permutation(s, 4); })) <
        4.0);
  Stream stream(kAddress);
  CHECK(random_permutation(stream, 0).empty());
  CHECK(random_permutation(stream, 1) == std::vector<std::uint32_t>{0});
}

TEST_CASE("All ordered samples are equally likely", "[random]") {
  const auto draw = [](std::uint32_t bound, std::uint32_t count) {
    return [=](Stream& s) { return sample_without_replacement(s, bound, count); };
  };
  CHECK(unevenness(count_outcomes(5, 10'000, draw(5, 1))) < 4.0);
  CHECK(unevenness(count_outcomes(20, 20'000, draw(5, 2))) < 4.0);
  CHECK(unevenness(count_outcomes(60, 30'000, draw(5, 3))) < 4.0);
  CHECK(unevenness(count_outcomes(24, 24'000, draw(4, 4))) < 4.0);
}

TEST_CASE("Samples are distinct, in range and extend each other", "[random]") {
  for (const std::uint32_t bound : {1U, 10U, 1000U, UINT32_MAX})
    for (const std::uint32_t count : {0U, 1U, 10U, 1000U}) {
      if (count > bound) continue;
      Stream stream(kAddress);
      const auto sample = sample_without_replacement(stream, bound, count);
      CHECK(sample.size() == count);
      CHECK(std::set<std::uint32_t>(sample.begin(), sample.end()).size() == count);
      for (const std::uint32_t value : sample) REQUIRE(value < bound);
      if (count == 0) continue;
      Stream again(kAddress);
      const auto shorter = sample_without_replacement(again, bound, count - 1);
      CHECK(std::equal(shorter.begin(), shorter.end(), sample.begin()));
    }
}

}  // namespace
}  // namespace laggard
