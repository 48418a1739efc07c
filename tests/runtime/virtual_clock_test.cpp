// Rounds on the virtual clock whose ranks die in the middle.
#include "runtime/virtual_clock.hpp"

#include <catch2/catch.hpp>
#include <numeric>

#include "runtime/mortal_transport.hpp"

namespace laggard::runtime {
namespace {

struct Fixture {
  testing::MortalTransport transport{3, std::make_unique<testing::Twice>()};
  TimingRecord timing;
  Matrix inputs;

  Fixture() : inputs(12, 1) { std::iota(inputs.data(), inputs.data() + 12, 0.0); }

  Computed run(const std::vector<WorkerId>& used) {
    return compute_on_virtual_clock(transport, {7, 0, 2, 1, false}, used,
                                    std::make_shared<Matrix>(inputs), timing);
  }
};

const std::vector<WorkerId> kUsed{0, 1, 3, 4, 8, 11};

void check_results(const Computed& computed) {
  REQUIRE(computed.results.rows() == 6);
  for (std::size_t i = 0; i < kUsed.size(); ++i)
    CHECK(computed.results(static_cast<Index>(i), 0) == 2.0 * kUsed[i]);
}

TEST_CASE_METHOD(Fixture, "without failures, blocks with a used worker are computed once",
                 "[failures]") {
  const Computed computed = run(kUsed);
  check_results(computed);
  CHECK(computed.failed.empty());
  CHECK(computed.failed_ranks.empty());
  CHECK(computed.ranks == std::vector<std::uint32_t>{1, 1, 2, 3, 2, 3});
  CHECK(transport.computed == std::vector<std::uint32_t>{0, 2, 4, 8, 10});
}

TEST_CASE_METHOD(Fixture, "a dead rank's blocks are computed by the others", "[failures]") {
  transport.dying = {2};
  const Computed computed = run(kUsed);
  check_results(computed);
  CHECK(computed.failed.empty());
  CHECK(computed.failed_ranks == std::vector<std::uint32_t>{2});
  for (const std::uint32_t rank : computed.ranks) CHECK(rank != 2);
  SECTION("and the next round goes to living ranks at once") {
    const Computed next = run(kUsed);
    check_results(next);
    CHECK(next.failed_ranks.empty());
    for (const std::uint32_t rank : next.ranks) CHECK(rank != 2);
  }
}

TEST_CASE_METHOD(Fixture, "two ranks may die", "[failures]") {
  transport.dying = {1, 3};
  const Computed computed = run(kUsed);
  check_results(computed);
  CHECK(computed.ranks == std::vector<std::uint32_t>(6, 2));
}

TEST_CASE_METHOD(Fixture, "a rank that had only been stopped does no harm", "[failures]") {
  transport.stopped = {1};
  const Computed computed = run(kUsed);
  check_results(computed);
  CHECK(computed.failed.empty());
}

TEST_CASE_METHOD(Fixture, "where nobody takes them over, the workers are named", "[failures]") {
  transport.set_failure_rule({5.0, false});
  transport.dying = {2};
  const Computed computed = run(kUsed);
  CHECK(computed.failed == std::vector<WorkerId>{3, 8});
  CHECK(transport.roster().is_lost(1));
  CHECK_FALSE(transport.roster().is_lost(0));
  SECTION("at once in the next round") {
    const Computed next = run({0, 3, 4});
    CHECK(next.failed == std::vector<WorkerId>{3});
    CHECK(next.failed_ranks.empty());
  }
}

}  // namespace
}  // namespace laggard::runtime
