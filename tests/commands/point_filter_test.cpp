#include "commands/point_filter.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "experiment/kinds.hpp"

namespace laggard::commands {
namespace {

using Catch::Matchers::Contains;

std::vector<PointRecord> points() {
  const auto point = [](std::uint32_t number, const char* scheme, const char* parameters) {
    return PointRecord{number, scheme, 0, 0, 0, 0.0, parameters, ""};
  };
  return {point(0, "bacc", R"({"/workers":16,"/wait":{"kind":"fastest","count":8}})"),
          point(1, "letcc", R"({"/workers":16,"/wait":{"kind":"fastest","count":8}})"),
          point(2, "bacc", R"({"/workers":64,"/wait":{"kind":"all"}})"),
          point(3, "letcc", R"({"/workers":64,"/wait":{"kind":"all"}})")};
}

constexpr const char* kConfig =
    R"({"workers": 9, "trials": 5, "wait": {"kind": "all"}, "clock": "virtual", "seed": 1.0})";

std::vector<std::uint32_t> passing(std::vector<std::string> schemes,
                                   std::vector<std::string> conditions) {
  const auto test = PointFilter{std::move(schemes), std::move(conditions)}.test(
      kConfig, points(), experiment::kinds().vocabulary());
  std::vector<std::uint32_t> numbers;
  for (const PointRecord& point : points())
    if (test(point)) numbers.push_back(point.point);
  return numbers;
}

using Numbers = std::vector<std::uint32_t>;

TEST_CASE("Points are chosen by scheme and by what holds at them", "[filter]") {
  CHECK(passing({}, {}) == Numbers{0, 1, 2, 3});
  CHECK(passing({"bacc"}, {}) == Numbers{0, 2});
  CHECK(passing({"bacc", "letcc"}, {"/workers=16"}) == Numbers{0, 1});
  CHECK(passing({}, {"/workers=64.0"}) == Numbers{2, 3});
  CHECK(passing({}, {"/workers=16", "/workers=64"}) == Numbers{0, 1, 2, 3});
  CHECK(passing({"letcc"}, {"/wait/kind=all", "/trials=5"}) == Numbers{3});
  CHECK(passing({}, {R"(/wait={"kind":"all"})"}) == Numbers{2, 3});
  CHECK(passing({}, {R"(/wait={"count":8,"kind":"fastest"})"}) == Numbers{0, 1});
  CHECK(passing({}, {"/clock=virtual", "/wait/count=8"}) == Numbers{0, 1});
  CHECK(passing({}, {"/seed=1"}) == Numbers{0, 1, 2, 3});
}

TEST_CASE("Filters that nothing can pass say why", "[filter]") {
  CHECK_THROWS_AS(passing({"nercc"}, {}), ConfigError);
  CHECK_THROWS_WITH(passing({"nercc"}, {}), Contains("no point passes") && Contains("bacc, letcc"));
  CHECK_THROWS_WITH(passing({}, {"/workers=9"}), Contains("no point passes"));
  CHECK_THROWS_WITH(passing({}, {"/wokers=9"}), Contains("--where /wokers: no point has"));
  CHECK_THROWS_WITH(passing({}, {"workers=9"}), Contains("has no JSON pointer"));
  CHECK_THROWS_WITH(passing({}, {"/workers"}), Contains("is no condition"));
  CHECK_THROWS_WITH(passing({}, {"=9"}), Contains("is no condition"));
}

}  // namespace
}  // namespace laggard::commands
