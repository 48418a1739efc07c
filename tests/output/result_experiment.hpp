// A small experiment whose result file is written by hand.
#pragma once

#include "experiment.hpp"
#include "output/result_file.hpp"

namespace laggard::testing {

inline const output::RunContext kContext{"laggard run x.json", "none", 1, "here"};

inline constexpr const char* kConfig = R"({"data_points": 2, "workers": 4, "trials": 3,
    "schemes": [{"kind": "bacc"}], "output": {"workers": true}})";

inline constexpr const char* kPredictions = R"({"data_points": 2, "workers": 4, "trials": 3,
    "schemes": [{"kind": "bacc"}], "output": {"workers": true, "predictions": true}})";

struct ResultExperiment {
  explicit ResultExperiment(const std::string& json = kConfig) {
    sweep::Sweep sweep = sweep_of(json);
    plan = sweep.plan();
    points = sweep.points();
    layout = sweep.layout();
  }

  std::unique_ptr<output::ResultFile> open(const std::filesystem::path& path,
                                           output::OpenMode mode) const {
    output::RunContext context = kContext;
    context.vocabulary = &vocabulary;
    return std::make_unique<output::ResultFile>(path, mode, plan.resolved, points, layout, context);
  }

  config::Vocabulary vocabulary = experiment::kinds().vocabulary();
  config::Plan plan;
  std::vector<PointRecord> points;
  Layout layout;
};

inline TrialRecord trial(std::uint32_t number, double mse = 0.5) {
  TrialRecord record;
  record.trial = number;
  record.received = 4;
  record.mse = mse;
  return record;
}

/// The arrays of one trial.
inline Arrays predictions(std::uint32_t point, std::uint32_t number) {
  const Matrix values = Matrix::Constant(2, 1, 2.0);
  const std::vector<std::uint32_t> none;
  return {"/predictions",
          point,
          number,
          {{"inputs", values},
           {"truth", values},
           {"decoded", values},
           {"lost", none},
           {"used", none},
           {"shape", none}}};
}

inline void add(output::ResultFile& file, std::uint32_t number) {
  std::vector<WorkerRecord> workers(4);
  for (WorkerId worker = 0; worker < 4; ++worker) {
    workers[worker].trial = number;
    workers[worker].worker = worker;
  }
  file.add_rows(workers);
  TimingRecord timing;
  timing.trial = number;
  file.add_row(timing);
  file.add_row(trial(number));
  file.trial_done();
}

}  // namespace laggard::testing
