// Rounds on the wall clock. Time passes only while the master waits, so that every time is exact.
#include "round/wall_clock.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "manual_time.hpp"
#include "round/mortal_transport.hpp"
#include "round/rounds.hpp"
#include "round/virtual_clock.hpp"
#include "transport/in_process.hpp"

namespace laggard::round {
namespace {

using testing::arrivals_of;
using testing::kNever;
using testing::request_of;
using testing::workers_with;
using Workers = std::vector<WorkerId>;

WaitDeadline deadline(Seconds seconds) {
  WaitDeadline::Config config;
  config.seconds = seconds;
  return WaitDeadline(config);
}

struct Fixture {
  std::shared_ptr<testing::ManualTime> time = std::make_shared<testing::ManualTime>();
  transport::InProcess transport{testing::make_twice, 0, time};
  std::vector<std::vector<WorkerRecord>> written;
  WorkerLedger ledger{[this](const std::vector<WorkerRecord>& rows) { written.push_back(rows); }};
  WallClock clock{{transport, ledger, *time}};

  Fixture() { transport.configure(""); }

  Answers run(const std::vector<Seconds>& delays, const WaitPolicy& policy) {
    const Arrivals arrivals = arrivals_of(delays);
    Answers answers = clock.collect(request_of(arrivals), policy);
    testing::check_results(answers);
    return answers;
  }
};

TEST_CASE_METHOD(Fixture, "waiting for all takes everybody who answers", "[wall]") {
  const Answers answers = run({0.02, kNever, 0.0, 0.01}, WaitAll({}));
  CHECK(answers.workers == Workers{0, 2, 3});
  CHECK(answers.time_s == 0.02);
  REQUIRE(written.size() == 1);
  const auto& rows = written.front();
  REQUIRE(rows.size() == 4);
  CHECK(rows[1].status == WorkerStatus::kLost);
  CHECK(std::isnan(rows[1].delay_s));
  CHECK(std::isnan(rows[1].arrival_s));
  for (const std::size_t worker : {0U, 2U, 3U}) {
    CHECK(rows[worker].status == WorkerStatus::kUsed);
    CHECK(rows[worker].arrival_s == rows[worker].delay_s);
    CHECK(rows[worker].compute_s == 0.0);
    CHECK(rows[worker].point == 3);
    CHECK(rows[worker].trial == 9);
  }
}

TEST_CASE_METHOD(Fixture, "an answer after the cut is late, and its time is known later",
                 "[wall]") {
  const Answers first = run({0.0, 0.0625, 0.0, 0.05}, WaitFastest({2}));
  CHECK(first.workers == Workers{0, 2});
  CHECK(first.time_s == 0.0);
  CHECK(written.empty());
  // The next round takes longer than the late ones, and none of its results is theirs.
  CHECK(run({0.2, 0.2, 0.2, 0.2}, WaitAll({})).time_s == 0.2);
  REQUIRE(written.size() == 2);
  CHECK(workers_with(WorkerStatus::kLate, written[0]) == Workers{1, 3});
  CHECK(written[0][1].arrival_s == 0.0625);
  CHECK(written[0][3].arrival_s == 0.05);
}

TEST_CASE_METHOD(Fixture, "a deadline ends the round whoever is missing", "[wall]") {
  const Answers answers = run({0.0, 10.0, kNever, 0.0}, deadline(0.25));
  CHECK(answers.workers == Workers{0, 3});
  CHECK(answers.time_s == 0.25);
  CHECK(written.empty());
  ledger.close();
  REQUIRE(written.size() == 1);
  CHECK(written[0][1].status == WorkerStatus::kLate);
  CHECK(std::isnan(written[0][1].arrival_s));
}

TEST_CASE_METHOD(Fixture, "answers at the moment of the deadline are in time", "[wall]") {
  const Answers answers = run({0.25, 0.5, 0.25, 0.2500001}, deadline(0.25));
  CHECK(answers.workers == Workers{0, 2});
  CHECK(answers.time_s == 0.25);
  CHECK(run({0.0, 0.0, 1.0}, deadline(0.0)).workers == Workers{0, 1});
}

TEST_CASE_METHOD(Fixture, "nobody may come at all", "[wall]") {
  const Answers answers = run({kNever, kNever}, WaitAll({}));
  CHECK(answers.workers.empty());
  CHECK(answers.results.rows() == 0);
  CHECK(answers.time_s == 0.0);
}

TEST_CASE_METHOD(Fixture, "rounds in flight have their own times", "[wall]") {
  const WaitFastest two({2});
  const Arrivals of_first = arrivals_of({0.5, 0.125, 0.375, kNever});
  const Arrivals of_second = arrivals_of({0.25, 0.5, 0.0, 0.25});
  const Arrivals of_third = arrivals_of({0.0625, 2.0});
  const WaitDeadline soon = deadline(0.125);
  const auto first = clock.begin(request_of(of_first), two);
  const auto second = clock.begin(request_of(of_second), two);
  const auto third = clock.begin(request_of(of_third), soon);
  const Answers of = clock.finish(*first);
  testing::check_results(of);
  CHECK(of.workers == Workers{1, 2});
  CHECK(of.time_s == 0.375);
  // The second was complete before the first.
  const Answers other = clock.finish(*second);
  testing::check_results(other);
  CHECK(other.workers == Workers{0, 2});
  CHECK(other.time_s == 0.25);
  CHECK(time->now() == 0.375);
  // Nobody looked when the third one's deadline came. An answer that came after it is late all the
  // same.
  const Answers last = clock.finish(*third);
  CHECK(last.workers == Workers{0});
  CHECK(written.empty());
  run({4.0}, WaitAll({}));
  REQUIRE(written.size() == 4);
  CHECK(written[0][0].arrival_s == 0.5);
  CHECK(workers_with(WorkerStatus::kLate, written[0]) == Workers{0});
  CHECK(workers_with(WorkerStatus::kLost, written[0]) == Workers{3});
  CHECK(workers_with(WorkerStatus::kLate, written[1]) == Workers{1, 3});
  CHECK(written[2][1].arrival_s == 2.0);
}

TEST_CASE_METHOD(Fixture, "a round that is dropped does not disturb the next one", "[wall]") {
  const Arrivals arrivals = arrivals_of({0.25, 0.5, 0.0});
  const WaitAll all({});
  clock.begin(request_of(arrivals), all);
  const Answers answers = run({1.0, 0.5}, WaitAll({}));
  CHECK(answers.workers == Workers{0, 1});
  CHECK(answers.time_s == 1.0);
  CHECK(written.size() == 1);
}

/// Delays are multiples of 1/1024, so that sums of them are exact, and all different.
TEST_CASE("both clocks agree on who is late, and on every time", "[wall]") {
  const WaitFastest fastest({7});
  const WaitDeadline in_time = deadline(0.25);
  const WaitAll all({});
  const std::vector<const WaitPolicy*> policies{&all, &fastest, &in_time};
  const WaitPolicy* policy = policies[GENERATE(0U, 1U, 2U)];
  for (std::uint32_t trial = 0; trial < 50; ++trial) {
    Stream stream({5, Purpose::kDelay, trial, 0});
    std::vector<Seconds> delays(13, kNever);
    const auto order = random_permutation(stream, 512);
    for (std::size_t worker = 0; worker < 13; ++worker)
      if (worker % 5 != trial % 5) delays[worker] = order[worker] / 1024.0;
    const Arrivals arrivals = arrivals_of(delays);

    std::vector<WorkerRecord> virtual_rows;
    WorkerLedger ledger([&](const std::vector<WorkerRecord>& rows) { virtual_rows = rows; });
    RealTime real;
    transport::InProcess transport(testing::make_twice);
    transport.configure("");
    VirtualClock virtual_clock({transport, ledger, real});
    const Answers expected = virtual_clock.collect(request_of(arrivals), *policy);

    Fixture wall;
    const Answers found = wall.clock.collect(request_of(arrivals), *policy);
    REQUIRE(found.workers == expected.workers);
    REQUIRE(found.results == expected.results);
    REQUIRE(found.time_s == expected.time_s);
    wall.run({1.0}, all);  // until the late ones have come
    REQUIRE(wall.written.size() == 2);
    const auto& rows = wall.written[wall.written[0].size() == 13 ? 0 : 1];
    REQUIRE(rows.size() == virtual_rows.size());
    for (std::size_t worker = 0; worker < rows.size(); ++worker) {
      REQUIRE(rows[worker].status == virtual_rows[worker].status);
      if (rows[worker].status == WorkerStatus::kLost)
        REQUIRE(std::isnan(rows[worker].arrival_s));
      else
        REQUIRE(rows[worker].arrival_s == virtual_rows[worker].arrival_s);
      REQUIRE(rows[worker].rank == virtual_rows[worker].rank);
    }
  }
}

TEST_CASE("workers of a rank that fails do not answer in that round", "[wall][failures]") {
  testing::MortalTransport transport(3, std::make_unique<testing::Twice>());
  std::vector<WorkerRecord> rows;
  WorkerLedger ledger([&](const std::vector<WorkerRecord>& written) { rows = written; });
  testing::ManualTime time;
  WallClock clock({transport, ledger, time});
  const Arrivals arrivals = arrivals_of({0, 0, 0, kNever, 0, 0, 0, 0});
  const WaitAll all({});
  const auto run = [&] {
    const Answers answers = clock.collect(request_of(arrivals), all);
    testing::check_results(answers);
    return answers;
  };
  transport.dying = {2};

  SECTION("reassigned: later rounds have them again, from other ranks") {
    const Answers first = run();
    CHECK(first.workers == Workers{0, 1, 4, 5, 6, 7});
    CHECK(testing::ranks_of(first.failures) == std::vector<std::uint32_t>{2});
    CHECK(workers_with(WorkerStatus::kFailed, rows) == Workers{2});
    CHECK(workers_with(WorkerStatus::kLost, rows) == Workers{3});
    const Answers second = run();
    CHECK(second.workers == Workers{0, 1, 2, 4, 5, 6, 7});
    CHECK(second.failures.empty());
    CHECK(rows[2].rank != 2);
  }
  SECTION("lost: they stay away") {
    transport.set_failure_rule({5.0, false});
    run();
    const Answers second = run();
    CHECK(second.workers == Workers{0, 1, 4, 5, 6, 7});
    CHECK(workers_with(WorkerStatus::kFailed, rows) == Workers{2});
    CHECK(rows[2].rank == 2);
  }
  SECTION("in all rounds that are in flight, and the failure is told once") {
    const auto first = clock.begin(request_of(arrivals), all);
    const auto second = clock.begin(request_of(arrivals), all);
    const Answers of_first = clock.finish(*first);
    const Answers of_second = clock.finish(*second);
    testing::check_results(of_second);
    CHECK(of_first.workers == Workers{0, 1, 4, 5, 6, 7});
    CHECK(of_second.workers == Workers{0, 1, 4, 5, 6, 7});
    CHECK(of_first.failures.size() + of_second.failures.size() == 1);
  }
}

TEST_CASE("a block's computing time is shared by the workers that it has", "[wall]") {
  testing::MortalTransport transport(1, std::make_unique<testing::Twice>());
  WorkerLedger ledger([](const std::vector<WorkerRecord>&) {});
  testing::ManualTime time;
  WallClock clock({transport, ledger, time});
  const Arrivals arrivals = arrivals_of(std::vector<Seconds>(5, 0.0));
  RoundRequest request = request_of(arrivals);
  request.block_size = 3;
  const Answers answers = clock.collect(std::move(request), WaitAll({}));
  CHECK(answers.compute_s == Approx(2 * 0.25));  // blocks of 3 and 2 workers
}

}  // namespace
}  // namespace laggard::round
