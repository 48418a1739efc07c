#include "experiment/approximation/setup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "experiment/shared_dataset.hpp"
#include "model/repeatable.hpp"

namespace laggard::approximation {
namespace {

/// Reasons that hold for every scheme of the combination; empty: none.
std::string conflict(const Setup& setup) {
  const auto& config = setup.config;
  if (!setup.conflict.empty()) return setup.conflict;
  const std::uint32_t answers =
      std::min(config.workers - setup.stragglers->expected(config.workers),
               setup.wait->most_answers(config.workers));
  if (std::string reason = setup.adversaries->conflict(config.workers, answers); !reason.empty())
    return reason;
  if (setup.stragglers->knows_scheme() && config.clock == "wall")
    return fmt::format("the stragglers '{}' need the virtual clock", config.stragglers.kind);
  const auto rows = setup.dataset->rows(data::Part::kTrials);
  if (rows && config.data_points > *rows)
    return fmt::format("K = {}, but the dataset has {} rows", config.data_points, *rows);
  return "";
}

using schemes::label_of;

/// What messages call the model: by its file, if it has one.
std::string name_of(const Component& component, const model::Model& model) {
  const model::NetworkInfo* network = model.network();
  return fmt::format("{}: '{}'", component.where, network ? network->file : component.kind);
}

/// Tries the model with a few inputs of the dataset.
void try_out(const model::Model& model, const data::Dataset& dataset, const Config& config) {
  constexpr std::uint32_t kInputs = 4;
  const std::uint32_t count =
      std::min(kInputs, dataset.rows(data::Part::kTrials).value_or(kInputs));
  if (count == 0) return;
  Stream stream({config.seed, Purpose::kData, 0, 0});
  require_repeatable(model, dataset.draw(stream, count, data::Part::kTrials).inputs,
                     name_of(config.model, model));
}

}  // namespace

bool Setup::anything_to_do() const {
  return std::any_of(points.begin(), points.end(),
                     [](const ActivePoint& point) { return point.scheme != nullptr; });
}

Setup SetupBuilder::build(const config::Combination& combination) {
  const Config& config = config_of(combination);
  schemes::check_labels(config.schemes);
  Setup setup;
  setup.Cluster::operator=(experiment::make_cluster(config, config.seed, config.workers));
  setup.config = config;
  if (dataset_key_ != config.dataset.parameters) {
    dataset_ = experiment::shared_dataset(config.dataset);
    dataset_key_ = config.dataset.parameters;
  }
  setup.dataset = dataset_;
  const Shape shape = dataset_->shape();
  const std::string model_key =
      fmt::format("{} {} {}", config.model.parameters, config.seed, fmt::join(shape.extents, "x"));
  if (model_key_ != model_key) {
    model_ = config::make(model::models(), config.model, model::ModelContext{shape, config.seed});
    try_out(*model_, *dataset_, config);
    model_key_ = model_key;
    trained_.emplace(*model_, shape);
  }
  setup.model = model_;
  // With one output there are no classes, and nobody looks at labels.
  if (model_->outputs() > 1) dataset_->check_labels(model_->outputs());
  setup.noise = config::make(faults::noises(), config.noise);
  setup.adversaries = config::make(faults::adversaries(), config.adversaries);

  const std::string reason = conflict(setup);
  schemes::CodeContext context{config.data_points,
                               config.workers,
                               setup.stragglers->expected(config.workers),
                               setup.noise->sigma(),
                               setup.model->polynomial_degree(),
                               config.ordering == "path",
                               shape,
                               setup.model->gives_logits(),
                               &*trained_,
                               &codes_};
  context.by_reliability = experiment::workers_by_reliability(setup, config.workers, 1.0);
  context.most_answers = setup.wait->most_answers(config.workers);
  context.noise_sigmas = setup.noise->sigmas(config.seed, config.workers);
  for (const Component& scheme : config.schemes) {
    context.where = scheme.where;
    ActivePoint point;
    point.index = static_cast<std::uint32_t>(setup.points.size());
    point.record = {combination.first_point + point.index,
                    label_of(scheme),
                    config.workers,
                    config.data_points,
                    context.expected_stragglers,
                    context.noise_sigma,
                    combination.swept.parameters.dump(),
                    reason,
                    setup.stragglers->mean(config.workers),
                    static_cast<std::uint32_t>(setup.model->outputs()),
                    combination.number,
                    0};
    if (reason.empty()) {
      try {
        point.made_of = tuned_.resolve(scheme, point.record, config);
        point.context = context;
        point.scheme = config::make(schemes::schemes(), point.made_of, point.context);
        point.functions = point.scheme->worker_functions();
        point.record.active = point.scheme->active_workers();
      } catch (const schemes::Inapplicable& inapplicable) {
        point.record.skipped = inapplicable.what();
      }
    }
    setup.points.push_back(std::move(point));
  }
  return setup;
}

}  // namespace laggard::approximation
