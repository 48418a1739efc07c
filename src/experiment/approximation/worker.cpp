#include "experiment/approximation/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "faults/delay.hpp"
#include "faults/noise.hpp"

namespace laggard::approximation {
namespace {

using config::Json;

using ModelPointer = std::shared_ptr<const model::Model>;

/// The functions of one scheme's workers.
struct Assignment {
  std::vector<std::uint32_t> cycle{0};
  std::vector<ModelPointer> functions;  ///< the first one is f

  std::uint32_t function_of(WorkerId worker) const { return cycle[worker % cycle.size()]; }
};

class Worker final : public transport::BlockFunction {
 public:
  Worker(ModelPointer model, std::map<std::uint32_t, Assignment> assignments,
         std::unique_ptr<faults::Noise> noise, std::unique_ptr<faults::Load> load,
         std::vector<double> slowdown, std::uint64_t seed)
      : model_(std::move(model)),
        assignments_(std::move(assignments)),
        noise_(std::move(noise)),
        load_(std::move(load)),
        slowdown_(std::move(slowdown)),
        seed_(seed) {}

  void operator()(const transport::BlockId& block, MatrixView inputs,
                  MatrixSpan outputs) const override {
    const Stopwatch watch;
    const auto assignment = assignments_.find(block.scheme);
    if (assignment == assignments_.end())
      model_->forward(inputs, outputs);
    else
      compute_each(assignment->second, block.first_worker, inputs, outputs);
    if (!slowdown_.empty()) slow_down(block, watch.elapsed());
    if (noise_->silent()) return;
    for (Index row = 0; row < outputs.rows(); ++row) {
      const WorkerId worker = block.first_worker + static_cast<WorkerId>(row);
      const faults::Address at{seed_, block.trial, worker, block.step};
      noise_->apply(at, {outputs.row(row).data(), static_cast<std::size_t>(outputs.cols())});
    }
  }

 private:
  /// Sleeps for as long as slower workers would have computed beyond `spent_s`: each of the block
  /// has an equal share of that, times its factor.
  void slow_down(const transport::BlockId& block, Seconds spent_s) const {
    double factors = 0.0;
    for (std::uint32_t i = 0; i < block.count; ++i) factors += slowdown_[block.first_worker + i];
    const Seconds more_s = spent_s * (factors / block.count - 1.0);
    std::this_thread::sleep_for(std::chrono::duration<Seconds>(more_s));
  }

  /// One forward call for each function in the block.
  static void compute_each(const Assignment& assignment, WorkerId first, MatrixView inputs,
                           MatrixSpan outputs) {
    for (std::uint32_t function = 0; function < assignment.functions.size(); ++function) {
      std::vector<Index> rows;
      for (Index row = 0; row < inputs.rows(); ++row)
        if (assignment.function_of(first + static_cast<WorkerId>(row)) == function)
          rows.push_back(row);
      if (rows.empty()) continue;
      const model::Model& model = *assignment.functions[function];
      if (static_cast<Index>(rows.size()) == inputs.rows()) return model.forward(inputs, outputs);
      const Matrix gathered = inputs(rows, Eigen::all);
      Matrix results(gathered.rows(), outputs.cols());
      model.forward(rows_of(gathered, 0, gathered.rows()),
                    MatrixSpan(results.data(), results.rows(), results.cols()));
      for (std::size_t i = 0; i < rows.size(); ++i)
        outputs.row(rows[i]) = results.row(static_cast<Index>(i));
    }
  }

  ModelPointer model_;
  std::map<std::uint32_t, Assignment> assignments_;  // by scheme; without one: f for everybody
  std::unique_ptr<faults::Noise> noise_;
  std::unique_ptr<faults::Load> load_;
  std::vector<double> slowdown_;  // by worker, at least 1; empty: nobody is slower
  std::uint64_t seed_;
};

/// Models by their parameters: schemes that name the same one share it.
class ModelStore {
 public:
  ModelStore(Shape input, std::uint64_t seed) : context_{std::move(input), seed} {}

  /// f itself.
  ModelPointer deployed(const Component& component) {
    return models_[component.parameters] = config::make(model::models(), component, context_);
  }

  /// What a scheme adds.
  ModelPointer added(const Component& component) {
    ModelPointer& model = models_[component.parameters];
    if (!model) {
      context_.deployed = false;
      model = config::make(model::models(), component, context_);
    }
    return model;
  }

 private:
  model::ModelContext context_;
  std::map<std::string, ModelPointer> models_;
};

Assignment read_assignment(const Json& json, const ModelPointer& base, ModelStore& store) {
  Assignment assignment{json.at("cycle").get<std::vector<std::uint32_t>>(), {base}};
  for (const Json& entry : json.at("models")) {
    const std::string where = entry.at("where").get<std::string>();
    const Component component = config::component_of(entry.at("model"), where);
    assignment.functions.push_back(named(where, [&] { return store.added(component); }));
    const Index outputs = assignment.functions.back()->outputs();
    if (outputs != base->outputs())
      throw DataError(fmt::format("{} does not fit the model", where),
                      fmt::format("it has {} outputs, the model has {}", outputs, base->outputs()),
                      "name weights that belong to the model");
  }
  return assignment;
}

}  // namespace

std::string job_text(const Setup& setup, std::span<const ActivePoint> points) {
  const Config& config = setup.config;
  Json job;
  job["seed"] = config.seed;
  job["input"] = setup.dataset->shape().extents;
  job["model"] = config::members_of(config.model);
  job["noise"] = config::members_of(config.noise);
  // The master draws the other delays; this one needs hands on the worker's rank.
  if (!setup.delay->loaded_ranks().empty()) job["load"] = config::members_of(config.delay);
  // A machine cannot be made faster than it is: it is the fastest worker.
  if (config.clock == "wall" && !setup.speeds.empty()) {
    std::vector<double> slowdown = setup.speeds;
    const double fastest = *std::min_element(slowdown.begin(), slowdown.end());
    for (double& factor : slowdown) factor /= fastest;
    job["slowdown"] = slowdown;
  }
  job["schemes"] = Json::array();
  for (const ActivePoint& point : points) {
    if (!point.scheme || point.functions.cycle.empty()) continue;
    Json models = Json::array();
    for (const Component& model : point.functions.models)
      models.push_back({{"where", model.where}, {"model", config::members_of(model)}});
    job["schemes"].push_back(
        {{"scheme", point.index}, {"cycle", point.functions.cycle}, {"models", models}});
  }
  return job.dump();
}

std::unique_ptr<transport::BlockFunction> make_worker(const std::string& text, std::uint32_t rank) {
  const Json job = config::parse_or_discard(text);
  const std::uint64_t seed = job.at("seed").get<std::uint64_t>();
  ModelStore store({job.at("input").get<std::vector<Index>>()}, seed);
  const ModelPointer base = store.deployed(config::component_of(job.at("model"), "/model"));
  std::map<std::uint32_t, Assignment> assignments;
  for (const Json& scheme : job.at("schemes"))
    assignments[scheme.at("scheme").get<std::uint32_t>()] = read_assignment(scheme, base, store);
  std::unique_ptr<faults::Load> load;
  if (job.contains("load"))
    load = config::make(faults::delays(), config::component_of(job.at("load"), "/delay"))
               ->load_on(rank);
  return std::make_unique<Worker>(
      base, std::move(assignments),
      config::make(faults::noises(), config::component_of(job.at("noise"), "/noise")),
      std::move(load), job.value("slowdown", std::vector<double>{}), seed);
}

}  // namespace laggard::approximation
