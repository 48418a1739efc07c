#include "sweep/work_pool.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <utility>

namespace laggard::sweep {
namespace {

using Trials = std::vector<std::uint32_t>;

TEST_CASE("a group stays with its combination while it lasts", "[groups]") {
  const Trials trials{3, 2};
  WorkPool pool(trials);
  CHECK(pool.take(7) == WorkUnit{0, 0});
  CHECK(pool.take(9) == WorkUnit{1, 0});
  CHECK(pool.take(7) == WorkUnit{0, 1});
  CHECK(pool.take(9) == WorkUnit{1, 1});
  CHECK(pool.take(9) == WorkUnit{0, 2});  // helps where something is left
  CHECK_FALSE(pool.take(7));
  CHECK_FALSE(pool.take(9));
}

TEST_CASE("help goes where most is left", "[groups]") {
  const Trials trials{2, 9, 5};
  WorkPool pool(trials);
  CHECK(pool.take(0)->combination == 0);
  CHECK(pool.take(1)->combination == 1);
  CHECK(pool.take(2)->combination == 2);
  CHECK(pool.take(0)->combination == 0);
  CHECK(pool.take(0)->combination == 1);
}

TEST_CASE("every trial is handed out once, and again if it is given back", "[groups]") {
  const Trials trials{4, 0, 6, 1};
  WorkPool pool(trials);
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (std::uint32_t group = 0; const auto unit = pool.take(group); group = (group + 1) % 3)
    CHECK(seen.emplace(unit->combination, unit->trial).second);
  CHECK(seen.size() == 11);
  pool.give_back({2, 5});
  CHECK(pool.take(1) == WorkUnit{2, 5});
  CHECK_FALSE(pool.take(0));
}

TEST_CASE("trials that are wanted later are handed out later", "[groups]") {
  Trials trials{2, 1};
  WorkPool pool(trials);
  CHECK(pool.take(0) == WorkUnit{0, 0});
  CHECK(pool.take(1) == WorkUnit{1, 0});
  CHECK(pool.take(1) == WorkUnit{0, 1});
  CHECK_FALSE(pool.take(1));
  trials[1] = 3;
  CHECK(pool.take(0) == WorkUnit{1, 1});
  CHECK(pool.take(1) == WorkUnit{1, 2});
  CHECK_FALSE(pool.take(0));
}

}  // namespace
}  // namespace laggard::sweep
