// A store of results that a second thread may flush.
#pragma once

#include <mutex>

#include "core/result_sink.hpp"

namespace laggard::output {

/// Holds a lock while it hands something on.
template <class Mutex>
class GuardedStore final : public ResultStore {
 public:
  GuardedStore(ResultStore& store, Mutex& busy) : store_(store), busy_(busy) {}

  bool has(std::uint32_t point, std::uint32_t trial) const override {
    return store_.has(point, trial);
  }
  void add(const TableSpec& table, const void* rows, std::size_t count) override {
    const std::lock_guard lock(busy_);
    store_.add(table, rows, count);
  }
  void add(Arrays arrays) override {
    const std::lock_guard lock(busy_);
    store_.add(std::move(arrays));
  }
  void trial_done() override {
    const std::lock_guard lock(busy_);
    store_.trial_done();
  }

 private:
  ResultStore& store_;
  Mutex& busy_;
};

}  // namespace laggard::output
