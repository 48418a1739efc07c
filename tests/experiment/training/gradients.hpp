// Gradients of one step, estimated through the workers of a setup.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "experiment/fate.hpp"
#include "experiment/training/coded_gradient.hpp"
#include "experiment/training/worker.hpp"
#include "transport/in_process.hpp"

namespace laggard::testing {

class GradientBench {
 public:
  using Transports =
      std::function<std::unique_ptr<transport::Transport>(const training::Setup& setup)>;

  /// The workers live in this process.
  explicit GradientBench(training::Setup setup)
      : GradientBench(std::move(setup), [](const training::Setup&) {
          return std::make_unique<transport::InProcess>(
              [](const std::string& job) { return training::make_worker(job, 0); });
        }) {}

  GradientBench(training::Setup setup, const Transports& transport)
      : setup_(std::move(setup)),
        transport_(transport(setup_)),
        ledger_([](const std::vector<WorkerRecord>&) {}) {
    transport_->configure(training::job_text(setup_));
    clock_ = round::make_clock("virtual", {*transport_, ledger_, time_});
  }

  training::GradientEstimate estimate(std::size_t point, const training::Batch& batch,
                                      const std::vector<double>& weights,
                                      const std::vector<WorkerId>& lost) {
    const training::ActivePoint& active = setup_.points[point];
    const round::Arrivals arrivals =
        round::without(experiment::everybody_at_once(setup_.config.workers), lost);
    const auto shared =
        std::make_shared<Matrix>(MatrixView(weights.data(), 1, static_cast<Index>(weights.size())));
    const Matrix tasks = active.tasks->tasks(batch);
    training::CodedGradient workers(setup_, active, *clock_, transport_->roster());
    return workers.estimate(
        {0, step_++, shared, tasks, arrivals}, [] {}, failures);
  }

  training::Batch batch(std::size_t point, std::uint32_t step = 0) const {
    return training::BatchSource(*setup_.dataset, setup_.classes, 1, 0, setup_.is_static(),
                                 setup_.points[point].arrangement)
        .draw(step);
  }

  std::vector<double> weights() const {
    std::vector<double> weights(setup_.model->parameters());
    Stream stream({5, Purpose::kModel, 0, 0});
    fill_standard_normal(stream, weights);
    return weights;
  }

  const training::Setup& setup() const { return setup_; }

  std::vector<round::RankFailure> failures;

 private:
  training::Setup setup_;
  std::unique_ptr<transport::Transport> transport_;
  round::WorkerLedger ledger_;
  RealTime time_;
  std::unique_ptr<round::Clock> clock_;
  std::uint32_t step_ = 0;
};

inline double distance(const std::vector<double>& a, const std::vector<double>& b) {
  const auto size = static_cast<Index>(a.size());
  return (Eigen::Map<const Vector>(a.data(), size) - Eigen::Map<const Vector>(b.data(), size))
      .norm();
}

}  // namespace laggard::testing
