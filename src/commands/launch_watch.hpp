// What the launcher makes of the records of the ranks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/status_file.hpp"
#include "core/types.hpp"

namespace laggard::commands {

/// Why the ranks cannot go on: "the master died", "rank 0 on node1 was killed or crashed".
struct Loss {
  std::string what, why;
  std::string remedy = {};  ///< or empty
};

/// Until the master has found all other ranks, every rank is needed, and nothing but the launcher
/// sees that one is missing. From then on the master looks after the others by their pulse, and the
/// launcher looks after the master. Time is the sum of what passed between looks, each at most
/// kLongestLook_s: a launcher that was stopped itself does not blame the others.
class LaunchWatch {
 public:
  static constexpr Seconds kLongestLook_s = 1.0;

  /// For `start_timeout_s` the start may stand still.
  explicit LaunchWatch(Seconds start_timeout_s) : start_timeout_s_(start_timeout_s) {}

  /// Whether only the record of the master is of interest any more.
  bool started() const { return started_; }
  /// What is wrong, if anything is; `passed_s` after the look before this one.
  std::optional<Loss> look(const std::vector<RankStatus>& ranks, Seconds passed_s);

 private:
  std::optional<Loss> look_at_start(const std::vector<RankStatus>& ranks);
  std::optional<Loss> look_at_master(const RankStatus& master);
  Loss stalled_start(const std::vector<RankStatus>& ranks) const;

  Seconds start_timeout_s_;
  bool started_ = false;
  Seconds now_s_ = 0.0;
  Seconds progress_s_ = 0.0;  // when a rank last came further
  std::vector<Stage> stages_;
  std::vector<std::uint64_t> beats_;
  std::vector<Seconds> heard_s_;  // when the beats of a rank last changed
};

/// How long a start may stand still if nobody says otherwise. MPI takes longer for more ranks.
Seconds default_start_timeout(std::uint32_t ranks);

}  // namespace laggard::commands
