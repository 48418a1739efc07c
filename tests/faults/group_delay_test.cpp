#include "faults/group_delay.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "faults/make.hpp"

namespace laggard::faults {
namespace {

using Catch::Matchers::Contains;
using testing::make_delay;

TEST_CASE("Each group of workers has its own delay", "[delay]") {
  const auto delay = make_delay(R"({"kind": "groups", "sizes": [2, 0, 3], "delays": [
      {"kind": "constant", "seconds": 1}, {"kind": "constant", "seconds": 2},
      {"kind": "constant", "seconds": 3}, {"kind": "constant", "seconds": 4}]})");
  const Seconds expected[] = {1, 1, 3, 3, 3, 4, 4};
  for (WorkerId worker = 0; worker < 7; ++worker)
    CHECK(delay->sample({1, 0, worker}) == expected[worker]);
  CHECK(delay->sample({1, 0, 0xffffffffU}) == 4);
  CHECK_FALSE(delay->constant());
}

TEST_CASE("A worker in a group draws what it would draw alone", "[delay]") {
  const std::string weibull = R"({"kind": "weibull", "shape": 0.7})";
  const std::string markov = R"({"kind": "markov", "to_slow": 0.3})";
  const auto groups =
      make_delay(R"({"kind": "groups", "sizes": [4], "delays": [)" + weibull + "," + markov + "]}");
  const auto first = make_delay(weibull), others = make_delay(markov);
  for (std::uint32_t trial = 0; trial < 20; ++trial)
    for (WorkerId worker = 0; worker < 8; ++worker) {
      const Address at{7, trial, worker};
      CHECK(groups->sample(at) == (worker < 4 ? first : others)->sample(at));
    }
}

TEST_CASE("Groups within groups", "[delay]") {
  const auto delay = make_delay(R"({"kind": "groups", "sizes": [3], "delays": [
      {"kind": "groups", "sizes": [1], "delays": [{"kind": "none"}, {"kind": "constant"}]},
      {"kind": "constant", "seconds": 5}]})");
  CHECK(delay->sample({1, 0, 0}) == 0);
  CHECK(delay->sample({1, 0, 1}) == 1);
  CHECK(delay->sample({1, 0, 3}) == 5);
}

TEST_CASE("One group is the delay itself", "[delay]") {
  CHECK(make_delay(R"({"kind": "groups", "sizes": [], "delays": [{"kind": "none"}]})")->constant());
}

TEST_CASE("Mistakes in groups of workers are named", "[delay]") {
  CHECK_THROWS_WITH(make_delay(R"({"kind": "groups", "sizes": [1, 2]})"),
                    Contains("/delay/sizes has 2 numbers") && Contains("2 delays"));
  CHECK_THROWS_AS(make_delay(R"({"kind": "groups", "sizes": [1, 2]})"), ConfigError);
  CHECK_THROWS_WITH(make_delay(R"({"kind": "groups", "delays": [{"kind": "load"}], "sizes": []})"),
                    Contains("/delay/delays/0/kind is 'load'") && Contains("ranks"));
  CHECK_THROWS_WITH(make_delay(R"({"kind": "groups", "delays": [{"kind": "nothing"}]})"),
                    Contains("/delay/delays/0/kind"));
  CHECK_THROWS_WITH(make_delay(R"({"kind": "groups", "sizes": [], "delays": [
                        {"kind": "markov", "to_slow": 0, "to_fast": 0}]})"),
                    Contains("/delay/delays/0: ") && Contains("never change"));
  CHECK_THROWS_WITH(make_delay(R"({"kind": "groups", "delays": []})"),
                    Contains("/delay/delays is an empty list"));
}

}  // namespace
}  // namespace laggard::faults
