// Rounds on the virtual clock whose ranks die in the middle.
#include "round/virtual_clock.hpp"

#include <catch2/catch.hpp>

#include "round/mortal_transport.hpp"
#include "round/rounds.hpp"

namespace laggard::round {
namespace {

using testing::arrivals_of;
using testing::check_results;
using testing::kNever;
using testing::ranks_of;
using testing::request_of;
using testing::workers_with;
using Workers = std::vector<WorkerId>;
using Ranks = std::vector<std::uint32_t>;

/// Three ranks; blocks of two workers.
struct Fixture {
  testing::MortalTransport transport{3, std::make_unique<testing::Twice>()};
  std::vector<WorkerRecord> rows;
  WorkerLedger ledger{[this](const std::vector<WorkerRecord>& written) { rows = written; }};
  RealTime time;
  VirtualClock clock{{transport, ledger, time}};
  const WaitAll all{WaitAll::Config()};
  /// Workers 0, 1, 3, 4, 8 and 11 answer.
  const Arrivals some =
      arrivals_of({0, 0.5, kNever, 0, 1, kNever, kNever, kNever, 2, kNever, kNever, 0.25});

  Answers run(const Arrivals& arrivals, const WaitPolicy& policy) {
    Answers answers = clock.collect(request_of(arrivals), policy);
    check_results(answers);
    return answers;
  }
  Answers run() {
    Answers answers = run(some, all);
    CHECK(answers.workers == Workers{0, 1, 3, 4, 8, 11});
    CHECK(answers.time_s == 2.0);
    return answers;
  }
  Ranks ranks_of_used() const {
    Ranks ranks;
    for (const WorkerRecord& row : rows)
      if (row.status == WorkerStatus::kUsed) ranks.push_back(row.rank);
    return ranks;
  }
};

TEST_CASE_METHOD(Fixture, "without failures, blocks with a used worker are computed once",
                 "[failures]") {
  const Answers answers = run();
  CHECK(answers.failures.empty());
  CHECK(answers.compute_s == 5 * 0.25);
  CHECK(ranks_of_used() == Ranks{1, 1, 2, 3, 2, 3});
  CHECK(transport.computed == std::vector<std::uint32_t>{0, 2, 4, 8, 10});
  CHECK(workers_with(WorkerStatus::kLost, rows) == Workers{2, 5, 6, 7, 9, 10});
  CHECK(rows[1].arrival_s == 0.5);
}

TEST_CASE_METHOD(Fixture, "a dead rank's blocks are computed by the others", "[failures]") {
  transport.dying = {2};
  const Answers answers = run();
  CHECK(ranks_of(answers.failures) == Ranks{2});
  for (const std::uint32_t rank : ranks_of_used()) CHECK(rank != 2);
  CHECK(workers_with(WorkerStatus::kFailed, rows).empty());
  SECTION("and the next round goes to living ranks at once") {
    CHECK(run().failures.empty());
    for (const std::uint32_t rank : ranks_of_used()) CHECK(rank != 2);
  }
}

TEST_CASE_METHOD(Fixture, "two ranks may die", "[failures]") {
  transport.dying = {1, 3};
  run();
  CHECK(ranks_of_used() == Ranks(6, 2));
}

TEST_CASE_METHOD(Fixture, "a rank that had only been stopped does no harm", "[failures]") {
  transport.stopped = {1};
  const Answers answers = run();
  CHECK(ranks_of(answers.failures) == Ranks{1});
}

TEST_CASE_METHOD(Fixture, "where nobody takes them over, others are used in their place",
                 "[failures]") {
  transport.set_failure_rule({5.0, false});
  transport.dying = {2};
  // Rank 2 has the workers 2, 3, 8 and 9.
  const Arrivals arrivals = arrivals_of({6, 5, 0, 1, 2, 3, 4, 7, 8, kNever, 10, 11});
  const WaitFastest four({4});
  const Answers first = run(arrivals, four);
  CHECK(first.workers == Workers{1, 4, 5, 6});
  CHECK(first.time_s == 5.0);
  CHECK(ranks_of(first.failures) == Ranks{2});
  CHECK(workers_with(WorkerStatus::kFailed, rows) == Workers{2, 3, 8});
  CHECK(workers_with(WorkerStatus::kLost, rows) == Workers{9});
  CHECK(std::isnan(rows[2].arrival_s));
  CHECK(rows[2].delay_s == 0.0);
  CHECK(transport.rounds == std::set<std::uint32_t>{0, 1});
  SECTION("at once in the next round") {
    const Answers next = run(arrivals, four);
    CHECK(next.workers == Workers{1, 4, 5, 6});
    CHECK(next.failures.empty());
    CHECK(transport.rounds == std::set<std::uint32_t>{0, 1, 2});
  }
  SECTION("or nobody is left") {
    transport.dying = {1, 3};
    CHECK(run(arrivals, four).workers.empty());
  }
}

TEST_CASE_METHOD(Fixture, "several rounds may be in flight when a rank dies", "[failures]") {
  transport.dying = {2};
  const Arrivals others = arrivals_of({kNever, kNever, 0, 1, 2, 3, kNever, 1, 2, 3, 4, 5});
  SECTION("its blocks are dispatched again in all of them") {
    const auto first = clock.begin(request_of(some), all);
    const auto second = clock.begin(request_of(others), all);
    const Answers of_second = clock.finish(*second);
    check_results(of_second);
    CHECK(of_second.workers == Workers{2, 3, 4, 5, 7, 8, 9, 10, 11});
    const Answers of_first = clock.finish(*first);
    check_results(of_first);
    CHECK(of_first.workers == Workers{0, 1, 3, 4, 8, 11});
    CHECK(of_first.failures.size() + of_second.failures.size() == 1);
  }
  SECTION("or its workers are lost in all of them") {
    transport.set_failure_rule({5.0, false});
    const auto first = clock.begin(request_of(some), all);
    const auto second = clock.begin(request_of(others), all);
    const Answers of_first = clock.finish(*first);
    const Answers of_second = clock.finish(*second);
    check_results(of_first);
    check_results(of_second);
    CHECK(of_first.workers == Workers{0, 1, 4, 11});
    CHECK(of_first.time_s == 1.0);
    CHECK(of_second.workers == Workers{4, 5, 7, 10, 11});
  }
  SECTION("one that is dropped is not computed again") {
    clock.begin(request_of(others), all);
    run();
  }
}

}  // namespace
}  // namespace laggard::round
