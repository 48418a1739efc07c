#include "runtime/sweep.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "runtime/worker.hpp"

namespace laggard::runtime {
namespace {

/// An error that a swept value causes says so.
Setup build(const config::Combination& combination, SetupBuilder& builder,
            std::uint32_t first_point) {
  try {
    return builder.build(combination, first_point);
  } catch (const Error& error) {
    const std::string message = config::blame_sweep(error.what(), combination.parameters);
    if (message == error.what()) throw;
    if (error.code() == ExitCode::kUsage) throw ConfigError(message);
    throw Error(error.code(), message);
  }
}

/// Calls `body(setup)` for each combination in turn.
void for_each_setup(const config::Plan& plan, SetupBuilder& builder,
                    const std::function<void(const Setup&)>& body) {
  std::uint32_t first_point = 0;
  for (const config::Combination& combination : plan.combinations) {
    const Setup setup = build(combination, builder, first_point);
    first_point += static_cast<std::uint32_t>(setup.points.size());
    body(setup);
  }
}

}  // namespace

std::vector<PointRecord> plan_points(const config::Plan& plan, SetupBuilder& builder) {
  std::vector<PointRecord> points;
  for_each_setup(plan, builder, [&](const Setup& setup) {
    for (const ActivePoint& point : setup.points) points.push_back(point.record);
  });
  return points;
}

std::uint64_t count_trials(const config::Plan& plan, const std::vector<PointRecord>& points) {
  std::uint64_t trials = 0;
  std::size_t point = 0;
  for (const config::Combination& combination : plan.combinations)
    for (std::size_t i = 0; i < combination.config.schemes.size(); ++i)
      if (points[point++].skipped.empty()) trials += combination.config.trials;
  return trials;
}

void run_plan(const config::Plan& plan, SetupBuilder& builder, transport::Transport& transport,
              ResultSink& sink, const OnTrial& on_trial) {
  std::string job;
  std::uint32_t round = 0;
  WorkerLedger ledger([&sink](const std::vector<WorkerRecord>& rows) { sink.add(rows); });
  const auto run_all = [&] {
    for_each_setup(plan, builder, [&](const Setup& setup) {
      if (!setup.anything_to_do()) return;
      Master master(setup, transport, sink, ledger);
      const std::string wanted = job_text(setup.config, setup.dataset->shape(), setup.points);
      for (std::uint32_t number = 0; number < setup.config.trials; ++number) {
        std::vector<const ActivePoint*> missing;
        for (const ActivePoint& point : setup.points) {
          if (!point.scheme) continue;
          if (sink.has(point.record.point, number))
            on_trial(TrialState::kFoundFinished);
          else
            missing.push_back(&point);
        }
        if (missing.empty()) continue;
        if (interrupted()) throw Interrupted("interrupted");
        if (wanted != job) transport.configure(wanted);
        job = wanted;
        const Trial trial = draw_trial(setup, number);
        for (const ActivePoint* point : missing) {
          master.run(trial, *point, round++);
          on_trial(TrialState::kRun);
        }
        sink.trial_done();
      }
    });
  };
  try {
    run_all();
  } catch (const Interrupted&) {
    ledger.close();
    throw;
  }
  ledger.close();
}

}  // namespace laggard::runtime
