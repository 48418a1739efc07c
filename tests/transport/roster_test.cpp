#include "transport/roster.hpp"

#include <catch2/catch.hpp>
#include <map>

namespace laggard::transport {
namespace {

TEST_CASE("blocks are dealt to the ranks in turn", "[roster]") {
  const Roster roster(3);
  for (std::uint32_t index = 0; index < 10; ++index) {
    CHECK(roster.home_of(index) == 1 + index % 3);
    CHECK(roster.host_of(index) == roster.home_of(index));
  }
}

TEST_CASE("the blocks of a failed rank go to all living ones alike, the others stay", "[roster]") {
  for (const std::uint32_t ranks : {2U, 3U, 4U, 9U}) {
    Roster roster(ranks);
    roster.fail(2);
    CHECK_FALSE(roster.alive(2));
    CHECK(roster.living() == ranks - 1);
    std::map<std::uint32_t, int> orphans;
    for (std::uint32_t index = 0; index < ranks * (ranks - 1) * 10; ++index) {
      const std::uint32_t host = roster.host_of(index);
      REQUIRE(roster.alive(host));
      if (roster.home_of(index) != 2)
        CHECK(host == roster.home_of(index));
      else
        ++orphans[host];
    }
    REQUIRE(orphans.size() == ranks - 1);
    for (const auto& [rank, count] : orphans) CHECK(count == 10);
  }
}

TEST_CASE("a rank that comes back gets its own blocks again", "[roster]") {
  Roster roster(2);
  roster.fail(1);
  CHECK(roster.host_of(0) == 2);
  roster.fail(2);
  CHECK(roster.living() == 0);
  CHECK(roster.host_of(0) == 1);  // nobody is better than its home
  roster.revive(1);
  CHECK(roster.host_of(0) == 1);
  CHECK(roster.host_of(1) == 1);
}

TEST_CASE("without worker ranks, everything is computed on rank 0, and nothing is lost",
          "[roster]") {
  Roster roster(0, 7);
  roster.set_rule({5.0, false});
  CHECK(roster.ranks() == 0);
  CHECK(roster.rank_of(3) == 7);
  CHECK_FALSE(roster.any_lost());
  CHECK_FALSE(roster.is_lost(3));
}

TEST_CASE("where nobody takes over, the blocks of a failed rank are lost", "[roster]") {
  Roster roster(3, 4);
  roster.set_rule({5.0, false});
  roster.fail(2);
  CHECK(roster.any_lost());
  CHECK(roster.is_lost(4));
  CHECK_FALSE(roster.is_lost(3));
  CHECK(roster.rank_of(4) == 4 + 2);
  roster.set_rule({5.0, true});
  CHECK_FALSE(roster.is_lost(4));
}

}  // namespace
}  // namespace laggard::transport
