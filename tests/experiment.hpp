// Small experiments for tests: configurations from JSON, and a sink that keeps what it gets.
#pragma once

#include <cstring>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/json.hpp"
#include "experiment/approximation/setup.hpp"
#include "experiment/kinds.hpp"
#include "sweep/plan_runner.hpp"
#include "transport/in_process.hpp"

namespace laggard::testing {

inline config::Plan plan_of(const std::string& json) {
  return config::expand(config::parse(json, "the test"), experiment::kinds().vocabulary());
}

inline sweep::Sweep sweep_of(const std::string& json) {
  config::Plan plan = plan_of(json);
  const sweep::ExperimentKind& kind = experiment::kinds().find(plan.common().experiment);
  return {kind, std::move(plan)};
}

/// The setup of the only combination.
inline approximation::Setup setup_of(const std::string& json) {
  approximation::SetupBuilder builder;
  return builder.build(plan_of(json).combinations.front());
}

/// Rows that a sink is given, which may lie at any address.
template <class Row>
void append(std::vector<Row>& to, const void* rows, std::size_t count) {
  const std::size_t before = to.size();
  to.resize(before + count);
  std::memcpy(to.data() + before, rows, count * sizeof(Row));
}

class MemoryStore final : public ResultStore {
 public:
  using Key = std::pair<std::uint32_t, std::uint32_t>;

  bool has(std::uint32_t point, std::uint32_t trial) const override {
    return finished.contains({point, trial});
  }
  void add(const TableSpec& table, const void* rows, std::size_t count) override {
    if (&table == &table_of<TrialRecord>()) append(trials, rows, count);
    if (&table == &table_of<WorkerRecord>()) append(workers, rows, count);
    if (&table == &table_of<FailureRecord>()) append(failures, rows, count);
  }
  void add(Arrays arrays) override {
    const Key key{arrays.point, arrays.trial};
    for (const Arrays::Member& member : arrays.members) {
      if (member.name == "decoded") decoded[key] = std::get<Matrix>(member.values);
      if (member.name == "inputs") inputs[key] = std::get<Matrix>(member.values);
      if (member.name == "lost") lost[key] = std::get<std::vector<WorkerId>>(member.values);
      if (member.name == "used") used[key] = std::get<std::vector<WorkerId>>(member.values);
    }
  }
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
inline void run_plan(
    sweep::Sweep& sweep, transport::Transport& transport, ResultStore& sink,
    const sweep::OnTrial& on_trial = [](sweep::TrialState) {}) {
  const std::vector<PointRecord> points = sweep.points();
  sweep::Schedule schedule(sweep.plan(), points, sink);
  sweep::run_plan(sweep, transport, schedule, on_trial);
}

/// The same for a configuration, in this process.
inline void run_in_process(
    const std::string& json, MemoryStore& sink,
    const sweep::OnTrial& on_trial = [](sweep::TrialState) {}) {
  sweep::Sweep sweep = sweep_of(json);
  transport::InProcess transport(sweep::worker_factory(experiment::kinds(), 0));
  run_plan(sweep, transport, sink, on_trial);
}

}  // namespace laggard::testing
