#include "config/sweep.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "config/catalogue.hpp"
#include "config/experiment.hpp"
#include "core/error.hpp"

namespace laggard::config {
namespace {

using Catch::Matchers::Contains;
using namespace testing;

/// What the points set, one text each.
std::vector<std::string> points(std::string_view sweep) {
  std::vector<std::string> texts;
  for (const SweepPoint& point : expand_sweep(json(sweep)))
    texts.push_back(point.parameters.dump());
  return texts;
}

using Texts = std::vector<std::string>;

TEST_CASE("A list of objects is a list of points, whose values are taken as they are", "[sweep]") {
  const auto all = expand_sweep(json(R"([{"/k": 2, "/w": [0, 1]}, {"/w": [2], "/k": 3}])"));
  REQUIRE(all.size() == 2);
  CHECK(all[0].parameters.dump() == R"({"/k":2,"/w":[0,1]})");
  // In the order of the first one, so that equal settings have equal texts in /points.
  CHECK(all[1].parameters.dump() == R"({"/k":3,"/w":[2]})");
  CHECK(all[0].places == Texts{"/sweep/0/~1k", "/sweep/0/~1w"});
  CHECK(all[1].places == Texts{"/sweep/1/~1k", "/sweep/1/~1w"});
}

TEST_CASE("A list that holds a list is a product, whose last block turns fastest", "[sweep]") {
  CHECK(
      points(
          R"([[{"/k": 2, "/n": 90}, {"/k": 3, "/n": 80}], {"/p": [0.1, 0.2], "/s": [[0], [1]]}])") ==
      Texts{R"({"/k":2,"/n":90,"/p":0.1,"/s":[0]})", R"({"/k":2,"/n":90,"/p":0.1,"/s":[1]})",
            R"({"/k":2,"/n":90,"/p":0.2,"/s":[0]})", R"({"/k":2,"/n":90,"/p":0.2,"/s":[1]})",
            R"({"/k":3,"/n":80,"/p":0.1,"/s":[0]})", R"({"/k":3,"/n":80,"/p":0.1,"/s":[1]})",
            R"({"/k":3,"/n":80,"/p":0.2,"/s":[0]})", R"({"/k":3,"/n":80,"/p":0.2,"/s":[1]})"});
  CHECK(points(R"([{"/a": [1, 2]}, [{"/b": 3}, {"/b": 4}]])") ==
        points(R"({"/a": [1, 2], "/b": [3, 4]})"));
  CHECK(points(R"([[{"/a": 1}, {"/a": 2}]])") == points(R"({"/a": [1, 2]})"));
  CHECK(points(R"([[[{"/a": 1}], {"/b": [2]}], [{"/c": 3}]])") ==
        Texts{R"({"/a":1,"/b":2,"/c":3})"});
}

TEST_CASE("A point may have a sweep of its own", "[sweep]") {
  const std::string text = R"([{"/k": 2, "sweep": {"/s": [0, 1]}},
                               {"/k": 3, "sweep": {"/s": [0, 1, 2]}}])";
  CHECK(points(text) == Texts{R"({"/k":2,"/s":0})", R"({"/k":2,"/s":1})", R"({"/k":3,"/s":0})",
                              R"({"/k":3,"/s":1})", R"({"/k":3,"/s":2})"});
  CHECK(expand_sweep(json(text)).back().places == Texts{"/sweep/1/~1k", "/sweep/1/sweep/~1s"});
  CHECK(points(R"([{"sweep": [{"/s": 0, "/k": 1}], "/n": 5}, {"/n": 6, "/s": 2, "/k": 3}])") ==
        Texts{R"({"/s":0,"/k":1,"/n":5})", R"({"/s":2,"/k":3,"/n":6})"});
}

/// The slow way: every tuple of indices, the last one fastest.
TEST_CASE("Objects of lists have the points that nested loops would make", "[sweep]") {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    Json sweep = Json::object();
    std::vector<Json> expected{Json::object()};
    for (std::size_t p = 0, count = random() % 5; p < count; ++p) {
      const std::string pointer = "/p" + std::to_string(p);
      std::vector<Json> longer;
      sweep[pointer] = Json::array();
      for (std::size_t v = 0, values = 1 + random() % 4; v < values; ++v)
        sweep[pointer].push_back(v);
      for (const Json& before : expected)
        for (const Json& value : sweep[pointer]) {
          longer.push_back(before);
          longer.back()[pointer] = value;
        }
      expected = longer;
    }
    const auto made = expand_sweep(sweep);
    REQUIRE(made.size() == expected.size());
    for (std::size_t i = 0; i < made.size(); ++i) CHECK(made[i].parameters == expected[i]);
  }
}

TEST_CASE("Sweeps that can be read in two ways or have a point twice are refused", "[sweep]") {
  struct Refused {
    const char* sweep;
    const char* what;
  };
  for (const Refused& bad : {
           Refused{"3", "/sweep is the number 3"},
           Refused{"[]", "/sweep is an empty list"},
           Refused{"[1]", "/sweep/0 is the number 1"},
           Refused{"[{}]", "/sweep/0 is empty"},
           Refused{"[[], {\"/a\": [1]}]", "/sweep/0 is empty"},
           Refused{R"([[{"/a": 1}], 2])", "/sweep/1 is the number 2"},
           Refused{R"([{"/a": 1, "sweep": {}}])", "/sweep/0/sweep is empty"},
           Refused{R"([{"/a": 1, "sweep": 1}])", "/sweep/0/sweep is the number 1"},
           Refused{R"({"/a": [1], "sweep": 3})", "/sweep/sweep is the number 3"},
           // Beside a list, an object has lists of values.
           Refused{R"([[{"/a": 1}], {"/b": 2}])", "/sweep/1/~1b is the number 2"},
           Refused{R"([{"/a": 1, "/b": 2}, {"/a": 2}])",
                   "/sweep/1 does not set '/b' (/sweep/0 does)"},
           Refused{R"([{"/a": 1}, {"/a": 2, "/b": 2}])",
                   "/sweep/0 does not set '/b' (/sweep/1 does)"},
           Refused{R"([{"/a": [1, 2]}, {"/b": [1, 2]}])", "put them into one object"},
           Refused{R"([{"/a": 1, "/b": 2}, {"/a": 1, "/b": 3}, {"/b": 2.0, "/a": 1}])",
                   R"(/sweep/2 sets {"/a":1,"/b":2.0} (as /sweep/0 does))"},
           Refused{R"([{"/a": 1, "sweep": {"/b": [1, 2]}}, {"/a": 1, "/b": 2}])",
                   R"(/sweep/1 sets {"/a":1,"/b":2} (as /sweep/0 does))"},
           Refused{R"({"/a": [{"x": 1, "y": [2]}, {"y": [2.0], "x": 1}]})",
                   "/sweep/~1a/1 is {\"y\":[2.0],\"x\":1} (as /sweep/~1a/0 is)"},
           Refused{R"([[{"/a": 1}], {"/a": [1]}])",
                   "/sweep/1 sets '/a' again (/sweep/0/0 sets it too)"},
           Refused{R"([{"/a": 1, "sweep": {"/a": [1]}}])", "/sweep/0/sweep sets '/a' again"},
           Refused{R"([[{"/a/b": 1}], {"/a": [{"b": 1}]}])", "/sweep/1 sets '/a' after '/a/b'"},
           Refused{R"([{"/a/b": 1, "/a": {"b": 1}}])", "/sweep/0 sets '/a' after '/a/b'"},
           Refused{R"([{"/name": "x"}])", "/sweep/0 sets '/name'"},
           Refused{R"([[{"/a": 1}], {"/output/workers": [true]}])",
                   "/sweep/1 sets '/output/workers'"},
       }) {
    CAPTURE(bad.sweep);
    CHECK_THROWS_AS(expand_sweep(json(bad.sweep)), ConfigError);
    CHECK_THROWS_WITH(expand_sweep(json(bad.sweep)), Contains(bad.what));
  }
}

TEST_CASE("Too many points are refused before they are made", "[sweep]") {
  Json list = Json::array(), objects = Json::array();
  for (int i = 0; i < 1000; ++i) {
    list.push_back(i);
    objects.push_back({{"/o", i}});
  }
  // 1000^7 would be 0 in 64 bits, if it were counted without a look at the limit.
  Json product = Json::array({objects});
  for (const char* pointer : {"/b", "/c", "/d", "/e", "/f", "/g"})
    product.push_back({{pointer, list}});
  CHECK_THROWS_WITH(expand_sweep(product), Contains("too many combinations"));
  Json nested = Json::array();
  for (int i = 0; i < 3; ++i)
    nested.push_back({{"/o", i}, {"sweep", {{"/a", list}, {"/b", Json::array()}}}});
  for (int i = 0; i < 500; ++i)
    for (Json& point : nested) point["sweep"]["/b"].push_back(i);
  CHECK_THROWS_WITH(expand_sweep(nested), Contains("too many combinations"));
  CHECK(expand_sweep(Json::array({objects, Json{{"/b", {1, 2}}}})).size() == 2000);
}

TEST_CASE("Errors name the place in the sweep", "[sweep]") {
  const auto message = [](const std::string& sweep) {
    try {
      expand(json("{\"sweep\": " + sweep + "}"), vocabulary());
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK_THAT(message(R"([{"/trials": 1, "/workers": 90}, {"/trials": 2, "/workers": 0}])"),
             Contains("/sweep/1/~1workers: /workers is 0"));
  CHECK_THAT(message(R"([{"/trials": 1, "sweep": {"/workers": [1, 0]}}])"),
             Contains("/sweep/0/sweep/~1workers: /workers is 0"));
  CHECK_THAT(message(R"([{"/trials": 1, "workers": 90}])"),
             Contains("/sweep/0 cannot set 'workers' (a JSON pointer starts with '/')"));
  CHECK_THAT(message(R"([[{"/trials": 1}], {"/nothing/x": [1]}])"),
             Contains("/sweep/1 cannot set"));
  // The nearer of two that the message is about.
  CHECK_THAT(message(R"({"/stragglers": [{"kind": "random"}], "/stragglers/count": ["x"]})"),
             Contains("/sweep/~1stragglers~1count: /stragglers/count is"));
  // The members of one kind are not those of another.
  CHECK_THAT(message(R"({"/model/kind": ["expression", "everything"]})"),
             Contains("/sweep/~1model~1kind changes the kind alone (/model/outputs") &&
                 Contains("); sweep /model as a whole"));
  // A list of values where one value belongs.
  CHECK_THAT(message(R"([{"/workers": [16, 32]}])"),
             Contains("/sweep/0/~1workers: /workers is a list"));
}

TEST_CASE("A setting takes its pointer out of every form of a sweep", "[sweep]") {
  const auto rest = [](const char* sweep, const std::string& pointer) {
    return override_sweep(json(sweep), pointer).dump();
  };
  CHECK(rest(R"([{"/a": 1, "/b": 2}, {"/a": 3, "/b": 4}])", "/a") == R"([{"/b":2},{"/b":4}])");
  // Points that differed in nothing else are one.
  CHECK(rest(R"([{"/a": 1, "/b": 2}, {"/a": 3, "/b": 2}])", "/a") == R"([{"/b":2}])");
  CHECK(rest(R"([{"/a": 1}, {"/a": 3}])", "/a") == "{}");
  CHECK(rest(R"([{"/a/x": 1, "/b": 1}])", "/a") == R"([{"/b":1}])");
  // What is left of a product is a product, not a list of points with lists for values.
  const char* product = R"([[{"/a": 1}, {"/a": 2}], {"/b": [[0], [1]]}, {"/c": [3]}])";
  CHECK(rest(product, "/a") == R"({"/b":[[0],[1]],"/c":[3]})");
  CHECK(rest(product, "/b") == R"([[{"/a":1},{"/a":2}],{"/c":[3]}])");
  CHECK(rest(R"([{"/a": 1, "sweep": {"/b": [1, 2]}}, {"/a": 2, "sweep": {"/b": [3]}}])", "/b") ==
        R"([{"/a":1},{"/a":2}])");
  CHECK(rest(R"([{"/a": 1, "sweep": {"/b": [1]}}, {"/a": 2, "sweep": {"/b": [1]}}])", "/a") ==
        R"([{"sweep":{"/b":[1]}}])");
  CHECK_THROWS_WITH(rest(R"([{"/a": 1}, {"/a": 2}])", "/a/x"),
                    Contains("--set /a/x has no effect") && Contains("/sweep/0/~1a"));
  // What is wrong is kept, to be refused when it is read.
  for (const char* wrong : {"3", "[]", "[null]", "[{}]", R"([{"/b": 1}, {"/b": 1}])"})
    CHECK(rest(wrong, "/a") == json(wrong).dump());
}

TEST_CASE("Points of a list run as those of separate configurations", "[sweep]") {
  const Plan plan = expand(json(R"({"stragglers": {"kind": "random"},
      "sweep": [{"/workers": 9, "/stragglers/count": 1}, {"/workers": 12, "/stragglers/count": 3}]})"),
                           vocabulary());
  REQUIRE(plan.combinations.size() == 2);
  CHECK(approximation::config_of(plan.combinations[1]).workers == 12);
  CHECK(approximation::config_of(plan.combinations[1]).stragglers.parameters ==
        R"({"kind":"random","count":3})");
  CHECK(plan.combinations[1].first_point == 2);
  CHECK(expand(plan.resolved, vocabulary()).resolved == plan.resolved);
}

}  // namespace
}  // namespace laggard::config
