#include "experiment/approximation/tuning.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "config/experiment.hpp"
#include "config/reader.hpp"
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
    CHECK(point.degree < 40);  // through all answers
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

namespace {

/// The mean error on held-out trials, without a path, noise or waiting, as the slow way has it:
/// `decode` gets the answers of who is not lost after the lies, and who lied.
template <class Decode>
double held_out_mse(const Setup& setup, std::uint32_t trials, const schemes::Scheme& scheme,
                    const Decode& decode) {
  double sum = 0.0;
  for (std::uint32_t number = 0; number < trials; ++number) {
    Trial trial = draw_trial(setup, number, data::Part::kHoldout);
    find_truth(setup, trial);
    Matrix inputs = scheme.encode(trial.sample.inputs).inputs;
    std::vector<WorkerId> workers;
    for (WorkerId worker = 0; worker < 40; ++worker)
      if (!std::binary_search(trial.lost.begin(), trial.lost.end(), worker))
        workers.push_back(worker);
    Matrix answers(static_cast<Index>(workers.size()), setup.model->outputs());
    inputs = inputs(workers, Eigen::all).eval();
    setup.model->forward(rows_of(inputs, 0, inputs.rows()),
                         MatrixSpan(answers.data(), answers.rows(), answers.cols()));
    const faults::Lies lies =
        setup.adversaries->lie({setup.config.seed, number, kTuningStep},
                               {workers, answers, 40, trial.truth, [] { return std::nullopt; }});
    const Matrix estimates = decode(answers, workers, lies.liars);
    sum += (estimates - trial.truth).squaredNorm() / static_cast<double>(estimates.size());
  }
  return sum / trials;
}

constexpr const char* kLiars =
    R"("ordering": "none", "adversaries": {"kind": "sign_flip", "count": 3, "bound": 20})";

}  // namespace

TEST_CASE("The error of a choice is that of the scheme with its liars and its defence") {
  TuningPlan plan = small_plan();
  plan.grid = 3;
  plan.rounds = 1;
  plan.trials = 3;
  for (const std::string robust : {"none", "peel", "huber", "oracle"}) {
    CAPTURE(robust);
    const Setup setup = setup_of(
        "{" + std::string(kLiars) + R"(, "schemes": [{"kind": "letcc", "robust": {"kind": ")" +
        robust + "\"" + (robust == "peel" ? R"(, "adversaries": 3)" : "") + "}}]}");
    const ActivePoint& point = setup.points.front();
    const Surface surface = tune(setup, point, plan, [] {});
    const bool replaced = robust == "huber";  // the scheme's own decoder has nothing to do
    REQUIRE(surface.points.size() == (replaced ? 4 : 16));
    for (const SurfacePoint& tried :
         {surface.points[0], surface.points[surface.points.size() / 2 - 1]}) {
      config::Json parameters = config::members_of(point.made_of);
      parameters["lambda_encode"] = tried.lambda_encode;
      if (!replaced) parameters["lambda_decode"] = tried.lambda_decode;
      const auto scheme = config::make(
          schemes::schemes(), config::component_of(parameters, "/schemes/0"), point.context);
      const double expected = held_out_mse(
          setup, plan.trials, *scheme,
          [&](Matrix& answers, std::vector<WorkerId>& workers, const std::vector<WorkerId>& liars) {
            if (robust != "oracle")
              return scheme->decode_robustly(rows_of(answers, 0, answers.rows()), workers)
                  .estimates;
            std::vector<WorkerId> honest;
            std::vector<Index> rows;
            for (std::size_t i = 0; i < workers.size(); ++i)
              if (!std::binary_search(liars.begin(), liars.end(), workers[i])) {
                honest.push_back(workers[i]);
                rows.push_back(static_cast<Index>(i));
              }
            const Matrix kept = answers(rows, Eigen::all);
            return scheme->decode(rows_of(kept, 0, kept.rows()), honest).estimates;
          });
      CHECK(tried.mse == Approx(expected));
    }
  }
}

TEST_CASE("Lies ask for more smoothing than honest workers do, and a defence for less") {
  const auto best = [](const std::string& liars, const std::string& robust) {
    const Setup setup =
        setup_of("{" + liars + R"("schemes": [{"kind": "curve", "encoder": "linear", "robust": )" +
                 robust + "}]}");
    return tune(setup, setup.points.front(), small_plan(), [] {}).best;
  };
  const std::string lies = R"("adversaries": {"kind": "sign_flip", "count": 3}, )";
  const std::string none = R"({"kind": "none"})";
  const std::string peel = R"({"kind": "peel", "adversaries": 3})";
  const SurfacePoint honest = best("", none), attacked = best(lies, none),
                     defended = best(lies, peel);
  CHECK(attacked.lambda_decode > 100.0 * std::max(honest.lambda_decode, 1e-10));
  CHECK(attacked.mse > 10.0 * honest.mse);
  CHECK(defended.lambda_decode < attacked.lambda_decode);
  CHECK(defended.mse < 0.5 * attacked.mse);
}

TEST_CASE("Schemes that deal their points by reliability are tuned as they are") {
  TuningPlan plan = small_plan();
  plan.grid = 4;
  plan.rounds = 1;
  // The ten slow workers at the end are always late.
  const auto best = [&](const std::string& assignment) {
    const Setup setup = setup_of(
        R"({"speeds": {"kind": "groups", "shares": [3, 1], "factors": [1, 9],
                       "placement": "consecutive"},
            "delay": {"kind": "constant", "scaling": "work"},
            "stragglers": {"kind": "none"}, "wait": {"kind": "deadline", "seconds": 2},
            "schemes": [{"kind": "letcc", "assignment": ")" +
        assignment + "\"}]}");
    REQUIRE(is_tunable(setup.points.front()));
    return tune(setup, setup.points.front(), plan, [] {}).best.mse;
  };
  CHECK(best("reliability") < 0.1 * best("order"));
}

TEST_CASE("tuning data are not the trials' data") {
  const Setup setup = setup_of("{}");
  const Trial trial = draw_trial(setup, 0);
  const Trial held_out = draw_trial(setup, 0, data::Part::kHoldout);
  CHECK(trial.sample.inputs != held_out.sample.inputs);
  CHECK(trial.lost != held_out.lost);
}
