#include "train/train_config.hpp"

#include <catch2/catch.hpp>

#include "config/reader.hpp"
#include "config/writer.hpp"
#include "core/error.hpp"

namespace laggard::train {
namespace {

using Catch::Matchers::Contains;

TrainConfig read(const std::string& text) {
  const config::Json document = config::parse(text, "test");
  const Catalogue catalogue = train_catalogue();
  TrainConfig config;
  config::JsonReader reader(document, "", catalogue);
  config.fields(reader);
  reader.finish();
  return config;
}

TEST_CASE("an empty training configuration is complete and resolves to itself", "[train]") {
  TrainConfig config = read("{}");
  CHECK(config.network.kind == "lenet5");
  CHECK(config.weights_path() == "weights/lenet5-fashion.h5");
  CHECK(config.results_path() == "results/train-lenet5-fashion.h5");
  config::JsonWriter first;
  config.fields(first);
  TrainConfig again = read(first.result().dump());
  config::JsonWriter second;
  again.fields(second);
  CHECK(first.result() == second.result());
}

TEST_CASE("mistakes in a training configuration name the pointer", "[train]") {
  CHECK_THROWS_WITH(read(R"({"optimizer": {"kind": "adan"}})"),
                    Contains("/optimizer/kind") && Contains("adam"));
  CHECK_THROWS_WITH(read(R"({"optimizer": {"rate": 1}})"), Contains("/optimizer/rate"));
  CHECK_THROWS_WITH(read(R"({"network": {"kind": "lenet"}})"), Contains("lenet5"));
  CHECK_THROWS_WITH(read(R"({"epoch": 3})"), Contains("epochs"));
  CHECK_THROWS_AS(read(R"({"batch": 0})"), ConfigError);
}

TEST_CASE("schedules", "[train]") {
  ScheduleSettings schedule;
  CHECK(schedule.factor(3.5, 10) == 1.0);
  schedule.kind = "cosine";
  CHECK(schedule.factor(0, 10) == 1.0);
  CHECK(schedule.factor(5, 10) == Approx(0.5));
  CHECK(schedule.factor(10, 10) == Approx(0.0).margin(1e-12));
  schedule = {"step", 4, 0.5};
  CHECK(schedule.factor(3.9, 10) == 1.0);
  CHECK(schedule.factor(4.0, 10) == 0.5);
  CHECK(schedule.factor(9.0, 10) == 0.25);
}

}  // namespace
}  // namespace laggard::train
