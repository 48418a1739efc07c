#include "faults/rounding.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/random.hpp"
#include "faults/make.hpp"

namespace laggard::faults {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A 16-bit format, decoded from its bits as the standard says; the slow reference.
struct Bits16 {
  int fraction_bits;
  int exponent_bits;

  int bias() const { return (1 << (exponent_bits - 1)) - 1; }
  int infinite() const { return ((1 << exponent_bits) - 1) << fraction_bits; }

  /// Value of a positive finite number. The bits of infinity give what would be the next number,
  /// which is where rounding to infinity begins to be nearer.
  double value(int bits) const {
    const int exponent = bits >> fraction_bits;
    const int fraction = bits & ((1 << fraction_bits) - 1);
    const double unit = std::ldexp(1.0, -fraction_bits);
    if (exponent == 0) return std::ldexp(fraction * unit, 1 - bias());
    return std::ldexp(1.0 + fraction * unit, exponent - bias());
  }

  std::vector<double> all() const {
    std::vector<double> values;
    for (int bits = 0; bits <= infinite(); ++bits) values.push_back(value(bits));
    return values;
  }
};

constexpr Bits16 kHalf{10, 5};
constexpr Bits16 kBrain{7, 8};

/// Nearest of all the numbers, ties to the even bits.
double nearest(const std::vector<double>& all, double value) {
  const double magnitude = std::abs(value);
  const auto above = std::lower_bound(all.begin(), all.end(), magnitude);
  auto best = above == all.end() ? all.end() - 1 : above;
  if (above != all.begin() && above != all.end()) {
    const auto below = above - 1;
    const double up = *above - magnitude, down = magnitude - *below;
    if (down < up || (down == up && (below - all.begin()) % 2 == 0)) best = below;
  }
  return std::copysign(best == all.end() - 1 ? kInfinity : *best, value);
}

void check_same(double got, double expected) {
  REQUIRE(got == expected);
  REQUIRE(std::signbit(got) == std::signbit(expected));
}

/// Every number, and around every midpoint of neighbours, of both signs.
void check_everywhere(const Bits16& format, double (*round)(double)) {
  const std::vector<double> all = format.all();
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    const double middle = all[i] + (all[i + 1] - all[i]) / 2.0;
    for (const double value :
         {all[i], std::nextafter(all[i], kInfinity), std::nextafter(middle, 0.0), middle,
          std::nextafter(middle, kInfinity)}) {
      check_same(round(value), nearest(all, value));
      check_same(round(-value), nearest(all, -value));
    }
  }
}

/// Doubles of all exponents around the range of the format.
void check_random(const Bits16& format, double (*round)(double)) {
  const std::vector<double> all = format.all();
  Stream stream({1, Purpose::kNoise, 0, 0});
  const int reach = format.bias() + format.fraction_bits + 4;
  for (int i = 0; i < 200'000; ++i) {
    const int exponent =
        static_cast<int>(uniform_index(stream, static_cast<std::uint32_t>(2 * reach + 1)));
    const double value = std::ldexp(1.0 + uniform01(stream), exponent - reach);
    check_same(round(value), nearest(all, value));
  }
}

TEST_CASE("float16 rounds to the nearest of all 65536 numbers", "[noise][rounding]") {
  check_everywhere(kHalf, to_float16);
  check_random(kHalf, to_float16);
}

TEST_CASE("bfloat16 rounds to the nearest of all 65536 numbers", "[noise][rounding]") {
  check_everywhere(kBrain, to_bfloat16);
  check_random(kBrain, to_bfloat16);
}

TEST_CASE("Known halves", "[noise][rounding]") {
  CHECK(to_float16(0.1) == 0.0999755859375);
  CHECK(to_float16(65504.0) == 65504.0);
  CHECK(to_float16(65519.999) == 65504.0);
  CHECK(to_float16(65520.0) == kInfinity);
  CHECK(to_float16(-1e300) == -kInfinity);
  CHECK(to_float16(0x1p-24) == 0x1p-24);
  CHECK(to_float16(0x1p-25) == 0.0);
  CHECK(to_float16(0x1.0000000000001p-25) == 0x1p-24);
  CHECK(to_float16(2049.0) == 2048.0);
  CHECK(to_float16(2051.0) == 2052.0);
  // A float in between would round this down to a tie, and the tie to even.
  CHECK(to_float16(1.0 + 0x1p-11 + 0x1p-40) == 1.0 + 0x1p-10);
}

TEST_CASE("Known bfloat16 numbers", "[noise][rounding]") {
  CHECK(to_bfloat16(0.1) == 0.10009765625);
  CHECK(to_bfloat16(257.0) == 256.0);
  CHECK(to_bfloat16(259.0) == 260.0);
  CHECK(to_bfloat16(0x1.fep127) == 0x1.fep127);
  CHECK(to_bfloat16(0x1.ffp127) == kInfinity);
  CHECK(to_bfloat16(0x1p-133) == 0x1p-133);
  CHECK(to_bfloat16(0x1p-134) == 0.0);
}

TEST_CASE("Special values keep their kind and sign", "[noise][rounding]") {
  for (const auto round : {to_float16, to_bfloat16}) {
    CHECK(round(kInfinity) == kInfinity);
    CHECK(round(-kInfinity) == -kInfinity);
    CHECK(std::isnan(round(std::numeric_limits<double>::quiet_NaN())));
    CHECK_FALSE(std::signbit(round(0.0)));
    CHECK(std::signbit(round(-0.0)));
    CHECK(round(5e-324) == 0.0);
    CHECK(std::signbit(round(-5e-324)));
  }
}

TEST_CASE("Rounding is a noise of sigma 0", "[noise][rounding]") {
  std::vector<double> values{0.1, 257.0};
  const auto half = testing::make_noise(R"({"kind": "float16"})");
  half->apply({1, 2, 3}, values);
  CHECK(values == std::vector<double>{0.0999755859375, 257.0});
  CHECK(half->sigma() == 0.0);
  values = {0.1, 257.0};
  const auto brain = testing::make_noise(R"({"kind": "bfloat16"})");
  brain->apply({1, 2, 3}, values);
  CHECK(values == std::vector<double>{0.10009765625, 256.0});
  CHECK(brain->sigma() == 0.0);
}

}  // namespace
}  // namespace laggard::faults
