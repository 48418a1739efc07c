#include "config/experiment.hpp"

#include <catch2/catch.hpp>

#include "config/catalogue.hpp"
#include "core/error.hpp"

namespace laggard::config {
namespace {

using Catch::Matchers::Contains;
using namespace testing;

Plan plan_of(std::string_view text) {
  return expand(json(text), vocabulary());
}

TEST_CASE("An empty configuration is complete", "[experiment]") {
  const Plan plan = plan_of("{}");
  REQUIRE(plan.combinations.size() == 1);
  CHECK(plan.combinations[0].swept.parameters == Json::object());
  const approximation::Config& config = approximation::config_of(plan.combinations[0]);
  CHECK(config.trials.most == 20);
  CHECK(config.workers == 64);
  REQUIRE(config.schemes.size() == 2);
  CHECK(config.schemes[0].parameters == R"({"kind":"bacc"})");
  CHECK(config.schemes[1].parameters == R"({"kind":"letcc","label":"","lambda_decode":"theory"})");
  CHECK(config.schemes[1].where == "/schemes/1");
  CHECK(config.dataset.parameters == R"({"kind":"uniform","dimension":1,"low":-3.0})");
  CHECK_FALSE(config.output.workers);
}

TEST_CASE("A resolved configuration is read again without change", "[experiment]") {
  for (const char* text : {"{}", R"({"trials": 5.0, "schemes": [{"kind": "letcc"}],
        "$schema": "x", "output": {"predictions": true, "coded": true}, "wait": {"kind": "any_of"},
        "model": {"kind": "everything"}, "sweep": {"/workers": [8, 16], "/trials": [1]}})"}) {
    CAPTURE(text);
    const Plan once = plan_of(text);
    const Plan twice = expand(once.resolved, vocabulary());
    CHECK(twice.resolved.dump() == once.resolved.dump());
    // Also by way of text, as in the attribute `config` of a result file.
    CHECK(plan_of(once.resolved.dump(2)).resolved.dump() == once.resolved.dump());
    REQUIRE(twice.combinations.size() == once.combinations.size());
    for (std::size_t i = 0; i < once.combinations.size(); ++i)
      CHECK(twice.combinations[i].swept.parameters == once.combinations[i].swept.parameters);
  }
  CHECK(default_configuration(vocabulary(), vocabulary().experiments.front()).dump() ==
        plan_of("{}").resolved.dump());
}

TEST_CASE("Trials are a number or a rule", "[experiment]") {
  const auto trials = [](const char* text) { return plan_of(text).resolved.at("trials").dump(); };
  CHECK(trials("{}") == "20");
  CHECK(trials(R"({"trials": 7})") == "7");
  const char* usual = R"({"until":{"relative_half_width":0.05,"mean_of":"mse","against":""},)"
                      R"("at_least":30,"at_most":10000})";
  CHECK(trials(R"({"trials": {}})") == usual);
  const Plan plan = plan_of(R"({"trials": {"until": {"relative_half_width": 0.1}, "at_most": 90},
      "sweep": {"/trials/until/relative_half_width": [0.2, 0.3]}})");
  REQUIRE(plan.combinations.size() == 2);
  const Trials& last = plan.combinations[1].config->trials;
  REQUIRE(last.until);
  CHECK(last.until->relative_half_width == 0.3);
  CHECK(last.until->mean_of == "mse");
  CHECK(last.least == 30);
  CHECK(last.most == 90);
  CHECK_THROWS_WITH(last.fixed(),
                    "/trials is an object (all that is tried here must have the same number of "
                    "trials); give a number, for example --set /trials=5");
  CHECK(plan_of(R"({"trials": 7})").common().trials.fixed() == 7);
}

TEST_CASE("Parts of the predictions are refused without them", "[experiment]") {
  for (const char* part : {"\"coded\": true", "\"predicted_trials\": 5"}) {
    const std::string text = part;
    CHECK_THROWS_WITH(plan_of("{\"output\": {" + text + "}}"),
                      Contains("is set without predictions"));
    CHECK_NOTHROW(plan_of("{\"output\": {\"predictions\": true, " + text + "}}"));
  }
}

TEST_CASE("The last pointer of a sweep turns fastest", "[experiment][sweep]") {
  const Plan plan = plan_of(R"({"stragglers": {"kind": "random"},
      "sweep": {"/workers": [16, 32], "/stragglers/count": [0, 2, 8], "/trials": [3]}})");
  REQUIRE(plan.combinations.size() == 6);
  std::size_t i = 0;
  for (const std::uint32_t workers : {16U, 32U})
    for (const std::uint32_t count : {0U, 2U, 8U}) {
      const Combination& point = plan.combinations[i++];
      const approximation::Config& config = approximation::config_of(point);
      CHECK(config.workers == workers);
      CHECK(config.trials.most == 3);
      CHECK(json(config.stragglers.parameters)["count"] == count);
      CHECK(point.swept.parameters ==
            Json{{"/workers", workers}, {"/stragglers/count", count}, {"/trials", 3}});
    }
  CHECK(plan.resolved["workers"] == 64);
  CHECK(plan.resolved["sweep"].size() == 3);
}

TEST_CASE("A sweep may set defaults, elements of lists and whole components",
          "[experiment][sweep]") {
  const Plan plan = plan_of(R"({"sweep": {
      "/schemes/1/lambda_decode": ["gcv", 0.5],
      "/model": [{"kind": "expression", "outputs": ["x1*x1"]}, {"kind": "everything"}],
      "/worker_block": [2]}})");
  REQUIRE(plan.combinations.size() == 4);
  CHECK(
      json(approximation::config_of(plan.combinations[0]).schemes[1].parameters)["lambda_decode"] ==
      "gcv");
  CHECK(
      json(approximation::config_of(plan.combinations[3]).schemes[1].parameters)["lambda_decode"] ==
      0.5);
  CHECK(approximation::config_of(plan.combinations[2]).model.parameters ==
        R"({"kind":"expression","outputs":["x1*x1"]})");
  CHECK(approximation::config_of(plan.combinations[1]).model.kind == "everything");
  CHECK(approximation::config_of(plan.combinations[0]).worker_block == 2);
  CHECK(plan.combinations[0].first_point == 0);
  CHECK(plan.combinations[3].first_point == 6);
  const Plan ordered = plan_of(R"({"sweep": {
      "/stragglers": [{"kind": "random"}], "/stragglers/count": [1, 2]}})");
  REQUIRE(ordered.combinations.size() == 2);
  CHECK(json(approximation::config_of(ordered.combinations[1]).stragglers.parameters)["count"] ==
        2);
}

TEST_CASE("Sweeps that make no sense are refused", "[experiment][sweep]") {
  struct Refused {
    const char* sweep;
    const char* what;
  };
  for (const Refused& bad : {
           Refused{"[]", "/sweep is an empty list"},
           Refused{"null", "/sweep is null"},
           Refused{R"({"/workers": 16})", "/sweep/~1workers is the number 16"},
           Refused{R"({"/workers": []})", "/sweep/~1workers is an empty list"},
           Refused{R"({"workers": [16]})", "starts with '/'"},
           Refused{R"({"": [16]})", "starts with '/'"},
           Refused{R"({"/wrokers": [16]})", "did you mean 'workers'?"},
           Refused{R"({"/workers": [16, 0]})", "/workers is 0"},
           Refused{R"({"/workers": [16, "x"]})", "/workers is the text"},
           Refused{R"({"/stragglers/count": [1]})", "/stragglers/count is not known"},
           Refused{R"({"/nothing/count": [1]})", "there is no /nothing"},
           Refused{R"({"/schemes/2": [1]})", "2 elements"},
           Refused{R"({"/schemes/0/kind": ["baccc"]})", "did you mean 'bacc'?"},
           Refused{R"({"/sweep": [1]})", "/sweep sets '/sweep'"},
           Refused{R"({"/stragglers/kind": ["none"], "/stragglers": [{"kind": "none"}]})",
                   "put '/stragglers' first"},
       }) {
    CAPTURE(bad.sweep);
    const std::string text = std::string(R"({"sweep": )") + bad.sweep + "}";
    CHECK_THROWS_AS(plan_of(text), ConfigError);
    CHECK_THROWS_WITH(plan_of(text), Contains(bad.what));
  }
}

TEST_CASE("Sweeps that would never end are refused before they begin", "[experiment][sweep]") {
  Json many = Json::array();
  for (int i = 1; i <= 101; ++i) many.push_back(i);
  const Json document{{"sweep", {{"/workers", many}, {"/trials", many}, {"/data_points", many}}}};
  CHECK_THROWS_WITH(expand(document, vocabulary()), Contains("too many combinations"));
}

TEST_CASE("Wrong configurations are refused with the pointer", "[experiment]") {
  struct Refused {
    const char* text;
    const char* what;
  };
  for (const Refused& bad : {
           Refused{"[]", "the configuration is a list"},
           Refused{"null", "the configuration is null"},
           Refused{R"({"wokers": 1})", "did you mean 'workers'?"},
           Refused{R"({"kind": "x"})", "/kind is not known"},
           Refused{R"({"output": {"kind": "x"}})", "/output/kind is not known"},
           Refused{R"({"output": {"workres": true}})", "did you mean 'workers'?"},
           Refused{R"({"workers": 0})", "/workers is 0"},
           Refused{R"({"data_points": 1000001})", "from 1 to 1000000"},
           Refused{R"({"trials": 0})", "/trials is 0"},
           Refused{R"({"trials": true})", "it must be a whole number or an object"},
           Refused{R"({"trials": {"until": {"mean_of": "point"}}})", "use one of: received, mse"},
           Refused{R"({"trials": {"until": {}, "at_least": 200, "at_most": 100}})",
                   "/trials/at_least is 200 (/trials/at_most is 100)"},
           Refused{R"({"seed": -1})", "/seed is -1"},
           Refused{R"({"clock": "wal"})", "/clock is 'wal'"},
           Refused{R"({"schemes": []})", "/schemes is an empty list"},
           Refused{R"({"schemes": {"kind": "bacc"}})", "/schemes is an object"},
           Refused{R"({"schemes": [{"kind": "bac"}]})", "/schemes/0/kind is 'bac'"},
           Refused{R"({"dataset": {"dimension": 2}})", "/dataset has no \"kind\""},
           Refused{R"({"$schema": 1})", "/$schema is the number 1"},
       }) {
    CAPTURE(bad.text);
    CHECK_THROWS_AS(plan_of(bad.text), ConfigError);
    CHECK_THROWS_WITH(plan_of(bad.text), Contains(bad.what));
  }
}

TEST_CASE("Settings and the sweep work together", "[experiment]") {
  Json document = json(R"({"stragglers": {"kind": "random"}})");
  apply_setting(document, "/workers=9", Json::object());
  apply_setting(document, "/stragglers/count=3", Json::object());
  apply_setting(document, "/sweep={\"/trials\": [1, 2]}", Json::object());
  const Plan plan = expand(document, vocabulary());
  REQUIRE(plan.combinations.size() == 2);
  CHECK(approximation::config_of(plan.combinations[1]).workers == 9);
  CHECK(approximation::config_of(plan.combinations[1]).trials.most == 2);
  CHECK(approximation::config_of(plan.combinations[1]).stragglers.parameters ==
        R"({"kind":"random","count":3})");
}

TEST_CASE("A member that is not known is answered with every member once", "[experiment]") {
  try {
    plan_of(R"({"xyzzy": 1})");
    FAIL("no error");
  } catch (const ConfigError& error) {
    const std::string text = error.what();
    const auto first = text.find(" trials,");
    REQUIRE(first != std::string::npos);
    CHECK(text.find(" trials,", first + 1) == std::string::npos);
  }
}

TEST_CASE("What holds for the whole file cannot be swept", "[experiment]") {
  for (const char* pointer : {"/sweep", "/name", "/experiment", "/output/workers", "/output"}) {
    CAPTURE(pointer);
    const std::string text = R"({"sweep": {")" + std::string(pointer) + R"(": [1, 2]}})";
    CHECK_THROWS_WITH(plan_of(text), Contains(std::string("/sweep sets '") + pointer + "'"));
  }
}

}  // namespace
}  // namespace laggard::config
