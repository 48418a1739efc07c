#include "experiment/serving/deployment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "model/model.hpp"
#include "model/weights.hpp"

namespace laggard::serving {
namespace {

using config::Json;

constexpr std::uint32_t kMostDistinct = 4096;

class Worker final : public transport::BlockFunction {
 public:
  explicit Worker(std::vector<std::unique_ptr<model::Model>> functions)
      : functions_(std::move(functions)) {}

  void operator()(const transport::BlockId& block, MatrixView inputs,
                  MatrixSpan outputs) const override {
    functions_.at(block.scheme)->forward(inputs, outputs);
  }

 private:
  std::vector<std::unique_ptr<model::Model>> functions_;  // as blocks name them
};

std::vector<std::unique_ptr<model::Model>> load(const Json& job) {
  model::ModelContext context{{job.at("input").get<std::vector<Index>>()},
                              job.at("seed").get<std::uint64_t>()};
  std::vector<std::unique_ptr<model::Model>> functions;
  for (const Json& function : job.at("functions")) {
    const std::string where = function.at("where").get<std::string>();
    functions.push_back(named(where, [&] {
      return config::make(model::models(), config::component_of(function.at("model"), where),
                          context);
    }));
    context.deployed = false;
  }
  return functions;
}

/// The deployed network with other weights. Errors: ConfigError if it is no network.
Json with_weights(const Component& model, const std::string& weights, const std::string& where) {
  Json members = config::members_of(model);
  if (!members.contains("weights"))
    throw ConfigError(fmt::format("{} names weights", where),
                      fmt::format("/model is '{}', which has none", model.kind),
                      "leave them out, or choose a network as the model");
  members["weights"] = weights;
  return members;
}

/// The network of the weights in place of the deployed one.
Json other_network(const Component& model, const std::string& weights, const std::string& where) {
  Json members = with_weights(model, weights, where);
  members["kind"] = model::read_weights_head(weights).network.architecture;
  return members;
}

}  // namespace

Deployment::Deployment(const Config& config)
    : seed_(config.seed),
      dataset_(config::make(data::datasets(), config.dataset, config.dataset.where)),
      input_(dataset_->shape()) {
  const std::uint32_t queries = config.serving.server.queries;
  distinct_ = std::min(
      {queries, kMostDistinct, dataset_->rows(data::Part::kTrials).value_or(kMostDistinct)});
  if (distinct_ == 0)
    throw DataError("/dataset has no rows for queries", "all are held out", "lower its holdout");
  Json functions = Json::array();
  functions.push_back({{"where", "/model"}, {"model", config::members_of(config.model)}});
  for (const Component& policy : config.policies) {
    std::vector<std::uint32_t>& of_policy = coded_.emplace_back();
    const Json members = config::members_of(policy);
    cheaper_.push_back(0);
    if (const std::string file = members.value("weights", ""); !file.empty()) {
      const std::string where = policy.where + "/weights";
      cheaper_.back() = static_cast<std::uint32_t>(functions.size());
      functions.push_back({{"where", where}, {"model", other_network(config.model, file, where)}});
    }
    const Json files = members.value("parity", Json::array());
    if (!files.empty() && files.size() != members.at("r").get<std::size_t>())
      throw ConfigError(fmt::format("{}/parity has {} file{}", policy.where, files.size(),
                                    files.size() == 1 ? "" : "s"),
                        fmt::format("there are r = {} coded queries in a group",
                                    members.at("r").get<std::size_t>()),
                        "give each the weights of a parity model (`laggard train`)");
    for (const Json& file : files) {
      const std::string where = fmt::format("{}/parity/{}", policy.where, of_policy.size());
      of_policy.push_back(static_cast<std::uint32_t>(functions.size()));
      functions.push_back({{"where", where},
                           {"model", with_weights(config.model, file.get<std::string>(), where)}});
    }
  }
  const Json job{{"seed", seed_}, {"input", input_.extents}, {"functions", functions}};
  const auto models = load(job);
  outputs_ = models.front()->outputs();
  for (std::size_t i = 0; i < models.size(); ++i)
    if (models[i]->outputs() != outputs_)
      throw DataError(
          fmt::format("{} does not fit the model", functions[i].at("where").get<std::string>()),
          fmt::format("it has {} outputs, the model has {}", models[i]->outputs(), outputs_),
          "name weights that belong to the model");
  if (outputs_ > 1) dataset_->check_labels(outputs_);
  job_ = job.dump();
}

data::Sample Deployment::queries(std::uint32_t trial) const {
  Stream stream({seed_, Purpose::kData, trial, 0});
  return dataset_->draw(stream, distinct_, data::Part::kTrials);
}

std::uint32_t Deployment::function_of(std::size_t policy, const Task& task) const {
  if (!task.coded) return task.copy > 0 ? cheaper_[policy] : 0;
  const std::vector<std::uint32_t>& coded = coded_[policy];
  return task.copy < coded.size() ? coded[task.copy] : 0;
}

std::unique_ptr<transport::BlockFunction> make_worker(const std::string& job) {
  return std::make_unique<Worker>(load(Json::parse(job)));
}

}  // namespace laggard::serving
