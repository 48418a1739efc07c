#include "sweep/jobs.hpp"

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
  Board(const Sweep& sweep, const std::vector<PointRecord>& points, ResultSink& sink,
        const OnTrial& on_trial)
      : layout_(sweep.layout()),
        work_(sweep.plan(), points, sink, on_trial),
        sink_(sink),
        on_trial_(on_trial) {}

  const Layout& layout() const { return layout_; }

  /// Nothing when all is done, or a thread has failed.
  std::optional<Assignment> take(std::uint32_t master) {
    const std::lock_guard lock(mutex_);
    return failure_ ? std::nullopt : work_.take(master);
  }

  void hand_in(const std::string& records) {
    const std::lock_guard lock(mutex_);
    const Unpacked found = unpack_records(records, layout_, sink_);
    sink_.trial_done();
    for (std::uint32_t i = 0; i < found.units; ++i) on_trial_(TrialState::kRun);
  }

  void fail(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
  }

  /// When all threads have ended.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  const Layout layout_;
  std::mutex mutex_;  // of all below
  WorkList work_;
  ResultSink& sink_;
  const OnTrial& on_trial_;
  std::exception_ptr failure_;
};

void run_job(const Kinds& kinds, const Sweep& sweep, std::uint32_t number, Board& board) {
  try {
    Sweep own = sweep.twin();
    transport::InProcess transport(worker_factory(kinds, 0));
    RecordPacker packer;
    packer.set_layout(board.layout());
    PlanRunner runner(own, transport, packer, [](TrialState) {});
    while (auto next = board.take(number)) {
      packer.set_finished(std::move(next->finished));
      runner.run(next->unit.combination, next->unit.trial);
      board.hand_in(packer.take());
    }
    runner.close();
    board.hand_in(packer.take());
  } catch (...) {
    board.fail(std::current_exception());
  }
}

}  // namespace

void run_plan_in_jobs(const Kinds& kinds, const Sweep& sweep,
                      const std::vector<PointRecord>& points, std::uint32_t jobs, ResultSink& sink,
                      const OnTrial& on_trial) {
  Board board(sweep, points, sink, on_trial);
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t number = 0; number < jobs; ++number)
      threads.emplace_back([&, number] { run_job(kinds, sweep, number, board); });
  }
  board.rethrow();
}

}  // namespace laggard::sweep
