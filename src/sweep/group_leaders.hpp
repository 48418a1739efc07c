// Rank 0's line to the leaders of groups.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/group_messages.hpp"
#include "transport/courier.hpp"

namespace laggard::sweep {

/// Who leads the groups, numbered from 0, and who of them is still there. From its beginning on the
/// leaders wait for what rank 0 wants, so that it is made before anything that may fail.
class GroupLeaders {
 public:
  /// Collective with lead_group() on the leaders.
  explicit GroupLeaders(const transport::RankGroups& groups);
  /// Dismisses who is still there.
  ~GroupLeaders();
  GroupLeaders(const GroupLeaders&) = delete;
  GroupLeaders& operator=(const GroupLeaders&) = delete;

  std::uint32_t count() const { return static_cast<std::uint32_t>(present_.size()); }
  /// In MPI_COMM_WORLD.
  std::uint32_t rank_of(std::uint32_t leader) const { return ranks_[leader]; }
  bool is_present(std::uint32_t leader) const { return present_[leader] != 0; }
  bool any_present() const;
  /// Whether a leader that should be there had no pulse for so long.
  bool is_silent(std::uint32_t leader, Seconds timeout_s) const {
    return is_present(leader) && courier_.silence_s(1 + leader) > timeout_s;
  }

  void send(std::uint32_t leader, MessageKind kind, const std::string& text) {
    courier_.send(1 + leader, message(kind, text));
  }
  /// Tells all of them.
  void warm_up();
  /// The next message, or nothing after a twentieth of a second.
  std::optional<transport::Message> receive();
  static std::uint32_t sender_of(const transport::Message& message) { return message.from - 1; }

  /// Goes on without a leader that failed. Nobody may finalize MPI any more.
  void give_up(std::uint32_t leader);

  /// The leaders stop after the trial that they are in; `records` gets what they still send.
  void dismiss(Seconds timeout_s, const std::function<void(std::string_view)>& records);

 private:
  std::vector<std::uint32_t> ranks_;  // in MPI_COMM_WORLD
  transport::Courier courier_;
  std::vector<char> present_;
};

}  // namespace laggard::sweep
