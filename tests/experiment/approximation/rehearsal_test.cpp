#include "experiment/approximation/rehearsal.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "experiment.hpp"

namespace laggard::approximation {
namespace {

using testing::MemoryStore;
using testing::run_in_process;

constexpr const char* kSchemes = R"([{"kind": "letcc"}, {"kind": "bacc", "ordering": "path"},
    {"kind": "replication"}, {"kind": "curve", "alpha": "chord", "decoder": "kriging"}])";

/// An experiment with noise, in which the workers of a block compute together.
std::string experiment(const std::string& stragglers, const std::string& more = "",
                       const std::string& schemes = kSchemes) {
  return fmt::format(R"json({{"data_points": 5, "workers": 18, "trials": 3, "worker_block": 4,
      "dataset": {{"kind": "uniform", "dimension": 2}},
      "model": {{"kind": "expression", "outputs": ["x1*sin(x2)", "x1*x2"]}},
      "noise": {{"kind": "gaussian", "sigma": 0.01}},
      "schemes": {}, "stragglers": {}{}}})json",
                     schemes, stragglers, more);
}

const TrialRecord& row(const MemoryStore& sink, std::uint32_t point, std::uint32_t trial) {
  for (const TrialRecord& record : sink.trials)
    if (record.point == point && record.trial == trial) return record;
  throw std::logic_error("no such row");
}

constexpr const char* kPredictions = R"(, "output": {"predictions": true})";

TEST_CASE("worst losses are those of each scheme, and harm it more than random ones",
          "[rehearsal]") {
  MemoryStore worst, random;
  run_in_process(experiment(R"({"kind": "worst", "count": 4})", kPredictions), worst);
  run_in_process(experiment(R"({"kind": "random", "count": 4})", kPredictions), random);
  REQUIRE(worst.trials.size() == 12);
  bool differ = false;
  for (const TrialRecord& record : worst.trials) {
    INFO("point " << record.point << ", trial " << record.trial);
    const TrialRecord& by_chance = row(random, record.point, record.trial);
    CHECK(record.received == 14);
    CHECK(std::isnan(by_chance.random_mse));
    // The same data and noise; the search decodes as the round does.
    CHECK(record.random_mse == Approx(by_chance.mse).epsilon(1e-12));  // summed along the path
    CHECK(record.mse >= by_chance.mse);
    const auto& lost = worst.lost[{record.point, record.trial}];
    CHECK(lost.size() == 4);
    if (lost != worst.lost[{0, record.trial}]) differ = true;
    // The rows are those of a trial with these losses.
    MemoryStore listed;
    run_in_process(
        experiment(fmt::format(R"({{"kind": "listed", "workers": [{}]}})", fmt::join(lost, ", ")),
                   kPredictions),
        listed);
    CHECK(row(listed, record.point, record.trial).mse == record.mse);
    CHECK(listed.decoded[{record.point, record.trial}] ==
          worst.decoded[{record.point, record.trial}]);
    CHECK(listed.inputs[{record.point, record.trial}] ==
          random.inputs[{record.point, record.trial}]);
  }
  CHECK(differ);
}

/// Keeps the rows of /anytime, too.
class AnytimeStore final : public ResultStore {
 public:
  bool has(std::uint32_t, std::uint32_t) const override { return false; }
  void add(const TableSpec& table, const void* data, std::size_t count) override {
    if (&table == &table_of<TrialRecord>()) testing::append(trials, data, count);
    if (&table == &table_of<AnytimeRecord>()) testing::append(rows, data, count);
    if (&table == &table_of<WorkerRecord>()) workers += count;
  }
  void add(Arrays) override {}
  void trial_done() override {}

  void run(const std::string& json) {
    sweep::Sweep sweep = testing::sweep_of(json);
    transport::InProcess transport(sweep::worker_factory(experiment::kinds(), 0));
    testing::run_plan(sweep, transport, *this);
  }

  std::vector<TrialRecord> trials;
  std::vector<AnytimeRecord> rows;
  std::size_t workers = 0;
};

TEST_CASE("the error after j arrivals is that of waiting for the fastest j", "[rehearsal]") {
  const std::string losses = R"({"kind": "random", "count": 3})";
  // Computing and messages take time, so that the answers come in another order than the delays
  // say.
  const std::string delay = R"(, "delay": {"kind": "shifted_exponential"},
      "time": {"compute_seconds": 0.5, "latency_seconds": 0.1, "bytes_per_number": 8,
               "master_bandwidth": 100})";
  AnytimeStore anytime;
  anytime.run(experiment(losses, delay + R"(, "output": {"anytime": true})"));
  REQUIRE(anytime.rows.size() == 4 * 3 * 15);
  REQUIRE(anytime.trials.size() == 12);
  for (const std::uint32_t count : {1U, 2U, 7U, 15U}) {
    MemoryStore waiting;
    run_in_process(
        experiment(losses,
                   delay + fmt::format(R"(, "wait": {{"kind": "fastest", "count": {}}})", count)),
        waiting);
    for (const AnytimeRecord& record : anytime.rows) {
      if (record.received != count) continue;
      const TrialRecord& other = row(waiting, record.point, record.trial);
      INFO("point " << record.point << ", trial " << record.trial << ", " << count);
      CHECK(record.mse == other.mse);
      CHECK(record.relative_error == other.relative_error);
      CHECK(record.arrival_s == other.completion_s);
    }
  }
  for (const TrialRecord& record : anytime.trials)
    for (const AnytimeRecord& last : anytime.rows)
      if (last.point == record.point && last.trial == record.trial && last.received == 15)
        CHECK(last.mse == record.mse);
}

/// With copies, no defence, two that reject answers and one that decodes.
constexpr const char* kDefended = R"([{"kind": "replication"}, {"kind": "letcc"},
    {"kind": "bacc", "ordering": "path", "robust": {"kind": "peel", "adversaries": 2}},
    {"kind": "curve", "robust": {"kind": "oracle"}},
    {"kind": "nercc", "robust": {"kind": "huber", "adversaries": 2}}])";

constexpr const char* kAttacks[] = {R"({"kind": "constant", "count": 2})",
                                    R"({"kind": "worst", "count": 2})"};

TEST_CASE("liars lie after each arrival as in a trial, and defences decode", "[rehearsal]") {
  const std::string losses = R"({"kind": "random", "count": 3})";
  for (const std::string attack : kAttacks) {
    const std::string more =
        R"(, "delay": {"kind": "shifted_exponential"}, "adversaries": )" + attack;
    AnytimeStore anytime;
    anytime.run(experiment(losses, more + R"(, "output": {"anytime": true})", kDefended));
    for (const std::uint32_t count : {8U, 11U, 15U}) {  // enough for each defence
      MemoryStore waiting;
      run_in_process(
          experiment(losses,
                     more + fmt::format(R"(, "wait": {{"kind": "fastest", "count": {}}})", count),
                     kDefended),
          waiting);
      std::size_t rows = 0;
      for (const AnytimeRecord& record : anytime.rows) {
        if (record.received != count) continue;
        ++rows;
        const TrialRecord& other = row(waiting, record.point, record.trial);
        INFO(attack << ", point " << record.point << ", trial " << record.trial << ", " << count);
        CHECK(other.liars == 2);
        CHECK(record.mse == other.mse);
      }
      CHECK(rows == 5 * 3);
    }
  }
}

TEST_CASE("the error for random losses has the liars, the defence and the waiting of the trial",
          "[rehearsal]") {
  for (const std::string attack : kAttacks)
    for (const std::string wait : {R"({"kind": "all"})", R"({"kind": "fastest", "count": 11})"}) {
      const std::string more = R"(, "delay": {"kind": "shifted_exponential"}, "adversaries": )" +
                               attack + R"(, "wait": )" + wait;
      MemoryStore worst, random;
      run_in_process(experiment(R"({"kind": "worst", "count": 4})", more, kDefended), worst);
      run_in_process(experiment(R"({"kind": "random", "count": 4})", more, kDefended), random);
      for (const TrialRecord& record : worst.trials) {
        INFO(attack << ", " << wait << ", point " << record.point << ", trial " << record.trial);
        const TrialRecord& by_chance = row(random, record.point, record.trial);
        CHECK(by_chance.mse > 0.0);
        CHECK(record.random_mse == Approx(by_chance.mse).epsilon(1e-12));  // summed on the path
      }
    }
}

/// Mean of the mse and of the certificate if three liars attack `against`.
std::pair<double, double> attacked(const std::string& decoder, const std::string& against) {
  MemoryStore sink;
  run_in_process(fmt::format(R"json({{"data_points": 10, "workers": 60, "trials": 4,
      "dataset": {{"kind": "uniform", "low": -10, "high": 10}}, "ordering": "path",
      "model": {{"kind": "expression", "outputs": ["x1*sin(x1)"]}},
      "schemes": [{{"kind": "curve", "alpha": "chord", "alpha_power": 1, "beta": "equispaced",
                    "encoder": "linear", {}}}],
      "adversaries": {{"kind": "worst", "count": 3, "bound": 10, "against": "{}"}}}})json",
                             decoder, against),
                 sink);
  double mse = 0.0, worst = 0.0;
  for (const TrialRecord& record : sink.trials) {
    mse += record.mse / 4;
    worst += record.worst_error / 4;
  }
  return {mse, worst};
}

TEST_CASE("the worst liars attack the decoder that the answers choose", "[rehearsal]") {
  for (const std::string decoder :
       {R"("decoder": "polynomial")", R"("lambda_decode": "loo")", R"("decoder": "auto")"}) {
    INFO(decoder);
    const auto own = attacked(decoder, "own"), spline = attacked(decoder, "spline");
    CHECK(own.first > 1.5 * spline.first);
    CHECK(own.second != spline.second);
  }
}

TEST_CASE("asking for more leaves the rows of /trials as they are", "[rehearsal]") {
  const std::string losses = R"({"kind": "random", "count": 3})";
  AnytimeStore plain, asked;
  plain.run(experiment(losses, R"(, "output": {"workers": true})"));
  asked.run(experiment(losses,
                       R"(, "output": {"workers": true, "anytime": true, "certificates": true})"));
  CHECK(plain.rows.empty());
  CHECK(plain.workers == asked.workers);
  REQUIRE(plain.trials.size() == asked.trials.size());
  for (std::size_t i = 0; i < plain.trials.size(); ++i) {
    const TrialRecord &before = plain.trials[i], &after = asked.trials[i];
    CHECK(before.mse == after.mse);
    CHECK(before.max_error == after.max_error);
    CHECK(std::isnan(before.lebesgue));
    CHECK(after.lebesgue >= 0.99);  // rows sum to 1
    CHECK(after.noise_gain > 0.0);
    CHECK(std::isnan(after.largest_gap) == (after.point == 2));  // replication has no curve
  }
}

TEST_CASE("without delays, chance says who comes first", "[rehearsal]") {
  AnytimeStore anytime;
  anytime.run(experiment(R"({"kind": "none"})", R"(, "output": {"anytime": true})",
                         R"([{"kind": "uncoded"}])"));
  REQUIRE(anytime.rows.size() == 3 * 5);
  double first = anytime.rows[0].mse;
  bool differ = false;
  for (const AnytimeRecord& record : anytime.rows) {
    CHECK(record.arrival_s == 0.0);
    if (record.received == 5) CHECK(record.mse < 1e-3);  // the noise alone
    if (record.received == 1 && record.mse != first) differ = true;
  }
  CHECK(differ);
}

TEST_CASE("what needs the virtual clock says so", "[rehearsal]") {
  const auto setup = testing::setup_of(
      R"({"data_points": 2, "workers": 4, "clock": "wall", "stragglers": {"kind": "worst"}})");
  CHECK_FALSE(setup.anything_to_do());
  CHECK(setup.points.front().record.skipped == "the stragglers 'worst' need the virtual clock");
  CHECK_THROWS_WITH(testing::plan_of(R"({"clock": "wall", "output": {"anytime": true}})"),
                    Catch::Contains("/output/anytime") && Catch::Contains("wall clock"));
  CHECK_THROWS_WITH(testing::plan_of(R"({"output": {"target_error": 0.5}})"),
                    Catch::Contains("/output/target_error is set without anytime"));
  CHECK(testing::setup_of(R"({"data_points": 2, "workers": 4,
      "stragglers": {"kind": "worst", "count": 4}})")
            .points.front()
            .scheme == nullptr);
}

}  // namespace
}  // namespace laggard::approximation
