#include "sweep/group_leaders.hpp"

#include <algorithm>
#include <numeric>

#include "core/error.hpp"
#include "transport/mpi_session.hpp"

namespace laggard::sweep {
namespace {

using transport::MpiSession;

std::vector<int> from_1_to(std::size_t count) {
  std::vector<int> ranks(count);
  std::iota(ranks.begin(), ranks.end(), 1);
  return ranks;
}

}  // namespace

GroupLeaders::GroupLeaders(const transport::RankGroups& groups)
    : ranks_(groups.led_by),
      courier_(groups.leaders, from_1_to(groups.led_by.size())),
      present_(groups.led_by.size(), 1) {}

GroupLeaders::~GroupLeaders() {
  try {
    dismiss(transport::FailureRule().timeout_s, [](std::string_view) {});
  } catch (const Error&) {  // the first one is already being dealt with
  }
}

bool GroupLeaders::any_present() const {
  return std::find(present_.begin(), present_.end(), 1) != present_.end();
}

void GroupLeaders::warm_up() {
  for (std::uint32_t leader = 0; leader < count(); ++leader)
    if (is_present(leader)) send(leader, MessageKind::kWarmUp, "");
}

std::optional<transport::Message> GroupLeaders::receive() {
  constexpr Seconds kPatience_s = 0.05;
  return courier_.receive(kPatience_s);
}

void GroupLeaders::give_up(std::uint32_t leader) {
  present_[leader] = 0;
  courier_.give_up(1 + leader);
  MpiSession::give_up();
}

void GroupLeaders::dismiss(Seconds timeout_s,
                           const std::function<void(std::string_view)>& records) {
  const std::string how = MpiSession::given_up() ? kWithoutFinalize : "";
  for (std::uint32_t leader = 0; leader < count(); ++leader)
    if (is_present(leader)) send(leader, MessageKind::kQuit, how);
  while (any_present()) {
    const auto found = receive();
    for (std::uint32_t leader = 0; leader < count(); ++leader)
      if (is_silent(leader, timeout_s)) give_up(leader);  // only its last message is missing
    if (!found) continue;
    const MessageKind kind = kind_of(*found);
    if (!is_present(sender_of(*found))) continue;
    if (kind == MessageKind::kEnd || kind == MessageKind::kLost) present_[sender_of(*found)] = 0;
    if (kind == MessageKind::kEnd) records(body_of(*found));
    if (kind == MessageKind::kResult) records(body_of(*found).substr(sizeof(WorkUnit)));
  }
}

}  // namespace laggard::sweep
