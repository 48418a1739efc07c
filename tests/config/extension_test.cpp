#include "config/extension.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "experiment.hpp"

namespace laggard::config {
namespace {

using Catch::Matchers::Contains;
using Numbers = std::vector<std::uint32_t>;

Extension extension(const std::string& there, const std::string& now) {
  return extension_of(parse(there, "the test"), parse(now, "the test"),
                      experiment::kinds().vocabulary());
}

std::string two_schemes(const std::string& members) {
  return R"({"schemes": [{"kind": "bacc"}, {"kind": "uncoded"}], "data_points": 4)" + members + "}";
}

void check_numbers(const std::string& there, const std::string& now, const Numbers& expected) {
  CAPTURE(there, now);
  const Extension found = extension(two_schemes(there), two_schemes(now));
  CHECK(found.obstacle.empty());
  CHECK(found.now == expected);
}

TEST_CASE("Points keep their identity in a configuration that adds some", "[extension]") {
  check_numbers("", "", {0, 1});
  check_numbers(R"(, "trials": 3)", R"(, "trials": 4)", {0, 1});
  check_numbers("", R"(, "failures": {"timeout_seconds": 5})", {0, 1});  // how, not what
  const std::string old = R"(, "sweep": {"/workers": [8, 16], "/stragglers/count": [0, 2]},
                             "stragglers": {"kind": "random"})";
  const auto swept = [](const std::string& sweep) {
    return R"(, "stragglers": {"kind": "random"}, "sweep": )" + sweep;
  };
  SECTION("the slowest list gets longer: every number stays") {
    check_numbers(old, swept(R"({"/workers": [8, 16, 32], "/stragglers/count": [0, 2]})"),
                  {0, 1, 2, 3, 4, 5, 6, 7});
  }
  SECTION("the fastest list gets longer") {
    check_numbers(old, swept(R"({"/workers": [8, 16], "/stragglers/count": [0, 1, 2]})"),
                  {0, 1, 4, 5, 6, 7, 10, 11});
  }
  SECTION("the sweep is written in another way, with a key more") {
    check_numbers(old, swept(R"([{"/workers": 32, "/stragglers/count": 0, "/seed": 2},
                                 {"/workers": 16, "/stragglers/count": 2, "/seed": 1},
                                 {"/workers": 16, "/stragglers/count": 0, "/seed": 1},
                                 {"/workers": 8, "/stragglers/count": 2, "/seed": 1},
                                 {"/workers": 8.0, "/stragglers/count": 0, "/seed": 1}])"),
                  {8, 9, 6, 7, 4, 5, 2, 3});
  }
  SECTION("what had no sweep becomes a point of one") {
    check_numbers(R"(, "workers": 8)", R"(, "sweep": {"/workers": [4, 8]})", {2, 3});
  }
  SECTION("combinations with different numbers of points") {
    check_numbers(R"(, "sweep": {"/schemes": [[{"kind": "bacc"}], [{"kind": "bacc"},
                                                                   {"kind": "uncoded"}]]})",
                  R"(, "sweep": {"/schemes": [[{"kind": "uncoded"}], [{"kind": "bacc"},
                                              {"kind": "uncoded"}], [{"kind": "bacc"}]]})",
                  {3, 1, 2});
  }
  SECTION("combinations that give the same stay apart") {
    const std::string now = R"(, "sweep": {"/failures/timeout_seconds": [1, 2, 3]})";
    check_numbers(R"(, "sweep": {"/failures/timeout_seconds": [1, 2]})", now, {0, 1, 2, 3});
    check_numbers("", now, {0, 1});
    CHECK_THAT(extension(two_schemes(now), two_schemes("")).obstacle, Contains("lacks"));
    check_numbers(R"(, "sweep": {"/trials": [1, 3]})", R"(, "sweep": {"/trials": [1, 3, 5]})",
                  {0, 1, 2, 3});
    check_numbers(R"(, "sweep": {"/trials": [1, 3]})", R"(, "sweep": {"/trials": [5, 3]})",
                  {0, 1, 2, 3});
    check_numbers(R"(, "sweep": {"/trials": [3, 1]})", R"(, "sweep": {"/trials": [1, 4]})",
                  {2, 3, 0, 1});
  }
  SECTION("trials that are swept") {
    check_numbers(R"(, "sweep": [{"/workers": 8, "/trials": 5}, {"/workers": 16, "/trials": 2}])",
                  R"(, "sweep": [{"/workers": 16, "/trials": 2}, {"/workers": 8, "/trials": 6}])",
                  {2, 3, 0, 1});
  }
}

TEST_CASE("A rule for the number of trials may only become stricter", "[extension]") {
  const auto trials = [](const std::string& text) { return ", \"trials\": " + text; };
  const std::string rule = trials(R"({"until": {"relative_half_width": 0.1}, "at_most": 500})");
  SECTION("it goes on where the old one stopped") {
    for (const char* now : {R"({"until": {"relative_half_width": 0.1}, "at_most": 500})",
                            R"({"until": {"relative_half_width": 0.02}, "at_most": 500})",
                            R"({"until": {"relative_half_width": 0.1}, "at_most": 501})", "500"})
      check_numbers(rule, trials(now), {0, 1});
    check_numbers(trials("30"), rule, {0, 1});
    check_numbers(trials("20"), trials(R"({"at_least": 20})"), {0, 1});
  }
  SECTION("it might have fewer trials than the file") {
    for (const auto& [there, now, obstacle] :
         {std::tuple{rule, trials("499"),
                     "has up to 500 trials, and this configuration asks for 499"},
          {trials("31"), rule, "has 31 trials, and this configuration may stop after 30"},
          {trials("20"), trials(R"({"at_most": 19})"),
           "has 20 trials, and this configuration may stop after 19"},
          {rule, trials(R"({"until": {"relative_half_width": 0.2}, "at_most": 500})"), ""},
          {rule, trials(R"({"until": {"relative_half_width": 0.1}, "at_most": 499})"), ""},
          {rule, trials(R"({"until": {"relative_half_width": 0.1}, "at_least": 31})"), ""},
          {rule, trials(R"({"until": {"relative_half_width": 0.1, "mean_of": "max_error"}})"), ""},
          {rule, trials(R"({"until": {"relative_half_width": 0.1, "against": "bacc"}})"), ""}}) {
      CAPTURE(there, now);
      CHECK(extension(two_schemes(there), two_schemes(now)).obstacle ==
            std::string("its point without a sweep ") +
                (*obstacle == '\0' ? "has up to 500 trials, and this configuration may stop sooner"
                                   : obstacle));
    }
  }
}

TEST_CASE("What a configuration takes away is named", "[extension]") {
  const auto obstacle = [](const std::string& there, const std::string& now) {
    const Extension found = extension(two_schemes(there), two_schemes(now));
    CHECK(found.now.empty());
    return found.obstacle;
  };
  CHECK(obstacle(R"(, "trials": 4)", R"(, "trials": 3)") ==
        "its point without a sweep has 4 trials, and this configuration asks for 3");
  CHECK(obstacle(R"(, "sweep": {"/workers": [8, 16]})", R"(, "sweep": {"/workers": [8, 32]})") ==
        R"(it has a point with {"/workers":16}, which this configuration lacks)");
  CHECK(obstacle("", R"(, "sweep": {"/workers": [8]})") ==
        "it has a point without a sweep, which this configuration lacks");
  CHECK(obstacle(R"(, "seed": 1)", R"(, "seed": 2, "trials": 50)") ==
        "it was made with another configuration: /seed is 1 there and 2 now");
  CHECK(obstacle("", R"(, "failures": {"workers": "lost"})") ==
        R"(it was made with another configuration: /failures/workers is "reassign" there and )"
        R"("lost" now)");
  CHECK(obstacle(R"(, "name": "a")", R"(, "name": "b")") ==
        R"(it was made with another configuration: /name is "a" there and "b" now)");
  CHECK(obstacle(R"(, "sweep": [{"/workers": 8, "/trials": 5}, {"/workers": 16, "/trials": 2}])",
                 R"(, "sweep": [{"/workers": 8, "/trials": 2}, {"/workers": 16, "/trials": 5}])") ==
        R"(its point with {"/workers":8,"/trials":5} has 5 trials, and this configuration asks )"
        "for 2");
  CHECK_THROWS_AS(extension(R"({"no_such_key": 1})", "{}"), ConfigError);
}

}  // namespace
}  // namespace laggard::config
