#include "experiment/training/worker.hpp"

#include <cmath>
#include <map>

#include "config/reader.hpp"
#include "core/stopwatch.hpp"
#include "experiment/burden.hpp"
#include "experiment/training/placement.hpp"
#include "model/gradient_model.hpp"

namespace laggard::training {
namespace {

using config::Json;

struct WorkerJob {
  Shape input;
  Index classes = 0;
  std::vector<Index> task_rows;       ///< of the longest task, by scheme
  std::vector<std::uint32_t> sketch;  ///< coordinates of a gradient that travel with "ready"
};

/// Keeps the gradients of one step of one point. They belong to the step, not to the round: a round
/// in which they are added up has a number of its own.
class Worker final : public transport::BlockFunction {
 public:
  Worker(std::unique_ptr<model::GradientModel> model, WorkerJob job, experiment::Burden burden)
      : model_(std::move(model)), job_(std::move(job)), burden_(std::move(burden)) {}

  void share(const transport::BlockId& round, MatrixView values) override {
    const Step step{round.trial, round.scheme, round.step};
    if (step != step_)
      for (auto& [worker, gradient] : kept_) gradient.there = false;
    step_ = step;
    weights_.assign(values.data(), values.data() + values.size());
  }

  void operator()(const transport::BlockId& block, MatrixView inputs,
                  MatrixSpan outputs) const override {
    for (Index row = 0; row < inputs.rows(); ++row) {
      const std::span<double> answer(outputs.row(row).data(),
                                     static_cast<std::size_t>(outputs.cols()));
      const std::span<const double> task(inputs.row(row).data(),
                                         static_cast<std::size_t>(inputs.cols()));
      const WorkerId worker = block.first_worker + static_cast<WorkerId>(row);
      if (task[0] == kAdd)
        add(block, task, answer);
      else if (task[0] == kFetch)
        fetch(block, worker, answer);
      else if (task[0] == kPlace)
        place(worker, task, answer);
      else
        compute_slowly(block, worker, task, answer);
    }
  }

 private:
  struct Step {
    std::uint32_t trial = 0, scheme = 0, step = 0;
    bool operator==(const Step&) const = default;
  };
  struct Kept {
    bool there = false;
    std::vector<double> gradient;
  };

  bool is_present(const transport::BlockId& block) const {
    return step_ == Step{block.trial, block.scheme, block.step};
  }

  void place(WorkerId worker, std::span<const double> task, std::span<double> answer) const {
    placed_.keep(worker, task);
    answer[0] = 1.0;
  }

  void compute_slowly(const transport::BlockId& block, WorkerId worker,
                      std::span<const double> task, std::span<double> answer) const {
    const Stopwatch watch;
    const TaskShape shape{job_.task_rows.at(block.scheme), job_.input.size(), job_.classes};
    if (task[0] != kTake) {
      compute(worker, shape, task.data(), answer);
    } else if (const auto placed = placed_.task(worker, task, shape)) {
      compute(worker, shape, placed->data(), answer);
    } else {
      std::fill(answer.begin(), answer.end(), 0.0);
      answer[kLargest] = kNoRows;
    }
    burden_.slow_down(worker, 1, watch.elapsed());
  }

  void compute(WorkerId worker, const TaskShape& shape, const double* task,
               std::span<double> answer) const {
    const auto rows = static_cast<Index>(task[0]);
    Kept& kept = kept_[worker];
    kept.gradient.resize(model_->parameters());
    kept.there = true;
    double loss = 0.0;
    if (rows == 0) {
      std::fill(kept.gradient.begin(), kept.gradient.end(), 0.0);
    } else {
      // How sums are grouped may depend on where numbers lie in memory: copies lie alike.
      const Matrix inputs = MatrixView(task + shape.inputs_at(), rows, shape.inputs);
      const Matrix targets = MatrixView(task + shape.targets_at(), rows, shape.classes);
      loss = model_->gradient(weights_,
                              {rows_of(inputs, 0, rows),
                               rows_of(targets, 0, rows),
                               {task + shape.weights_at(), static_cast<std::size_t>(rows)}},
                              kept.gradient);
    }
    answer[kLoss] = loss;
    answer[kLargest] =
        Eigen::Map<const Vector>(kept.gradient.data(), static_cast<Index>(kept.gradient.size()))
            .cwiseAbs()
            .maxCoeff<Eigen::PropagateNaN>();
    for (std::size_t i = kSketch; i < answer.size(); ++i)
      answer[i] = kept.gradient[job_.sketch[i - kSketch]];
  }

  void add(const transport::BlockId& block, std::span<const double> task,
           std::span<double> answer) const {
    std::fill(answer.begin(), answer.end(), 0.0);
    if (!is_present(block)) return;
    const double unit = task[1];
    std::vector<std::pair<double, std::span<const double>>> terms;
    for (const auto& [worker, kept] : kept_)
      if (kept.there && worker + 2 < task.size() && task[2 + worker] != 0.0)
        terms.emplace_back(task[2 + worker], kept.gradient);
    answer[0] = static_cast<double>(terms.size());
    // Piece by piece, so that the sum stays in the cache.
    constexpr std::size_t kPiece = 2048;
    const std::span<double> sum = answer.subspan(1);
    for (std::size_t first = 0; first < sum.size(); first += kPiece) {
      const std::size_t count = std::min(kPiece, sum.size() - first);
      for (const auto& [weight, gradient] : terms)
        add_on_grid(unit, weight, gradient.subspan(first, count), sum.subspan(first, count));
    }
  }

  void fetch(const transport::BlockId& block, WorkerId worker, std::span<double> answer) const {
    const auto found = kept_.find(worker);
    const bool there = is_present(block) && found != kept_.end() && found->second.there;
    std::fill(answer.begin(), answer.end(), 0.0);
    answer[0] = there ? 1.0 : 0.0;
    if (there)
      std::copy(found->second.gradient.begin(), found->second.gradient.end(), answer.begin() + 1);
  }

  std::unique_ptr<model::GradientModel> model_;
  WorkerJob job_;
  experiment::Burden burden_;
  Step step_;
  std::vector<double> weights_;
  mutable std::map<WorkerId, Kept> kept_;  // what a block leaves for the ones that ask for it
  mutable PlacedRows placed_;              // for all steps to come
};

}  // namespace

std::string job_text(const Setup& setup) {
  Json job{{"model", config::members_of(setup.config.model)},
           {"input", setup.dataset->shape().extents},
           {"classes", setup.classes},
           {"task_rows", Json::array()},
           {"sketch", setup.sketch}};
  for (const ActivePoint& point : setup.points)
    job["task_rows"].push_back(point.tasks ? point.tasks->shape().rows : 0);
  experiment::put_burden(setup.config, setup, job);
  return job.dump();
}

std::unique_ptr<transport::BlockFunction> make_worker(const std::string& text, std::uint32_t rank) {
  const Json json = config::parse_or_discard(text);
  WorkerJob job{{json.at("input").get<std::vector<Index>>()},
                json.at("classes").get<Index>(),
                json.at("task_rows").get<std::vector<Index>>(),
                json.at("sketch").get<std::vector<std::uint32_t>>()};
  const Component model = config::component_of(json.at("model"), "/model");
  return std::make_unique<Worker>(
      config::make(model::gradient_models(), model,
                   model::GradientModelContext{job.input, job.classes, model.parameters}),
      std::move(job), experiment::Burden(json, rank));
}

}  // namespace laggard::training
