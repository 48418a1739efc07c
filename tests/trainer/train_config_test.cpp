#include "trainer/train_config.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "core/error.hpp"
#include "places.hpp"

namespace laggard::trainer {
namespace {

using Catch::Matchers::Contains;

TrainConfig read(const std::string& text) {
  return read_train_config(config::parse(text, "test"));
}

TEST_CASE("an empty training configuration is complete and resolves to itself", "[train]") {
  const TrainConfig config = read("{}");
  CHECK(config.network.kind == "lenet5");
  CHECK(config.weights_path() == "results/weights/training.h5");
  CHECK(config.results_path() == "results/train-training.h5");
  const config::Json first = resolved(config);
  CHECK(resolved(read_train_config(first)) == first);
}

TEST_CASE("configs/laggard-train.schema.json is what the reader describes", "[train]") {
  INFO("after a change: build/release/laggard schema train > configs/laggard-train.schema.json");
  const std::filesystem::path path =
      std::filesystem::path(testing::kSourceFolder) / "configs/laggard-train.schema.json";
  CHECK(config::read_file(path).dump(2) == train_schema().dump(2));
}

TEST_CASE("every training configuration of configs/ and experiments/ is valid", "[train]") {
  const std::filesystem::path source = testing::kSourceFolder;
  std::size_t found = 0;
  for (const char* folder : {"configs", "experiments"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source / folder)) {
      const std::string name = entry.path().filename().string();
      if (entry.path().extension() != ".json" || !name.starts_with("train")) continue;
      INFO(entry.path().string());
      ++found;
      CHECK_NOTHROW(read_train_config(config::read_file(entry.path())));
    }
  CHECK(found >= 1);
}

TEST_CASE("mistakes in a training configuration name the pointer", "[train]") {
  CHECK_THROWS_WITH(read(R"({"optimizer": {"kind": "adan"}})"),
                    Contains("/optimizer/kind") && Contains("adam"));
  CHECK_THROWS_WITH(read(R"({"optimizer": {"rate": 1}})"), Contains("/optimizer/rate"));
  CHECK_THROWS_WITH(read(R"({"network": {"kind": "lenet"}})"), Contains("lenet5"));
  CHECK_THROWS_WITH(read(R"({"epoch": 3})"), Contains("epochs"));
  CHECK_THROWS_AS(read(R"({"batch": 0})"), ConfigError);
  CHECK_THROWS_WITH(read(R"({"name": "../x"})"), Contains("/name"));
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
}  // namespace laggard::trainer
