// Runs on the wall clock, played again on the virtual one.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "experiment.hpp"
#include "experiment/approximation/master.hpp"
#include "experiment/approximation/worker.hpp"
#include "fit/advice.hpp"
#include "fit/delay_fit.hpp"
#include "manual_time.hpp"
#include "temporary.hpp"

namespace laggard::approximation {
namespace {

using testing::MemoryStore;

/// All trials of the first point, on a wall clock that moves only when the master waits.
MemoryStore run_by_hand(const std::string& json) {
  const Setup setup = testing::setup_of(json);
  MemoryStore sink;
  const auto time = std::make_shared<testing::ManualTime>();
  transport::InProcess transport([](const std::string& job) { return make_worker(job); }, 0, time);
  transport.configure(job_text(setup, setup.points));
  round::WorkerLedger ledger([&](const auto& rows) { sink.add_rows(rows); });
  Master master(setup, {transport, ledger, *time}, sink);
  for (std::uint32_t trial = 0; trial < setup.config.trials.most; ++trial)
    master.run({trial, {&setup.points.front()}}, std::nullopt, [] {});
  ledger.close();
  return sink;
}

std::string config_of(const std::string& clock, const std::string& delay, const std::string& wait,
                      std::uint32_t trials) {
  return fmt::format(R"json({{"data_points": 8, "workers": 20, "trials": {},
      "schemes": [{{"kind": "bacc"}}], "clock": "{}", "delay": {}, "wait": {},
      "output": {{"workers": true}}}})json",
                     trials, clock, delay, wait);
}

constexpr const char* kLognormal = R"({"kind": "lognormal", "median": 0.1, "sigma": 0.7})";

std::string trace_of(const MemoryStore& sink) {
  std::string text = "worker,round,arrival_s\n";
  for (const WorkerRecord& row : sink.workers)
    text += fmt::format("{},{},{}\n", row.worker, row.trial,
                        std::isnan(row.arrival_s) ? "" : fmt::format("{:.17g}", row.arrival_s));
  return text;
}

TEST_CASE("A replay gives back the run that its trace came from, bit for bit", "[replay]") {
  for (const char* wait : {R"({"kind": "all"})", R"({"kind": "fastest", "count": 12})"}) {
    CAPTURE(wait);
    const MemoryStore wall = run_by_hand(config_of("wall", kLognormal, wait, 10));
    const testing::TemporaryDirectory directory;
    const std::string file = directory.write("trace.csv", trace_of(wall)).string();
    MemoryStore replayed;
    testing::run_in_process(
        config_of("virtual",
                  R"({"kind": "trace", "missing_seconds": 1e6, "file": ")" + file + "\"}", wait,
                  10),
        replayed);
    REQUIRE(wall.trials.size() == 10);
    REQUIRE(replayed.trials.size() == 10);
    for (std::size_t trial = 0; trial < 10; ++trial) {
      CHECK(wall.trials[trial].received > 0);
      CHECK(replayed.trials[trial].received == wall.trials[trial].received);
      CHECK(replayed.trials[trial].mse == wall.trials[trial].mse);
      CHECK(replayed.trials[trial].max_error == wall.trials[trial].max_error);
      CHECK(replayed.trials[trial].collect_s == wall.trials[trial].collect_s);
    }
  }
}

double quantile(const MemoryStore& sink, double share) {
  std::vector<double> times;
  for (const TrialRecord& record : sink.trials) times.push_back(record.collect_s);
  std::sort(times.begin(), times.end());
  return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
}

constexpr const char* kFastest = R"({"kind": "fastest", "count": 15})";

/// What `laggard fit` knows of a run on the wall clock.
fit::Measured measured_of(const MemoryStore& wall) {
  std::vector<faults::Measurement> rows;
  for (const WorkerRecord& row : wall.workers) {
    faults::Measurement measured{row.worker, row.trial, row.arrival_s};
    measured.answered = std::isfinite(row.arrival_s);
    if (!measured.answered) measured.seconds = wall.trials[row.trial].collect_s;
    rows.push_back(measured);
  }
  return fit::Measured(std::move(rows));
}

MemoryStore run_virtually(const std::string& delay) {
  MemoryStore sink;
  testing::run_in_process(config_of("virtual", delay, kFastest, 1500), sink);
  return sink;
}

TEST_CASE("What is fitted to a run on the wall clock gives its completion times again",
          "[replay][fit]") {
  const MemoryStore wall = run_by_hand(config_of("wall", kLognormal, kFastest, 1500));
  const auto fits = fit::fit_delays(measured_of(wall));
  CHECK(fit::best_of(fits).kind == "lognormal");
  const MemoryStore again = run_virtually(fit::best_of(fits).json());
  CHECK(quantile(again, 0.5) == Approx(quantile(wall, 0.5)).epsilon(0.03));
  CHECK(quantile(again, 0.99) == Approx(quantile(wall, 0.99)).epsilon(0.10));
}

TEST_CASE("Delays that rounds share are fitted by a factor for each round", "[replay][fit]") {
  const std::string shared = R"({"kind": "shared", "sigma": 0.4, "delay": )";
  const MemoryStore wall =
      run_by_hand(config_of("wall", shared + kLognormal + "}", kFastest, 1500));
  const fit::Measured measured = measured_of(wall);
  const auto fits = fit::fit_delays(measured);
  const fit::Advice advice = fit::advise(measured, fits, fit::levels_of(measured));
  CHECK_THAT(advice.delay, Catch::Contains(R"("kind":"shared")"));
  CHECK_FALSE(advice.speeds);
  const MemoryStore again = run_virtually(advice.delay);
  CHECK(quantile(again, 0.5) == Approx(quantile(wall, 0.5)).epsilon(0.03));
  CHECK(quantile(again, 0.99) == Approx(quantile(wall, 0.99)).epsilon(0.10));
  // Independent delays of the same spread miss the tail.
  const MemoryStore independent = run_virtually(fit::best_of(fits).json());
  CHECK(quantile(independent, 0.99) < 0.8 * quantile(wall, 0.99));
}

}  // namespace
}  // namespace laggard::approximation
