#include <deque>
#include <memory>

#include "core/error.hpp"
#include "sweep/group_messages.hpp"
#include "sweep/groups.hpp"
#include "sweep/unit_records.hpp"
#include "sweep/work_pool.hpp"
#include "transport/in_process.hpp"
#include "transport/mpi_session.hpp"
#include "transport/mpi_transport.hpp"

namespace laggard::sweep {
namespace {

using transport::Message;
using transport::MpiSession;

constexpr std::uint32_t kCoordinator = 0;

std::unique_ptr<transport::Transport> make_transport(const Kinds& kinds,
                                                     const transport::RankGroups& groups,
                                                     std::uint32_t rank) {
  int size = 1;
  MPI_Comm_size(groups.group, &size);
  if (size > 1) return std::make_unique<transport::MpiTransport>(groups.group, rank);
  return std::make_unique<transport::InProcess>(worker_factory(kinds, rank), rank);
}

class Leader {
 public:
  Leader(const Kinds& kinds, const transport::RankGroups& groups, std::uint32_t rank)
      : kinds_(kinds),
        transport_(make_transport(kinds, groups, rank)),
        courier_(groups.leaders, {0}) {}

  void serve() {
    for (;;) {
      const auto found = courier_.receive(work_.empty() ? 0.2 : 0.0);
      if (!found && courier_.silence_s(kCoordinator) > transport::Pulse::kMasterGone_s)
        return MpiSession::give_up();
      if (found && kind_of(*found) == MessageKind::kQuit) return quit(*found);
      try {
        if (found)
          handle(*found);
        else if (!work_.empty())
          run_next();
      } catch (const transport::NoRanksLeft&) {
        Packer packer;
        packer.put(transport_->roster().ranks());
        courier_.send(kCoordinator, message(MessageKind::kLost, packer.take()));
        courier_.wait();
        return MpiSession::give_up();
      } catch (const Error& error) {
        report(error.code(), error.what());
      } catch (const std::exception& error) {
        const RunError shown = describe(error);
        report(shown.code(), shown.what());
      }
    }
  }

 private:
  void handle(const Message& found) {
    if (kind_of(found) == MessageKind::kWarmUp) {
      transport_->configure(kWarmUpJob);
      return kinds_.warm_up();
    }
    if (kind_of(found) == MessageKind::kPlan) {
      Unpacker unpacker(body_of(found));
      const std::string unfinished(unpacker.get_text());
      config::Plan plan =
          config::expand(config::parse(unpacker.get_text(), "rank 0"), kinds_.vocabulary());
      const ExperimentKind& kind = kinds_.find(plan.common().experiment);
      sweep_.emplace(kind, std::move(plan));
      sweep_->keep_unfinished(unfinished);
      packer_.set_layout(sweep_->layout());
      runner_.emplace(*sweep_, *transport_, packer_, [] {});
      return;
    }
    if (failed_) return;
    Unpacker unpacker(body_of(found));
    while (!unpacker.empty()) {
      const auto unit = unpacker.get<WorkUnit>();
      work_.push_back({unit, unpacker.get_all<std::uint32_t>()});
    }
  }

  void run_next() {
    const Assignment current = std::move(work_.front());
    work_.pop_front();
    runner_->run(current, work_.empty() ? nullptr : &work_.front());
    Packer head;
    head.put(current.unit);
    courier_.send(kCoordinator, message(MessageKind::kResult, head.take() + packer_.take()));
  }

  /// Rank 0 stops the whole run; until it says so, this group does nothing more.
  void report(ExitCode code, const std::string& what) {
    failed_ = true;
    work_.clear();
    Packer packer;
    packer.put(static_cast<std::int32_t>(code));
    courier_.send(kCoordinator, message(MessageKind::kError, packer.take() + what));
  }

  void quit(const Message& found) {
    if (body_of(found) == kWithoutFinalize) MpiSession::give_up();
    if (runner_) runner_->close();
    courier_.send(kCoordinator, message(MessageKind::kEnd, packer_.take()));
    courier_.wait();
  }

  const Kinds& kinds_;
  std::unique_ptr<transport::Transport> transport_;
  transport::Courier courier_;
  RecordPacker packer_;
  std::optional<Sweep> sweep_;
  std::optional<PlanRunner> runner_;
  std::deque<Assignment> work_;
  bool failed_ = false;
};

}  // namespace

void lead_group(const Kinds& kinds, const transport::RankGroups& groups, std::uint32_t rank) {
  Leader(kinds, groups, rank).serve();
}

}  // namespace laggard::sweep
