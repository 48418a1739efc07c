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
/// to a living one, or to nobody, as the rule says. Without worker ranks (P = 0) everything is
/// computed on rank 0, which never fails.
class Roster {
 public:
  /// `first_rank` is what rank 0 of the communicator is called in results.
  explicit Roster(std::uint32_t worker_ranks, std::uint32_t first_rank = 0)
      : alive_(worker_ranks, 1), first_rank_(first_rank) {
    count();
  }

  void set_rule(const FailureRule& rule) { rule_ = rule; }
  const FailureRule& rule() const { return rule_; }

  /// Ranks that host workers. 0: everything is computed in the master's process.
  std::uint32_t ranks() const { return static_cast<std::uint32_t>(alive_.size()); }
  bool alive(std::uint32_t rank) const { return alive_[rank - 1] != 0; }
  std::uint32_t living() const { return static_cast<std::uint32_t>(living_.size()); }

  void fail(std::uint32_t rank) { set(rank, 0); }
  /// A rank that was only stopped and goes on.
  void revive(std::uint32_t rank) { set(rank, 1); }

  /// The rank of a block that nobody has to replace.
  std::uint32_t home_of(std::uint32_t block) const {
    return ranks() == 0 ? 0 : 1 + block % ranks();
  }

  /// The home, if it lives, none does or nobody may replace it, else a living one. The orphans of
  /// one rank go to all living ranks in turn.
  std::uint32_t host_of(std::uint32_t block) const {
    const std::uint32_t home = home_of(block);
    if (!rule_.reassign || living_.empty() || alive(home)) return home;
    return living_[block / ranks() % living_.size()];
  }

  /// A rank, and the host of a block, as results call them.
  std::uint32_t name_of(std::uint32_t rank) const { return first_rank_ + rank; }
  std::uint32_t rank_of(std::uint32_t block) const { return name_of(host_of(block)); }

  /// Whether nobody computes the block: its rank has failed and the rule gives it to no other.
  bool is_lost(std::uint32_t block) const { return any_lost() && !alive(home_of(block)); }
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
  std::uint32_t first_rank_;
};

}  // namespace laggard::transport
