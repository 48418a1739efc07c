#include "sweep/jobs.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "sweep/unit_records.hpp"
#include "sweep/work_list.hpp"
#include "transport/in_process.hpp"

namespace laggard::sweep {
namespace {

/// What the threads share.
class Board {
 public:
  Board(const Sweep& sweep, const std::vector<PointRecord>& points, Schedule& schedule,
        const OnTrial& on_trial)
      : layout_(sweep.layout()),
        work_(sweep.plan(), points, schedule, on_trial),
        schedule_(schedule),
        on_trial_(on_trial) {}

  const Layout& layout() const { return layout_; }

  /// Nothing when all is done, or a thread has failed. Waits while what others are at may show that
  /// more is wanted.
  std::optional<Assignment> take(std::uint32_t master) {
    std::unique_lock lock(mutex_);
    std::optional<Assignment> next;
    changed_.wait(lock, [&] {
      if (failure_) return true;
      next = work_.take(master);
      return next || at_work_ == 0;
    });
    if (next) ++at_work_;
    return next;
  }

  /// The records of a trial that was taken.
  void hand_in(const std::string& records) {
    const std::lock_guard lock(mutex_);
    keep(records);
    --at_work_;
    changed_.notify_all();
  }

  /// What came late.
  void hand_in_late(const std::string& records) {
    const std::lock_guard lock(mutex_);
    keep(records);
  }

  void fail(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
    changed_.notify_all();
  }

  /// When all threads have ended.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void keep(const std::string& records) {
    const Unpacked found = unpack_records(records, layout_, schedule_);
    schedule_.trial_done();
    for (std::uint32_t i = 0; i < found.units; ++i) on_trial_(TrialState::kRun);
  }

  const Layout layout_;
  std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  WorkList work_;
  Schedule& schedule_;
  const OnTrial& on_trial_;
  std::uint32_t at_work_ = 0;  // trials that were taken and not handed in
  std::exception_ptr failure_;
};

void run_job(const Kinds& kinds, const Sweep& sweep, std::uint32_t number, Board& board) {
  try {
    Sweep own = sweep.twin();
    transport::InProcess transport(worker_factory(kinds, 0));
    RecordPacker packer;
    packer.set_layout(board.layout());
    PlanRunner runner(own, transport, packer, [] {});
    while (auto next = board.take(number)) {
      runner.run(*next);
      board.hand_in(packer.take());
    }
    runner.close();
    board.hand_in_late(packer.take());
  } catch (...) {
    board.fail(std::current_exception());
  }
}

}  // namespace

void run_plan_in_jobs(const Kinds& kinds, const Sweep& sweep,
                      const std::vector<PointRecord>& points, std::uint32_t jobs,
                      Schedule& schedule, const OnTrial& on_trial) {
  Board board(sweep, points, schedule, on_trial);
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t number = 0; number < jobs; ++number)
      threads.emplace_back([&, number] { run_job(kinds, sweep, number, board); });
  }
  board.rethrow();
}

}  // namespace laggard::sweep
