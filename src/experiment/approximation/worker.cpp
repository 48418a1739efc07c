#include "experiment/approximation/worker.hpp"

#include <fmt/format.h>

#include <map>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "experiment/burden.hpp"
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
         std::unique_ptr<faults::Noise> noise, experiment::Burden burden, std::uint64_t seed)
      : model_(std::move(model)),
        assignments_(std::move(assignments)),
        noise_(std::move(noise)),
        burden_(std::move(burden)),
        seed_(seed) {}

  void operator()(const transport::BlockId& block, MatrixView inputs,
                  MatrixSpan outputs) const override {
    const Stopwatch watch;
    const auto assignment = assignments_.find(block.scheme);
    if (assignment == assignments_.end())
      model_->forward(inputs, outputs);
    else
      compute_each(assignment->second, block.first_worker, inputs, outputs);
    burden_.slow_down(block.first_worker, block.count, watch.elapsed());
    if (noise_->silent()) return;
    for (Index row = 0; row < outputs.rows(); ++row) {
      const WorkerId worker = block.first_worker + static_cast<WorkerId>(row);
      const faults::Address at{seed_, block.trial, worker, block.step};
      noise_->apply(at, {outputs.row(row).data(), static_cast<std::size_t>(outputs.cols())});
    }
  }

 private:
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
  experiment::Burden burden_;
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
  experiment::put_burden(config, setup, job);
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
  return std::make_unique<Worker>(
      base, std::move(assignments),
      config::make(faults::noises(), config::component_of(job.at("noise"), "/noise")),
      experiment::Burden(job, rank), seed);
}

}  // namespace laggard::approximation
