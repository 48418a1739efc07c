#include "commands/launch_watch.hpp"

#include <catch2/catch.hpp>

namespace laggard::commands {
namespace {

using Catch::Contains;

/// Ranks of which each look finds another beat of those that live.
class Ranks {
 public:
  explicit Ranks(std::size_t count, Stage stage = Stage::kBegun) : ranks_(count) {
    for (RankStatus& rank : ranks_) rank = {stage, 4711, "node1", 0, false};
  }

  RankStatus& operator[](std::size_t rank) { return ranks_[rank]; }
  void stop(std::size_t rank) { stopped_.push_back(rank); }

  /// What becomes of it in so many seconds.
  std::optional<Loss> look(LaunchWatch& watch, Seconds seconds) {
    constexpr Seconds kStep_s = 0.5;
    for (Seconds passed = 0; passed < seconds; passed += kStep_s) {
      for (std::size_t rank = 0; rank < ranks_.size(); ++rank)
        if (std::find(stopped_.begin(), stopped_.end(), rank) == stopped_.end())
          ++ranks_[rank].beats;
      if (auto loss = watch.look(ranks_, kStep_s)) return loss;
    }
    return std::nullopt;
  }

 private:
  std::vector<RankStatus> ranks_;
  std::vector<std::size_t> stopped_;
};

TEST_CASE("A rank that dies at the start is missed at once", "[launch]") {
  LaunchWatch watch(30.0);
  Ranks ranks(4);
  REQUIRE_FALSE(ranks.look(watch, 5.0));
  ranks[2].gone = true;
  ranks[2].host = "node7";
  const auto loss = ranks.look(watch, 1.0);
  REQUIRE(loss);
  CHECK(loss->what == "rank 2 on node7 died while the ranks started");
}

TEST_CASE("A start that stands still names who is missing", "[launch]") {
  LaunchWatch watch(30.0);
  Ranks ranks(4, Stage::kInMpi);
  SECTION("a rank that hangs") {
    REQUIRE_FALSE(ranks.look(watch, 1.0));
    ranks.stop(3);
    REQUIRE_FALSE(ranks.look(watch, 25.0));
    const auto loss = ranks.look(watch, 10.0);
    REQUIRE(loss);
    CHECK(loss->what == "rank 3 hung while the ranks started");
    CHECK_THAT(loss->remedy, Contains("--start-timeout"));
  }
  SECTION("ranks that never came") {
    ranks[1].stage = ranks[2].stage = Stage::kNotBegun;
    const auto loss = ranks.look(watch, 40.0);
    REQUIRE(loss);
    CHECK(loss->what == "ranks 1, 2 did not start");
  }
  SECTION("nobody in particular") {
    const auto loss = ranks.look(watch, 40.0);
    REQUIRE(loss);
    CHECK(loss->what == "the ranks did not find each other");
  }
  SECTION("no rank at all") {
    Ranks none(3, Stage::kNotBegun);
    const auto loss = none.look(watch, 40.0);
    REQUIRE(loss);
    CHECK(loss->what == "no rank started");
  }
}

TEST_CASE("A slow start goes on as long as one rank after the other comes", "[launch]") {
  LaunchWatch watch(30.0);
  Ranks ranks(20, Stage::kNotBegun);
  for (std::size_t rank = 0; rank < 20; ++rank) {
    ranks[rank].stage = Stage::kBegun;
    REQUIRE_FALSE(ranks.look(watch, 25.0));
  }
}

TEST_CASE("More ranks may take longer to start", "[launch]") {
  CHECK(default_start_timeout(4) == Approx(30.4));
  CHECK(default_start_timeout(4000) == Approx(430.0));
}

TEST_CASE("Once all have found each other, the launcher looks after the master alone", "[launch]") {
  LaunchWatch watch(5.0);
  Ranks ranks(3, Stage::kJoined);
  ranks[0].stage = Stage::kRunning;
  REQUIRE_FALSE(watch.started());
  ranks[1].gone = true;  // the master's business
  ranks.stop(2);
  REQUIRE_FALSE(ranks.look(watch, 100.0));
  CHECK(watch.started());
  SECTION("the master dies") {
    ranks[0].gone = true;
    const auto loss = ranks.look(watch, 1.0);
    REQUIRE(loss);
    CHECK(loss->what == "the master died");
  }
  SECTION("the master hangs") {
    ranks.stop(0);
    REQUIRE_FALSE(ranks.look(watch, 25.0));
    const auto loss = ranks.look(watch, 10.0);
    REQUIRE(loss);
    CHECK(loss->what == "the master hangs");
    CHECK_THAT(loss->why, Contains("rank 0 on node1"));
  }
  SECTION("the master has left") {
    ranks[0].stage = Stage::kExited;
    ranks[0].gone = true;
    CHECK_FALSE(ranks.look(watch, 100.0));
  }
}

TEST_CASE("A launcher that was stopped itself blames nobody", "[launch]") {
  LaunchWatch watch(30.0);
  Ranks ranks(2, Stage::kInMpi);
  REQUIRE_FALSE(ranks.look(watch, 1.0));
  std::vector<RankStatus> now{ranks[0], ranks[1]};
  CHECK_FALSE(watch.look(now, 3600.0));
}

}  // namespace
}  // namespace laggard::commands
