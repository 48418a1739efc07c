// What LCC says of its own limits.
#include "schemes/lcc.hpp"

#include <catch2/catch.hpp>
#include <numeric>

#include "core/random.hpp"

using namespace laggard;
using namespace laggard::schemes;
using Catch::Matchers::Contains;

namespace {

Lcc lcc(std::uint32_t k, std::uint32_t n, double degree, const std::string& beta = "chebyshev") {
  Lcc::Config config;
  config.beta = beta;
  config.degree = degree > 0.0 ? NumberOrRule{degree, ""} : NumberOrRule{0.0, "auto"};
  return {config, {k, n, 0, 0.0, std::nullopt, false}};
}

Survivors all_but(std::uint32_t workers, std::uint32_t lost) {
  return [=] {
    Stream stream({1, Purpose::kStragglers, 0, 0});
    auto drawn = sample_without_replacement(stream, workers, workers - lost);
    std::sort(drawn.begin(), drawn.end());
    return drawn;
  };
}

}  // namespace

TEST_CASE("LCC has nothing to say where it is exact and sound") {
  const Caveat caveat = lcc(5, 20, 3).caveat(all_but(20, 5));
  CHECK(caveat.text.empty());
  CHECK_FALSE(caveat.spoils);
  CHECK(lcc(5, 20, 3).caveat([] { return std::vector<WorkerId>(); }).text.empty());
}

TEST_CASE("LCC says when too few answers come, and when f is no known polynomial") {
  const Caveat few = lcc(5, 20, 3).caveat(all_but(20, 8));
  CHECK_THAT(few.text, Contains("12 answers") && Contains("13 are needed"));
  CHECK_FALSE(few.spoils);
  CHECK_THAT(lcc(5, 20, 0).caveat(all_but(20, 2)).text, Contains("degree of f is not known"));
}

TEST_CASE("A degree of LCC is whole") {
  CHECK_THROWS_WITH(lcc(8, 20, 2.5), Contains("/degree is 2.5") && Contains("whole number"));
}

TEST_CASE("LCC says when rounding leaves no digits") {
  for (const Lcc& scheme : {lcc(200, 1000, 0), lcc(200, 1000, 2)}) {
    const auto survivors = all_but(1000, 500);
    const Caveat caveat = scheme.caveat(survivors);
    CHECK(caveat.spoils);
    CHECK_THAT(caveat.text, Contains("multiplies rounding errors") && Contains("of 16 digits"));
    CHECK(scheme.decoder_matrix(survivors()).allFinite());
  }
  // The exact case with equispaced workers: all answers come, and not a digit is right.
  const Caveat exact = lcc(30, 100, 3, "equispaced").caveat(all_but(100, 0));
  CHECK(exact.spoils);
  CHECK_THAT(exact.text, Contains("none of 16 digits"));
}
