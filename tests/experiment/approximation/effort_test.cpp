#include "experiment/approximation/effort.hpp"

#include <catch2/catch.hpp>

#include "experiment.hpp"

namespace laggard::approximation {
namespace {

double trial_bytes(const std::string& scheme) {
  return effort_of(testing::setup_of(
                       R"json({"trials": 3, "data_points": 10, "workers": 100,
          "dataset": {"kind": "uniform", "dimension": 4},
          "model": {"kind": "expression", "outputs": ["x1", "x2"]},
          "schemes": [{"kind": ")json" +
                       scheme + R"json("}]})json"))
      .trial_bytes;
}

TEST_CASE("Matrices count where a scheme has them", "[effort]") {
  // Data, truth and estimates of 10 points; inputs and results of the workers; encoder and decoder.
  CHECK(trial_bytes("bacc") == 8.0 * (10 * (4 + 2 + 2) + 100 * (4 + 2) + 2 * 10 * 100));
  CHECK(trial_bytes("letcc") == trial_bytes("bacc"));
  const auto decoder = [](const char* name) {
    return trial_bytes(R"(curve", "decoder": ")" + std::string(name));
  };
  CHECK(decoder("spline") == trial_bytes("bacc"));
  CHECK(decoder("auto") == trial_bytes("bacc") + 8.0 * 100 * 100);
  CHECK(decoder("kriging") == trial_bytes("bacc") + 8.0 * 2 * 100 * 100);
  CHECK(trial_bytes("replication") == 8.0 * (10 * (4 + 2 + 2) + 100 * (4 + 2)));
  CHECK(trial_bytes("uncoded") == 8.0 * (10 * (4 + 2 + 2) + 10 * (4 + 2)));
}

}  // namespace
}  // namespace laggard::approximation
