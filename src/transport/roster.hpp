// Which worker ranks live, and who computes a block.
#pragma once

#include <cstdint>
#include <vector>

namespace laggard::transport {

/// What becomes of the workers of a rank that died or hangs.
struct FailureRule {
  double timeout_s = 5.0;  ///< without a sign of life
  bool reassign = true;    ///< to living ranks; else they stay lost
};

/// Ranks 1..P of a communicator. Block j belongs to rank 1 + (j mod P); while that rank is failed,
/// to a living one, or to nobody, as the rule says.
class Roster {
 public:
  explicit Roster(std::uint32_t worker_ranks) : alive_(worker_ranks, 1) { count(); }

  void set_rule(const FailureRule& rule) { rule_ = rule; }
  const FailureRule& rule() const { return rule_; }

  std::uint32_t ranks() const { return static_cast<std::uint32_t>(alive_.size()); }
  bool alive(std::uint32_t rank) const { return alive_[rank - 1] != 0; }
  std::uint32_t living() const { return static_cast<std::uint32_t>(living_.size()); }

  void fail(std::uint32_t rank) { set(rank, 0); }
  /// A rank that was only stopped and goes on.
  void revive(std::uint32_t rank) { set(rank, 1); }

  /// The rank of a block that nobody has to replace.
  std::uint32_t home_of(std::uint32_t index) const { return 1 + index % ranks(); }

  /// The home, if it lives, none does or nobody may replace it, else a living one. The orphans of
  /// one rank go to all living ranks in turn.
  std::uint32_t host_of(std::uint32_t index) const {
    const std::uint32_t home = home_of(index);
    if (!rule_.reassign || living_.empty() || alive(home)) return home;
    return living_[index / ranks() % living_.size()];
  }

  /// Whether nobody computes the block.
  bool is_lost(std::uint32_t index) const { return !rule_.reassign && !alive(home_of(index)); }
  bool any_lost() const { return !rule_.reassign && living() < ranks(); }

 private:
  void set(std::uint32_t rank, char alive) {
    alive_[rank - 1] = alive;
    count();
  }
  void count() {
    living_.clear();
    for (std::uint32_t rank = 1; rank <= ranks(); ++rank)
      if (alive(rank)) living_.push_back(rank);
  }

  FailureRule rule_;
  std::vector<char> alive_;
  std::vector<std::uint32_t> living_;
};

}  // namespace laggard::transport
