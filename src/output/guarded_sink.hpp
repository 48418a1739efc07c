// A sink that a second thread may flush.
#pragma once

#include <mutex>

#include "core/result_sink.hpp"

namespace laggard::output {

/// Holds a lock while it hands something on.
template <class Mutex>
class GuardedSink final : public ResultSink {
 public:
  GuardedSink(ResultSink& sink, Mutex& busy) : sink_(sink), busy_(busy) {}

  bool has(std::uint32_t point, std::uint32_t trial) const override {
    return sink_.has(point, trial);
  }
  void add(const TrialRecord& record, const TimingRecord& timing) override {
    const std::lock_guard lock(busy_);
    sink_.add(record, timing);
  }
  void add(const std::vector<WorkerRecord>& records) override { guarded_add(records); }
  void add(const PredictionRecord& record) override { guarded_add(record); }
  void add(const FailureRecord& record) override { guarded_add(record); }
  void trial_done() override {
    const std::lock_guard lock(busy_);
    sink_.trial_done();
  }

 private:
  template <class Record>
  void guarded_add(const Record& record) {
    const std::lock_guard lock(busy_);
    sink_.add(record);
  }

  ResultSink& sink_;
  Mutex& busy_;
};

}  // namespace laggard::output
