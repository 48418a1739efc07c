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
  void add(const TableSpec& table, const void* rows, std::size_t count) override {
    const std::lock_guard lock(busy_);
    sink_.add(table, rows, count);
  }
  void add(Arrays arrays) override {
    const std::lock_guard lock(busy_);
    sink_.add(std::move(arrays));
  }
  void trial_done() override {
    const std::lock_guard lock(busy_);
    sink_.trial_done();
  }

 private:
  ResultSink& sink_;
  Mutex& busy_;
};

}  // namespace laggard::output
