// The frontend on the wall clock, on a clock that moves only while somebody waits: then it must do
// what the simulation does.
#include "experiment/serving/wall_server.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "experiment.hpp"
#include "experiment/serving/serving.hpp"
#include "manual_time.hpp"

namespace laggard::serving {
namespace {

using testing::kNever;
using testing::TestServer;

/// Ranks in this process, of which some die or are stopped when the test says so.
class MortalRanks final : public transport::Transport {
 public:
  MortalRanks(std::uint32_t ranks, const std::shared_ptr<testing::ManualTime>& time)
      : Transport(transport::Roster(ranks)),
        time_(time),
        inner_(sweep::worker_factory(experiment::kinds(), 0), 0, time) {}

  struct Fate {
    std::uint32_t rank;
    Seconds fails, noticed, back;
  };
  std::vector<Fate> fates;

  void configure(const std::string& job) override { inner_.configure(job); }
  std::shared_ptr<transport::Round> open(transport::Round round) override {
    return inner_.open(std::move(round));
  }
  void dispatch(const transport::Round& round, const transport::Block& block,
                std::span<const Seconds> delays) override {
    const std::uint32_t rank = roster_.rank_of(round.block_of(block.first_worker));
    for (const Fate& fate : fates)
      if (fate.rank == rank && time_->now() >= fate.fails && time_->now() < fate.back) return;
    inner_.dispatch(round, block, delays);
    computed_by[rank] += block.count;
  }
  std::optional<transport::Arrival> receive(Seconds patience) override {
    for (const Fate& fate : fates) {
      if (time_->now() >= fate.back) {
        roster_.revive(fate.rank);
      } else if (time_->now() >= fate.noticed && roster_.alive(fate.rank)) {
        roster_.fail(fate.rank);
        return transport::Arrival{{}, 0.0, fate.rank};
      }
    }
    return inner_.receive(patience);
  }

  std::map<std::uint32_t, std::uint32_t> computed_by;  ///< rows sent, by rank

 private:
  std::shared_ptr<testing::ManualTime> time_;
  transport::InProcess inner_;
};

struct WallRun {
  Answers answers;
  std::vector<round::RankFailure> failures;
  double accuracy = kNaN;
};

std::string configuration(const std::string& policy) {
  return R"({"experiment": "serving", "clock": "wall", "trials": 1,
      "dataset": {"kind": "uniform", "dimension": 2},
      "model": {"kind": "expression", "outputs": ["x1 + 2*x2", "x1 - x2"]}, "policies": [)" +
         policy + R"(], "serving": {"queries": 600, "warmup": 0}})";
}

/// The policy of a test server in a deployment of a linear model.
WallRun run_for_real(const TestServer& server, const std::string& policy,
                     transport::Transport& transport,
                     const std::shared_ptr<testing::ManualTime>& time) {
  const config::Plan plan = testing::plan_of(configuration(policy));
  const Deployment deployment(dynamic_cast<const Config&>(*plan.combinations.front().config));
  transport.configure("serving\n" + deployment.job());
  data::Sample queries = deployment.queries(0);
  for (Index row = 0; row < queries.inputs.rows(); ++row) {
    const double x = queries.inputs(row, 0), y = queries.inputs(row, 1);
    queries.labels.push_back(x + 2 * y >= x - y ? 0 : 1);
  }
  round::WorkerLedger ledger([](const std::vector<WorkerRecord>&) {});
  WallServer wall({server.config, *server.arrivals, *server.service, {1, 0, 0}}, *server.policy,
                  {deployment, queries, 0, {transport, ledger, *time}});
  WallRun result;
  wall.run(result.answers);
  result.failures = wall.failures();
  Latencies seen;
  latencies(result.answers, server.config.batch, 0, {0.0, server.policy->waits_for_median()}, seen);
  result.accuracy = wall.predictions().accuracy(seen.substituted, 0);
  return result;
}

WallRun run_for_real(const TestServer& server, const std::string& policy) {
  const auto time = std::make_shared<testing::ManualTime>();
  transport::InProcess transport(sweep::worker_factory(experiment::kinds(), 0), 0, time);
  return run_for_real(server, policy, transport, time);
}

constexpr const char* kService = R"({"kind": "shifted_exponential", "shift": 0.5, "mean": 1})";

TestServer make_server(const std::string& policy, double rate = 1.6) {
  TestServer server(policy, {4, 2, 2}, kService, rate, 600);
  server.config.encode_s = server.config.decode_s = 0.0;  // on the wall clock, nobody adds them
  server.config.transfers.count = 3;
  return server;
}

void check_equal(const std::vector<double>& got, const std::vector<double>& expected) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    REQUIRE(std::isinf(got[i]) == std::isinf(expected[i]));
    if (!std::isinf(got[i])) REQUIRE(got[i] == Approx(expected[i]).epsilon(1e-9));
  }
}

TEST_CASE("On a clock that costs nothing, the frontend does what the simulation does",
          "[serving][wall]") {
  for (const char* policy :
       {R"({"kind": "parm"})", R"({"kind": "parm", "k": 3, "r": 2})",
        R"({"kind": "equal_resources"})", R"({"kind": "approximate_backup"})",
        R"({"kind": "replication", "copies": 3})",
        R"({"kind": "replication", "low_priority": true, "tied": true})",
        R"({"kind": "replication", "hedge_after_seconds": 1})", R"({"kind": "coded", "r": 2})",
        R"({"kind": "coded", "k": 3, "systematic": false})",
        R"({"kind": "coded", "k": 4, "low_priority": false})"})
    for (const std::uint32_t batch : {1U, 4U}) {
      CAPTURE(policy, batch);
      TestServer server = make_server(policy, 1.6 * batch);
      server.config.batch = batch;
      const Answers expected = server.run();
      const WallRun real = run_for_real(server, policy);
      CHECK(real.answers.arrival == expected.arrival);
      check_equal(real.answers.proper, expected.proper);
      check_equal(real.answers.substitute, expected.substitute);
      CHECK(real.answers.services == expected.services);
      CHECK(real.answers.busy_s == Approx(expected.busy_s));
      // The model is linear, so that every reconstruction is exact.
      CHECK(real.accuracy == 1.0);
    }
}

TEST_CASE("Instances of a rank that dies go on elsewhere, or are lost", "[serving][wall]") {
  for (const bool reassign : {true, false})
    for (const char* policy : {R"({"kind": "parm"})", R"({"kind": "equal_resources"})",
                               R"({"kind": "replication"})", R"({"kind": "coded"})"}) {
      CAPTURE(reassign, policy);
      const TestServer server = make_server(policy, 0.8);
      const auto time = std::make_shared<testing::ManualTime>();
      MortalRanks ranks(3, time);
      ranks.set_failure_rule({5.0, reassign});
      ranks.fates = {{2, 100.0, 115.0, kNever}};
      const WallRun real = run_for_real(server, policy, ranks, time);
      REQUIRE(real.failures.size() == 1);
      CHECK(real.failures.front().rank == 2);
      CHECK(real.failures.front().noticed_s == Approx(115.0).epsilon(0.01));
      for (std::size_t query = 0; query < 600; ++query)
        REQUIRE(std::min(real.answers.proper[query], real.answers.substitute[query]) < kNever);
      // What had come before does not change, and what was under way then begins again.
      const Answers quiet = server.run();
      std::size_t changed = 0;
      for (std::size_t query = 0; query < 600; ++query) {
        const double proper = real.answers.proper[query];
        const bool same = proper == Approx(quiet.proper[query]) || proper == quiet.proper[query];
        if (std::min(quiet.proper[query], quiet.substitute[query]) < 100.0) REQUIRE(same);
        changed += same ? 0 : 1;
      }
      CHECK(changed > 0);
      CHECK(real.accuracy == 1.0);
    }
}

TEST_CASE("A rank that was only stopped has its instances back", "[serving][wall]") {
  const char* const policy = R"({"kind": "equal_resources"})";
  const TestServer server = make_server(policy, 0.8);
  const auto sent_to_rank_2 = [&](Seconds back) {
    const auto time = std::make_shared<testing::ManualTime>();
    MortalRanks ranks(3, time);
    ranks.set_failure_rule({5.0, false});
    ranks.fates = {{2, 100.0, 105.0, back}};
    const WallRun real = run_for_real(server, policy, ranks, time);
    for (const double proper : real.answers.proper) REQUIRE(proper < kNever);
    return ranks.computed_by[2];
  };
  CHECK(sent_to_rank_2(200.0) > 2 * sent_to_rank_2(kNever));
}

TEST_CASE("Without an instance that serves queries, a run ends with an error", "[serving][wall]") {
  const char* const policy = R"({"kind": "parm"})";
  // Instances 0 to 3 serve queries; 4 ranks have one of them each, and 4 and 5 the parities.
  const TestServer server = make_server(policy, 0.8);
  const auto time = std::make_shared<testing::ManualTime>();
  MortalRanks ranks(6, time);
  ranks.set_failure_rule({5.0, false});
  ranks.fates = {
      {1, 50, 60, kNever}, {2, 50, 60, kNever}, {3, 70, 80, kNever}, {4, 90, 95, kNever}};
  CHECK_THROWS_WITH(run_for_real(server, policy, ranks, time),
                    "no instance is left that serves queries (their ranks died, and "
                    "/failures/workers is \"lost\"); set it to \"reassign\", or use more ranks; "
                    "--resume continues");
}

TEST_CASE("A substitute has the numbers that its group gives", "[serving][wall]") {
  data::Sample sample;
  sample.inputs = Matrix::Random(6, 3);
  const auto f = [](const Matrix& x) -> Matrix { return x.leftCols(2) * 3.0; };  // linear
  for (Index row = 0; row < 6; ++row)
    sample.labels.push_back(sample.inputs(row, 0) >= sample.inputs(row, 1) ? 0 : 1);
  Predictions predictions(sample, 6, 2, {1, 3, 1}, 2);  // one group of three batches of two
  const Matrix parity = predictions.inputs({0, 0, true});
  const Matrix sum =
      sample.inputs.topRows(2) + sample.inputs.middleRows(2, 2) + sample.inputs.bottomRows(2);
  CHECK((parity - sum).norm() < 1e-14);
  predictions.take({0}, f(predictions.inputs({0})));
  predictions.take({2}, f(predictions.inputs({2})));
  CHECK_FALSE(predictions.substitute(1));
  const std::vector<std::uint8_t> substituted{0, 0, 1, 1, 0, 0};
  CHECK(std::isnan(predictions.accuracy(substituted, 0)));
  predictions.take({0, 0, true}, f(parity));
  CHECK(predictions.substitute(1));
  CHECK(predictions.accuracy(substituted, 0) == 1.0);
  predictions.take({0, 0, true}, -100.0 * f(parity));
  predictions.take({1}, f(predictions.inputs({1})));
  CHECK(predictions.accuracy(std::vector<std::uint8_t>(6, 0), 0) == 1.0);
}

TEST_CASE("A substitute of a cheaper model does not touch the deployed one's answer",
          "[serving][wall]") {
  data::Sample sample;
  sample.inputs = Matrix::Identity(2, 2);
  sample.labels = {0, 1};
  Predictions predictions(sample, 2, 1, {2, 0, 0, true}, 2);
  const Matrix wrong = (Matrix(1, 2) << 0.0, 1.0).finished();
  for (const Batch batch : {0U, 1U}) predictions.take({batch, 0}, sample.inputs.row(batch));
  CHECK(std::isnan(predictions.accuracy(std::vector<std::uint8_t>{1, 0}, 0)));
  for (const Batch batch : {0U, 1U}) predictions.take({batch, 1}, wrong);
  CHECK(predictions.substitute(0));
  CHECK(predictions.accuracy(std::vector<std::uint8_t>{1, 0}, 0) == 0.5);
  CHECK(predictions.accuracy(std::vector<std::uint8_t>{0, 0}, 0) == 1.0);
}

}  // namespace
}  // namespace laggard::serving
