#include "experiment/fate.hpp"

#include <catch2/catch.hpp>

#include "experiment.hpp"
#include "faults/make.hpp"
#include "temporary.hpp"

namespace laggard::experiment {
namespace {

using testing::make_delay;

constexpr std::uint32_t kWorkers = 6;
constexpr faults::Occasion kAt{7, 3, 2};

/// The delays of copies in a round of `kWorkers` without losses.
auto copies_of(const faults::Delay& delay, std::span<const double> speeds = {},
               std::span<const double> inputs = {}) {
  const auto setup =
      testing::setup_of(R"({"workers": 6, "data_points": 2, "wait": {"kind": "relaunch"}})");
  return draw_fate({*setup.stragglers, delay, *setup.wait, speeds, inputs}, kAt, kWorkers)
      .arrivals.copy_delay_s;
}

TEST_CASE("A copy has the delay of the worker that has it", "[fate][relaunch]") {
  const testing::TemporaryDirectory directory;
  std::string trace;
  for (int worker = 0; worker < 6; ++worker)
    for (int round = 0; round < 7; ++round)
      trace += std::to_string(worker) + "," + std::to_string(round) + "," +
               std::to_string(10 * worker + round) + "\n";
  const std::string file = directory.write("trace.csv", trace).string();
  const auto delay = make_delay(GENERATE_COPY(
      R"({"kind": "trace", "file": ")" + file + R"("})",
      std::string(
          R"({"kind": "groups", "sizes": [1, 2], "delays": [{"kind": "constant", "seconds": 1},
          {"kind": "constant", "seconds": 2}, {"kind": "constant", "seconds": 3}]})"),
      std::string(R"({"kind": "markov", "to_slow": 0.5, "to_fast": 0.5})"),
      std::string(R"({"kind": "shared", "delay": {"kind": "markov", "to_slow": 0.5}})")));
  const auto copy_delay_s = copies_of(*delay);
  for (WorkerId task = 0; task < kWorkers; ++task)
    for (WorkerId worker = 0; worker < kWorkers; ++worker)
      CHECK(copy_delay_s(task, worker) == delay->sample(kAt.of(worker)));
}

TEST_CASE("What chance draws for a copy is that of its task, and nobody else's",
          "[fate][relaunch]") {
  const auto delay = make_delay(R"({"kind": "pareto"})");
  const auto copy_delay_s = copies_of(*delay);
  for (WorkerId task = 0; task < kWorkers; ++task)
    for (WorkerId worker = 0; worker < kWorkers; ++worker)
      CHECK(copy_delay_s(task, worker) == delay->sample(kAt.of(kWorkers + task)));
}

TEST_CASE("A copy that is computed by a slow worker is late by its factor", "[fate][relaunch]") {
  const auto delay = make_delay(R"({"kind": "constant", "seconds": 0.5, "scaling": "work"})");
  const std::vector<double> speeds{1, 2, 3, 4, 5, 6}, inputs{1, 1, 1, 10, 10, 10};
  const auto copy_delay_s = copies_of(*delay, speeds, inputs);
  CHECK(copy_delay_s(0, 0) == 0.5);
  CHECK(copy_delay_s(0, 5) == 3.0);
  CHECK(copy_delay_s(3, 1) == 10.0);
}

}  // namespace
}  // namespace laggard::experiment
