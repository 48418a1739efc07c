#include "experiment/approximation/tuning.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "config/experiment.hpp"
#include "core/error.hpp"
#include "experiment/approximation/master.hpp"
#include "experiment/kinds.hpp"

using namespace laggard;
using namespace laggard::approximation;

namespace {

Setup setup_of(const std::string& changes) {
  config::Json document = config::parse(R"({
    "data_points": 6, "workers": 40, "ordering": "path",
    "schemes": [{"kind": "nercc"}],
    "stragglers": {"kind": "random", "count": 4}
  })",
                                        "test");
  document.update(config::parse(changes, "test"));
  return SetupBuilder().build(
      config::expand(document, experiment::kinds().vocabulary()).combinations.front());
}

TuningPlan small_plan() {
  TuningPlan plan;
  plan.lowest = 1e-10;
  plan.grid = 6;
  plan.rounds = 2;
  plan.trials = 10;
  return plan;
}

}  // namespace

TEST_CASE("the optimum is the least of the surface and noise asks for smoothing") {
  for (const bool noisy : {false, true}) {
    const Setup setup = setup_of(noisy ? R"({"noise": {"kind": "gaussian", "sigma": 0.5}})" : "{}");
    std::size_t steps = 0;
    const Surface surface = tune(setup, setup.points.front(), small_plan(), [&] { ++steps; });
    CHECK(steps >= 7);
    REQUIRE(surface.points.size() >= 49);  // 0 and six values on both axes
    bool has_zero = false;
    for (const SurfacePoint& point : surface.points) {
      CHECK(point.mse >= surface.best.mse);
      CHECK(point.mse_ci_low <= point.mse);
      CHECK(point.mse_ci_high >= point.mse);
      has_zero = has_zero || (point.lambda_encode == 0.0 && point.lambda_decode == 0.0);
    }
    CHECK(has_zero);
    if (noisy) CHECK(surface.best.lambda_decode > 1e-9);
  }
}

TEST_CASE("the second round refines around the best pair of the first") {
  TuningPlan plan = small_plan();
  const Setup setup = setup_of(R"({"noise": {"kind": "gaussian", "sigma": 0.5}})");
  plan.rounds = 1;
  const Surface coarse = tune(setup, setup.points.front(), plan, [] {});
  plan.rounds = 2;
  const Surface fine = tune(setup, setup.points.front(), plan, [] {});
  CHECK(fine.best.mse <= coarse.best.mse);
  const double cell = std::log(plan.highest / plan.lowest) / (plan.grid - 1);
  CHECK(std::abs(std::log(fine.best.lambda_decode / coarse.best.lambda_decode)) <= cell * 1.0001);
}

TEST_CASE("every parameter of a curve code is searched, jointly, and the best one is a choice") {
  const auto searched = [](const std::string& scheme, const TuningPlan& plan) {
    const Setup setup = setup_of(R"({"schemes": [{"kind": "curve", )" + scheme +
                                 R"(}], "noise": {"kind": "gaussian", "sigma": 0.1}})");
    REQUIRE(is_tunable(setup.points.front()));
    std::uint64_t steps = 0;
    Surface surface = tune(setup, setup.points.front(), plan, [&] { ++steps; });
    CHECK(steps <= most_steps(setup.points.front(), plan));
    CHECK(surface.computed == steps * plan.trials * 40);
    return surface;
  };
  TuningPlan plan = small_plan();
  plan.grid = 4;
  plan.trials = 4;
  const Surface polynomial = searched(
      R"("alpha": "chord", "encoder": "berrut", "decoder": "polynomial", "degree": 3)", plan);
  std::set<double> powers, degrees;
  for (const SurfacePoint& point : polynomial.points) {
    CHECK(std::isnan(point.lambda_encode));
    CHECK(std::isnan(point.lambda_decode));
    CHECK((point.alpha_power >= 0.0 && point.alpha_power <= 2.0));
    CHECK(point.degree == std::round(point.degree));
    CHECK(point.mse >= polynomial.best.mse);
    powers.insert(point.alpha_power);
    degrees.insert(point.degree);
  }
  CHECK(powers.size() > 4);  // the second round looks between those of the first
  CHECK(degrees.size() > 4);
  // Each first value of one meets each first value of the other.
  CHECK(polynomial.points.size() >= 4 * 4 + powers.size() - 4);

  plan.rounds = 1;
  const Surface three = searched(R"("alpha": "chord", "decoder": "quintic")", plan);
  CHECK(three.points.size() == 4 * 5 * 5);
  CHECK(std::isnan(three.best.degree));
  CHECK(searched(R"("beta": "systematic")", plan).points.size() == 5);
  CHECK(searched(R"("decoder": "floater_hormann", "encoder": "linear")", plan).points.size() == 4);
  const Setup none = setup_of(R"({"schemes": [{"kind": "curve", "encoder": "berrut",
      "decoder": "auto"}]})");
  CHECK_FALSE(is_tunable(none.points.front()));
}

TEST_CASE("tuning data are not the trials' data") {
  const Setup setup = setup_of("{}");
  const Trial trial = draw_trial(setup, 0);
  const Trial held_out = draw_trial(setup, 0, data::Part::kHoldout);
  CHECK(trial.sample.inputs != held_out.sample.inputs);
  CHECK(trial.lost != held_out.lost);
}
