// Small experiments for tests: configurations from JSON, and a sink that keeps what it gets.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/json.hpp"
#include "runtime/catalogue.hpp"
#include "runtime/sweep.hpp"
#include "runtime/worker.hpp"
#include "transport/in_process.hpp"

namespace laggard::testing {

inline config::Plan plan_of(const std::string& json) {
  return config::expand(config::parse(json, "the test"), runtime::catalogue());
}

/// The setup of the only combination.
inline runtime::Setup setup_of(const std::string& json) {
  runtime::SetupBuilder builder;
  return builder.build(plan_of(json).combinations.front());
}

class MemorySink final : public ResultSink {
 public:
  using Key = std::pair<std::uint32_t, std::uint32_t>;

  bool has(std::uint32_t point, std::uint32_t trial) const override {
    return finished.contains({point, trial});
  }
  void add(const TrialRecord& record, const TimingRecord&) override { trials.push_back(record); }
  void add(const std::vector<WorkerRecord>& records) override {
    workers.insert(workers.end(), records.begin(), records.end());
  }
  void add(const PredictionRecord& record) override {
    decoded[{record.point, record.trial}] = record.decoded;
    inputs[{record.point, record.trial}] = record.inputs;
    lost[{record.point, record.trial}] = record.lost;
    used[{record.point, record.trial}] = record.used;
  }
  void add(const FailureRecord& record) override { failures.push_back(record); }
  void trial_done() override { ++done; }

  std::set<Key> finished;
  std::vector<TrialRecord> trials;
  std::vector<WorkerRecord> workers;
  std::vector<FailureRecord> failures;
  std::map<Key, Matrix> decoded, inputs;
  std::map<Key, std::vector<WorkerId>> lost, used;
  int done = 0;
};

/// Runs everything that the sink does not have.
inline void run_in_process(
    const std::string& json, MemorySink& sink,
    const runtime::OnTrial& on_trial = [](runtime::TrialState) {}) {
  const config::Plan plan = plan_of(json);
  runtime::SetupBuilder builder;
  transport::InProcess transport(runtime::make_worker);
  runtime::run_plan(plan, builder, transport, sink, on_trial);
}

}  // namespace laggard::testing
