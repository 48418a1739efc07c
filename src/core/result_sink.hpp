// Where the results of trials go; the runtime fills it, a file or another rank is behind it.
#pragma once

#include <cstdint>
#include <vector>

#include "core/records.hpp"

namespace laggard {

class ResultSink {
 public:
  virtual ~ResultSink() = default;
  /// Already there, from an earlier run that was interrupted.
  virtual bool has(std::uint32_t point, std::uint32_t trial) const = 0;
  virtual void add(const TrialRecord& record, const TimingRecord& timing) = 0;
  virtual void add(const std::vector<WorkerRecord>& records) = 0;
  virtual void add(const PredictionRecord& record) = 0;
  virtual void add(const FailureRecord& record) = 0;
  /// A trial is complete for all schemes.
  virtual void trial_done() = 0;
};

}  // namespace laggard
