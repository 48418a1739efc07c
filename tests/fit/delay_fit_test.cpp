#include "fit/delay_fit.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "config/json.hpp"
#include "fit/draw.hpp"
#include "statistics.hpp"

namespace laggard::fit {
namespace {

using faults::Measurement;
using testing::drawn;

DelayFit of_kind(const std::vector<DelayFit>& fits, const std::string& kind) {
  for (const DelayFit& fit : fits)
    if (fit.kind == kind) return fit;
  FAIL("no fit of " << kind);
  throw std::logic_error("");
}

/// A delay and its parameters, as they stand in a configuration.
struct Truth {
  const char* json;
  Seconds limit_s;  ///< half, more or less, of the times are longer
};

constexpr Truth kTruths[] = {
    {R"({"kind": "shifted_exponential", "shift": 0.5, "mean": 2})", 1.8},
    {R"({"kind": "pareto", "scale": 0.1, "shape": 1.5})", 0.16},
    {R"({"kind": "weibull", "scale": 3, "shape": 0.7})", 2.0},
    {R"({"kind": "weibull", "scale": 3e-3, "shape": 4})", 2.8e-3},
    {R"({"kind": "lognormal", "median": 0.02, "sigma": 0.8})", 0.018},
};

TEST_CASE("Parameters are found again within their standard errors, with censored times or without",
          "[fit]") {
  for (const Truth& truth : kTruths)
    for (const Seconds limit_s : {1e300, truth.limit_s}) {
      CAPTURE(truth.json, limit_s);
      const Measured measured(drawn(truth.json, 40, 50, limit_s));
      const config::Json expected = config::parse(truth.json, "the truth");
      const DelayFit fit = of_kind(fit_delays(measured), expected.at("kind"));
      for (const Parameter& parameter : fit.parameters) {
        CAPTURE(parameter.name, parameter.value, parameter.standard_error);
        const double truth_value = expected.at(parameter.name).get<double>();
        CHECK(parameter.standard_error > 0.0);
        // The least time of 2,000 may lie some of its mean distances above the bound.
        const bool bound =
            parameter.name == "shift" || (fit.kind == "pareto" && parameter.name == "scale");
        CHECK(std::abs(parameter.value - truth_value) <
              (bound ? 7.0 : 3.5) * parameter.standard_error);
        CHECK(parameter.standard_error < 0.1 * truth_value);
      }
    }
}

TEST_CASE("The kind that the times were drawn from is the best, with censored times or without",
          "[fit]") {
  for (const Truth& truth : kTruths)
    for (const Seconds limit_s : {1e300, 2.0 * truth.limit_s}) {
      CAPTURE(truth.json, limit_s);
      const auto fits = fit_delays(Measured(drawn(truth.json, 100, 100, limit_s)));
      CHECK(best_of(fits).kind == config::parse(truth.json, "the truth").at("kind"));
      CHECK(&best_of(fits) == &fits.front());
      // 1.95 is exceeded once in a thousand; fitted parameters come closer.
      CHECK(fits.front().distance * std::sqrt(1e4) < 1.95);
    }
}

TEST_CASE("No other parameters are more likely", "[fit]") {
  // The formulas again, slowly, over a grid around the fit.
  const Measured measured(drawn(kTruths[2].json, 20, 20, 2.0));
  const DelayFit fit = of_kind(fit_delays(measured), "weibull");
  const auto likelihood = [&](double scale, double shape) {
    double sum = 0.0;
    for (const Measurement& row : measured.rows) {
      const double above = -std::pow(row.seconds / scale, shape);
      sum += row.answered
                 ? above + std::log(shape / row.seconds) + shape * std::log(row.seconds / scale)
                 : above;
    }
    return sum;
  };
  const double scale = fit.at("scale"), shape = fit.at("shape");
  CHECK(fit.log_likelihood == Approx(likelihood(scale, shape)).epsilon(1e-12));
  for (const double a : {0.97, 0.999, 1.001, 1.03})
    for (const double b : {0.97, 0.999, 1.001, 1.03})
      CHECK(likelihood(a * scale, b * shape) < fit.log_likelihood);
}

TEST_CASE("Delays of two values are found again", "[fit]") {
  for (const Seconds limit_s : {1e300, 5.0}) {
    CAPTURE(limit_s);
    const Measured measured(
        drawn(R"({"kind": "bimodal", "fast": 1, "slow": 10, "probability": 0.2})", 20, 100));
    const auto fits = fit_delays(measured);
    CHECK(best_of(fits).kind == "bimodal");
    const DelayFit fit = of_kind(fits, "bimodal");
    CHECK(fit.at("fast") == 1.0);
    CHECK(fit.at("slow") == Approx(10.0));
    CHECK(std::abs(fit.at("probability") - 0.2) < 3.5 * fit.parameters[2].standard_error);
    CHECK(fit.parameters[2].standard_error == Approx(std::sqrt(0.16 / 2000)).epsilon(0.1));
    CHECK(std::isnan(fit.log_likelihood));
  }
}

TEST_CASE("A censored time counts as slow if only a slow one can be so long", "[fit]") {
  std::vector<Measurement> rows;
  for (std::uint32_t i = 0; i < 8; ++i) rows.push_back({i, 0, i < 6 ? 1.0 : 10.0});
  rows.push_back({8, 0, 7.0});
  rows.push_back({9, 0, 3.0});
  rows[8].answered = rows[9].answered = false;
  const DelayFit fit = of_kind(fit_delays(Measured(rows)), "bimodal");
  CHECK(fit.at("probability") == 3.0 / 9.0);
}

TEST_CASE("Workers that stay slow are found again", "[fit]") {
  const Measured measured(drawn(
      R"({"kind": "markov", "fast": 1, "slow": 4, "to_slow": 0.1, "to_fast": 0.3})", 20, 400));
  const DelayFit fit = of_kind(fit_delays(measured), "markov");
  CHECK(fit.at("fast") == Approx(1.0));
  CHECK(fit.at("slow") == Approx(4.0));
  CHECK(std::abs(fit.at("to_slow") - 0.1) < 3.5 * fit.parameters[2].standard_error);
  CHECK(std::abs(fit.at("to_fast") - 0.3) < 3.5 * fit.parameters[3].standard_error);
  CHECK(best_of(fit_delays(measured)).kind == "markov");
  // Independent rounds are no chain, although a chain of them has the same times.
  const Measured independent(
      drawn(R"({"kind": "bimodal", "fast": 1, "slow": 4, "probability": 0.25})", 20, 400));
  CHECK(best_of(fit_delays(independent)).kind == "bimodal");
  // A round alone says nothing of what follows.
  for (const DelayFit& alone : fit_delays(Measured(drawn(R"({"kind": "bimodal"})", 50, 1))))
    CHECK(alone.kind != "markov");
}

TEST_CASE("The constant is the median", "[fit]") {
  const Measured measured({{0, 0, 3.0}, {1, 0, 1.0}, {2, 0, 100.0}});
  CHECK(of_kind(fit_delays(measured), "constant").at("seconds") == 3.0);
}

TEST_CASE("What is printed can be pasted", "[fit]") {
  for (const Truth& truth : kTruths)
    for (const DelayFit& fit : fit_delays(Measured(drawn(truth.json, 10, 10)))) {
      CAPTURE(fit.json(true));
      CHECK_NOTHROW(testing::make_delay(fit.json()));
      CHECK_NOTHROW(testing::make_delay(fit.json(true)));
    }
}

TEST_CASE("Kinds that are never 0 are not fitted to times of 0", "[fit]") {
  for (const DelayFit& fit : fit_delays(Measured({{0, 0, 0.0}, {1, 0, 1.0}, {2, 0, 2.0}})))
    CHECK((fit.kind == "shifted_exponential" || fit.kind == "constant" || fit.kind == "bimodal"));
}

}  // namespace
}  // namespace laggard::fit
