// Rounds on the wall clock, with all workers in this process and delays of some milliseconds.
#include "runtime/wall_clock.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "runtime/mortal_transport.hpp"
#include "transport/in_process.hpp"

namespace laggard::runtime {
namespace {

constexpr Seconds kNever = std::numeric_limits<Seconds>::infinity();

struct Fixture {
  transport::InProcess transport{
      [](const std::string&) { return std::make_unique<testing::Twice>(); }};
  std::vector<std::vector<WorkerRecord>> written;
  WorkerLedger ledger{[this](const std::vector<WorkerRecord>& rows) { written.push_back(rows); }};
  TimingRecord timing;

  Fixture() { transport.configure(""); }

  Answers run(const std::vector<Seconds>& delays, const WaitPolicy& policy) {
    Matrix inputs(static_cast<Index>(delays.size()), 1);
    for (Index i = 0; i < inputs.rows(); ++i) inputs(i, 0) = static_cast<double>(i);
    const WallRound round{9, 0, 2, 1, delays, true, 3};
    return collect_on_wall_clock(transport, round, policy, inputs, ledger, timing);
  }
};

TEST_CASE_METHOD(Fixture, "waiting for all takes everybody who answers", "[wall]") {
  const Answers answers = run({0.02, kNever, 0.0, 0.01}, WaitAll({}));
  CHECK(answers.workers == std::vector<WorkerId>{0, 2, 3});
  CHECK(answers.results == Eigen::Vector3d(0, 4, 6));
  CHECK(answers.time_s >= 0.02);
  CHECK(timing.collect_s == answers.time_s);
  REQUIRE(written.size() == 1);
  const auto& rows = written.front();
  REQUIRE(rows.size() == 4);
  CHECK(rows[1].status == WorkerStatus::kLost);
  CHECK(std::isnan(rows[1].arrival_s));
  for (const std::size_t worker : {0U, 2U, 3U}) {
    CHECK(rows[worker].status == WorkerStatus::kUsed);
    CHECK(rows[worker].arrival_s >= rows[worker].delay_s);
    CHECK(rows[worker].arrival_s <= answers.time_s);
    CHECK(rows[worker].point == 3);
    CHECK(rows[worker].trial == 9);
  }
}

TEST_CASE_METHOD(Fixture, "who comes after the cut is late, and known with its time later",
                 "[wall]") {
  const Answers first = run({0.0, 0.05, 0.0, 0.05}, WaitFastest({2}));
  CHECK(first.workers == std::vector<WorkerId>{0, 2});
  CHECK(written.empty());
  // The next round takes as long as the late ones need, and none of its results is theirs.
  const Answers second = run({0.2, 0.2, 0.2, 0.2}, WaitAll({}));
  CHECK(second.results == Eigen::Vector4d(0, 2, 4, 6));
  REQUIRE(written.size() == 2);
  for (const std::size_t worker : {1U, 3U}) {
    CHECK(written[0][worker].status == WorkerStatus::kLate);
    CHECK(written[0][worker].arrival_s >= 0.05);
  }
}

TEST_CASE_METHOD(Fixture, "a deadline ends the round whoever is missing", "[wall]") {
  WaitDeadline::Config config;
  config.seconds = 0.03;
  const Answers answers = run({0.0, 10.0, kNever, 0.0}, WaitDeadline(config));
  CHECK(answers.workers == std::vector<WorkerId>{0, 3});
  CHECK(answers.time_s >= 0.03);
  CHECK(written.empty());
  ledger.close();
  REQUIRE(written.size() == 1);
  CHECK(written[0][1].status == WorkerStatus::kLate);
  CHECK(std::isnan(written[0][1].arrival_s));
}

TEST_CASE_METHOD(Fixture, "nobody may come at all", "[wall]") {
  const Answers answers = run({kNever, kNever}, WaitAll({}));
  CHECK(answers.workers.empty());
  CHECK(answers.results.rows() == 0);
}

TEST_CASE("workers of a rank that fails do not answer in that round", "[wall][failures]") {
  testing::MortalTransport transport(3, std::make_unique<testing::Twice>());
  std::vector<WorkerRecord> rows;
  WorkerLedger ledger([&](const std::vector<WorkerRecord>& written) { rows = written; });
  TimingRecord timing;
  const auto run = [&] {
    Matrix inputs(8, 1);
    for (Index i = 0; i < 8; ++i) inputs(i, 0) = static_cast<double>(i);
    const std::vector<Seconds> delays{0, 0, 0, kNever, 0, 0, 0, 0};
    return collect_on_wall_clock(transport, {9, 0, 2, 1, delays, true, 3}, WaitAll({}), inputs,
                                 ledger, timing);
  };
  const auto status = [&](WorkerStatus wanted) {
    std::vector<WorkerId> workers;
    for (const WorkerRecord& row : rows)
      if (row.status == wanted) workers.push_back(row.worker);
    return workers;
  };
  transport.dying = {2};

  SECTION("reassigned: later rounds have them again, from other ranks") {
    const Answers first = run();
    CHECK(first.workers == std::vector<WorkerId>{0, 1, 4, 5, 6, 7});
    CHECK(first.failed_ranks == std::vector<std::uint32_t>{2});
    CHECK(status(WorkerStatus::kFailed) == std::vector<WorkerId>{2});
    CHECK(status(WorkerStatus::kLost) == std::vector<WorkerId>{3});
    const Answers second = run();
    CHECK(second.workers == std::vector<WorkerId>{0, 1, 2, 4, 5, 6, 7});
    CHECK(second.results(2, 0) == 4.0);
    CHECK(second.failed_ranks.empty());
    CHECK(rows[2].rank != 2);
  }
  SECTION("lost: they stay away") {
    transport.set_failure_rule({5.0, false});
    run();
    const Answers second = run();
    CHECK(second.workers == std::vector<WorkerId>{0, 1, 4, 5, 6, 7});
    CHECK(status(WorkerStatus::kFailed) == std::vector<WorkerId>{2});
    CHECK(rows[2].rank == 2);
  }
}

TEST_CASE("a block's computing time is shared by the workers that it has", "[wall]") {
  testing::MortalTransport transport(1, std::make_unique<testing::Twice>());
  WorkerLedger ledger([](const std::vector<WorkerRecord>&) {});
  const std::vector<Seconds> delays(5, 0.0);
  TimingRecord timing;
  collect_on_wall_clock(transport, {0, 0, 3, 1, delays, false, 0}, WaitAll({}), Matrix::Ones(5, 1),
                        ledger, timing);
  CHECK(timing.compute_s == Approx(2 * 0.25));  // blocks of 3 and 2 workers
}

TEST_CASE("rows that wait for late answers are handed over before they are too many", "[wall]") {
  std::vector<std::uint32_t> written;
  WorkerLedger ledger(
      [&](const std::vector<WorkerRecord>& rows) { written.push_back(rows[0].trial); }, 5);
  for (std::uint32_t trial = 0; trial < 4; ++trial) {
    std::vector<WorkerRecord> rows(2);
    for (WorkerRecord& row : rows) row.trial = trial;
    rows[1].status = WorkerStatus::kLate;
    ledger.open(trial, rows, 0.0);
  }
  CHECK(written == std::vector<std::uint32_t>{0, 1});
  ledger.late({{0, 0, 1, 1}, 0.01});  // too late for its row
  ledger.late({{2, 2, 1, 1}, 0.01});
  CHECK(written == std::vector<std::uint32_t>{0, 1, 2});
  ledger.close();
  CHECK(written == std::vector<std::uint32_t>{0, 1, 2, 3});
}

TEST_CASE("an answer that died with its rank after the cut has failed, too", "[wall][failures]") {
  std::vector<WorkerRecord> written;
  WorkerLedger ledger([&](const std::vector<WorkerRecord>& rows) { written = rows; });
  WorkerRecord used, late, other;
  used.rank = late.rank = 2;
  used.arrival_s = 0.1;
  late.status = other.status = WorkerStatus::kLate;
  other.rank = 1;
  ledger.open(0, {used, late, other}, 0.0);
  ledger.fail(2);
  CHECK(written.empty());  // the other one may still come
  ledger.late({{0, 0, 2, 1}, 0.01});
  REQUIRE(written.size() == 3);
  CHECK(written[0].status == WorkerStatus::kUsed);
  CHECK(written[1].status == WorkerStatus::kFailed);
  CHECK(written[2].status == WorkerStatus::kLate);
}

}  // namespace
}  // namespace laggard::runtime
