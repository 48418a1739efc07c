#include "sweep/groups.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "core/stopwatch.hpp"
#include "sweep/unit_records.hpp"
#include "sweep/work_list.hpp"
#include "transport/mpi_session.hpp"
#include "transport/transport.hpp"

namespace laggard::sweep {
namespace {

using transport::Message;
using transport::MpiSession;

Seconds timeout_of(const config::Plan& plan) {
  return plan.common().failures.timeout_s;
}

/// Rank 0.
class Coordinator {
 public:
  Coordinator(const Sweep& sweep, const std::vector<PointRecord>& points, GroupLeaders& leaders,
              Schedule& schedule, const OnTrial& on_trial)
      : plan_(sweep.plan()),
        unfinished_(sweep.unfinished().string()),
        leaders_(leaders),
        schedule_(schedule),
        on_trial_(on_trial),
        layout_(sweep.layout()),
        work_(plan_, points, schedule, on_trial),
        members_(leaders.count()) {}

  void run() {
    Packer plan;
    plan.put(std::string_view(unfinished_));
    plan.put(std::string_view(plan_.resolved.dump()));
    const std::string text = plan.take();
    for (std::uint32_t i = 0; i < members_.size(); ++i) {
      leaders_.send(i, MessageKind::kPlan, text);
      provide(i);
    }
    while (outstanding() > 0) {
      if (interrupted()) throw Interrupted("interrupted");
      const auto found = leaders_.receive();
      if (found) take(*found);
      look_for_failures();
    }
  }

 private:
  struct Member {
    std::vector<WorkUnit> units;  // that it has
    std::size_t ahead = 1;        // units that it should have, so that it never waits for rank 0
    Stopwatch since_result;
  };

  std::size_t outstanding() const {
    std::size_t units = 0;
    for (const Member& member : members_) units += member.units.size();
    return units;
  }

  /// Hands a member as many units as it should have.
  void provide(std::uint32_t index) {
    Member& member = members_[index];
    if (!leaders_.is_present(index) || 2 * member.units.size() > member.ahead) return;
    Packer packer;
    while (member.units.size() < member.ahead) {
      const auto next = work_.take(index);
      if (!next) break;
      packer.put(next->unit);
      packer.put_all(next->finished);
      member.units.push_back(next->unit);
    }
    if (!packer.empty()) leaders_.send(index, MessageKind::kUnits, packer.take());
  }

  void take(const Message& found) {
    Unpacker unpacker(body_of(found));
    const std::uint32_t sender = GroupLeaders::sender_of(found);
    if (kind_of(found) == MessageKind::kLost)
      return fail(sender, leaders_.rank_of(sender) + 1, unpacker.get<std::uint32_t>());
    if (kind_of(found) == MessageKind::kError) {
      const auto code = static_cast<ExitCode>(unpacker.get<std::int32_t>());
      throw Error(code, std::string(unpacker.rest()));
    }
    Member& member = members_[sender];
    const auto unit = unpacker.get<WorkUnit>();
    const auto known = std::find(member.units.begin(), member.units.end(), unit);
    if (known == member.units.end()) return;  // it was taken for dead, and others have its work
    member.units.erase(known);
    const std::uint64_t raises = schedule_.raises();
    const Unpacked records = unpack_records(unpacker.rest(), layout_, schedule_);
    schedule_.trial_done();
    for (std::uint32_t i = 0; i < records.units; ++i) on_trial_(TrialState::kRun);
    if (records.entries > 0) MpiSession::give_up();
    // A tenth of a second of work lies ready; what takes longer is better handed out singly.
    constexpr Seconds kAhead_s = 0.1;
    constexpr std::size_t kMost = 1000;
    const double wanted = kAhead_s / std::max(member.since_result.elapsed(), 1e-6);
    member.ahead = std::clamp(static_cast<std::size_t>(wanted), std::size_t{2},
                              std::min(2 * member.ahead, kMost));
    member.since_result.restart();
    if (schedule_.raises() == raises) return provide(sender);
    provide_all();
  }

  void provide_all() {
    for (std::uint32_t i = 0; i < members_.size(); ++i) provide(i);
  }

  void look_for_failures() {
    for (std::uint32_t i = 0; i < members_.size(); ++i)
      if (leaders_.is_silent(i, timeout_of(plan_))) fail(i, leaders_.rank_of(i), 1);
  }

  /// A group is of no more use, because `count` ranks from `first` on have failed.
  void fail(std::uint32_t index, std::uint32_t first, std::uint32_t count) {
    Member& member = members_[index];
    leaders_.give_up(index);
    const WorkUnit at = member.units.empty() ? WorkUnit{} : member.units.front();
    for (std::uint32_t rank = first; rank < first + count; ++rank)
      schedule_.add_row(FailureRecord{plan_.combinations[at.combination].first_point, at.trial,
                                      rank, since_start_.elapsed()});
    for (const WorkUnit& unit : member.units) work_.give_back(unit);
    member.units.clear();
    provide_all();
    if (!leaders_.any_present())
      throw transport::NoRanksLeft(
          "every group of ranks is lost", "their leaders or all their workers died or hang",
          "look at the nodes; --resume continues after the trials that are finished");
  }

  const config::Plan& plan_;
  const std::string unfinished_;
  GroupLeaders& leaders_;
  Schedule& schedule_;
  const OnTrial& on_trial_;
  const Layout layout_;
  WorkList work_;
  std::vector<Member> members_;
  Stopwatch since_start_;
};

}  // namespace

void run_plan_in_groups(const Sweep& sweep, const std::vector<PointRecord>& points,
                        GroupLeaders& leaders, Schedule& schedule, const OnTrial& on_trial) {
  const auto dismiss = [&] {
    leaders.dismiss(timeout_of(sweep.plan()), [&](std::string_view records) {
      if (unpack_records(records, sweep.layout(), schedule).units > 0) schedule.trial_done();
    });
  };
  try {
    Coordinator(sweep, points, leaders, schedule, on_trial).run();
  } catch (...) {
    try {
      dismiss();
    } catch (const Error&) {  // the first one is already being dealt with
    }
    throw;
  }
  dismiss();
}

}  // namespace laggard::sweep
