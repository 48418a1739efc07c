#include "experiment/approximation/setup.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "experiment.hpp"
#include "hdf5/file.hpp"
#include "temporary.hpp"

namespace laggard::approximation {
namespace {

using Catch::Matchers::Contains;
using testing::plan_of;
using testing::setup_of;

TEST_CASE("A combination becomes one point per scheme", "[setup]") {
  SetupBuilder builder;
  config::Plan plan = plan_of(R"({"data_points": 4, "workers": 12,
      "schemes": [{"kind": "bacc"}, {"kind": "letcc", "label": "spline"}],
      "stragglers": {"kind": "random", "count": 3}, "noise": {"kind": "gaussian", "sigma": 0.5}})");
  plan.combinations.front().first_point = 7;
  const Setup setup = builder.build(plan.combinations.front());
  REQUIRE(setup.points.size() == 2);
  CHECK(setup.anything_to_do());
  const PointRecord& first = setup.points[0].record;
  CHECK(first.point == 7);
  CHECK(first.scheme == "bacc");
  CHECK(first.workers == 12);
  CHECK(first.data_points == 4);
  CHECK(first.stragglers == 3);
  CHECK(first.noise_sigma == 0.5);
  CHECK(first.parameters == "{}");
  CHECK(first.skipped.empty());
  CHECK(setup.points[1].record.point == 8);
  CHECK(setup.points[1].record.scheme == "spline");
}

TEST_CASE("What makes no sense together is skipped with a reason", "[setup]") {
  SECTION("no worker left, for every scheme") {
    const Setup setup = setup_of(R"({"data_points": 2, "workers": 4,
        "stragglers": {"kind": "random", "count": 4}})");
    CHECK_FALSE(setup.anything_to_do());
    for (const ActivePoint& point : setup.points) {
      CHECK(point.scheme == nullptr);
      CHECK_FALSE(point.record.skipped.empty());
    }
  }
  SECTION("more data points than workers, for schemes that need them") {
    const Setup setup = setup_of(R"({"data_points": 5, "workers": 4,
        "schemes": [{"kind": "uncoded"}, {"kind": "replication"}, {"kind": "lcc"}, {"kind": "bacc"},
                    {"kind": "nercc"}, {"kind": "letcc"}]})");
    CHECK_FALSE(setup.anything_to_do());
    for (const ActivePoint& point : setup.points)
      CHECK_THAT(point.record.skipped, Contains("K = 5") && Contains("N = 4"));
  }
  SECTION("fewer speeds than workers") {
    const Setup setup = setup_of(R"({"data_points": 2, "workers": 4,
        "speeds": {"kind": "listed", "factors": [1, 2, 3]}})");
    CHECK_THAT(setup.points[0].record.skipped, Contains("3 factors for 4 workers"));
  }
  SECTION("a lost worker that does not exist") {
    const Setup setup = setup_of(R"({"data_points": 2, "workers": 4,
        "stragglers": {"kind": "listed", "workers": [4]}})");
    CHECK_THAT(setup.points[0].record.skipped, Contains("no worker 4"));
  }
}

TEST_CASE("Labels beyond the outputs of the model are refused", "[setup]") {
  const testing::TemporaryDirectory directory;
  const std::string path = (directory / "x.h5").string();
  {
    hdf5::File file(path, hdf5::Access::kCreate);
    file.write("inputs", std::vector<double>{0.1, 0.2, 0.3, 0.4});
    file.write("labels", std::vector<std::uint8_t>{0, 1, 2, 1});
  }
  const auto setup = [&](const std::string& outputs) {
    return setup_of(R"({"data_points": 2, "workers": 4, "model": {"kind": "expression",
        "outputs": )" +
                    outputs + R"(}, "dataset": {"kind": "hdf5", "labels": "labels",
        "file": ")" +
                    path + R"("}})");
  };
  CHECK(setup(R"(["x1", "-x1", "1"])").anything_to_do());
  CHECK(setup(R"(["x1"])").anything_to_do());  // a regression
  CHECK_THROWS_AS(setup(R"(["x1", "-x1"])"), DataError);
  CHECK_THROWS_WITH(setup(R"(["x1", "-x1"])"),
                    Contains("/dataset: the labels of '" + path) &&
                        Contains("row 2 has the label 2, the model has 2 outputs") &&
                        Contains("from 0 to 1; subtract 1"));
}

TEST_CASE("Schemes are told apart by their labels", "[setup]") {
  CHECK_THROWS_WITH(setup_of(R"({"schemes": [{"kind": "bacc"}, {"kind": "bacc"}]})"),
                    Contains("/schemes/1/label") && Contains("bacc"));
  CHECK_THROWS_AS(setup_of(R"({"schemes": [{"kind": "bacc"},
                                           {"kind": "letcc", "label": "bacc"}]})"),
                  ConfigError);
  CHECK_NOTHROW(setup_of(R"({"schemes": [{"kind": "bacc"}, {"kind": "bacc", "label": "again"}]})"));
}

TEST_CASE("Neighbours share the dataset and the model", "[setup]") {
  const config::Plan plan =
      plan_of(R"({"sweep": {"/workers": [16, 32], "/dataset/high": [1, 2]}})");
  SetupBuilder builder;
  std::vector<Setup> setups;
  for (const auto& combination : plan.combinations) setups.push_back(builder.build(combination));
  CHECK(setups[0].dataset != setups[1].dataset);
  CHECK(setups[0].model == setups[1].model);
  CHECK(setups[2].dataset != setups[1].dataset);
}

TEST_CASE("A model depends on the seed and on the shape of its inputs", "[setup]") {
  const config::Plan plan = plan_of(R"({"model": {"kind": "polynomial"},
      "sweep": {"/seed": [1, 2], "/dataset/dimension": [1, 3]}})");
  SetupBuilder builder;
  std::set<const model::Model*> models;
  std::vector<Setup> setups;
  for (const auto& combination : plan.combinations) {
    setups.push_back(builder.build(combination));
    models.insert(setups.back().model.get());
  }
  CHECK(models.size() == 4);
}

TEST_CASE("A load delay is skipped on the virtual clock", "[setup]") {
  const std::string json = R"({"delay": {"kind": "load", "ranks": [0]}, "clock": )";
  CHECK(testing::setup_of(json + "\"virtual\"}").points.front().record.skipped ==
        "the delay 'load' needs the wall clock");
  CHECK(testing::setup_of(json + "\"wall\"}").points.front().record.skipped.empty());
}

}  // namespace
}  // namespace laggard::approximation
