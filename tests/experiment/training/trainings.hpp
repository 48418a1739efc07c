// Small trainings for tests.
#pragma once

#include <string>
#include <vector>

#include "experiment.hpp"
#include "experiment/training/records.hpp"
#include "experiment/training/setup.hpp"

namespace laggard::testing {

class TrainingStore final : public ResultStore {
 public:
  bool has(std::uint32_t, std::uint32_t) const override { return false; }
  void add(const TableSpec& table, const void* data, std::size_t count) override {
    if (&table == &table_of<training::TrainingRecord>()) append(rows, data, count);
    if (&table == &table_of<training::RunRecord>()) append(runs, data, count);
  }
  void add(Arrays) override {}
  void trial_done() override {}

  /// Rows of one trial of a point.
  std::vector<training::TrainingRecord> of(std::uint32_t point, std::uint32_t trial = 0) const {
    std::vector<training::TrainingRecord> found;
    for (const auto& row : rows)
      if (row.point == point && row.trial == trial) found.push_back(row);
    return found;
  }

  std::vector<training::TrainingRecord> rows;
  std::vector<training::RunRecord> runs;
};

inline TrainingStore train(const std::string& json) {
  sweep::Sweep sweep = sweep_of(json);
  transport::InProcess transport(sweep::worker_factory(experiment::kinds(), 0));
  TrainingStore sink;
  run_plan(sweep, transport, sink);
  return sink;
}

/// A short training with these members instead of its own.
inline std::string training_json(const std::string& members) {
  config::Json json = config::parse(R"({"experiment": "training", "trials": 1, "workers": 12,
      "data_points": 4, "dataset": {"kind": "clusters", "rows": 600, "holdout": 200},
      "training": {"steps": 20, "batch": 48, "evaluate_every": 1}})",
                                    "the test");
  json.merge_patch(config::parse(members, "the test"));
  return json.dump();
}

inline training::Setup training_setup(const std::string& members) {
  training::SetupBuilder builder;
  return builder.build(plan_of(training_json(members)).combinations.front());
}

}  // namespace laggard::testing
