#include "experiment/training/setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "experiment/shared_dataset.hpp"
#include "math/curve_order.hpp"
#include "sweep/experiment.hpp"

namespace laggard::training {
namespace {

using schemes::Inapplicable;

/// m: one more than the largest label. Errors: DataError.
Index count_classes(const data::Dataset& dataset) {
  if (!dataset.rows(data::Part::kTrials))
    throw ConfigError("/dataset is a distribution", "a model is trained on labelled rows",
                      "choose a dataset that comes from a file, or \"clusters\"");
  std::int32_t largest = 0;
  for (const data::Part part : {data::Part::kTrials, data::Part::kHoldout}) {
    constexpr std::uint32_t kChunk = 1024;
    const std::uint32_t count = *dataset.rows(part);
    for (std::uint32_t first = 0; first < count; first += kChunk) {
      std::vector<std::uint32_t> rows(std::min(kChunk, count - first));
      std::iota(rows.begin(), rows.end(), first);
      const std::vector<std::int32_t> labels = dataset.labels_at(rows, part);
      if (labels.empty())
        throw DataError("/dataset has no labels", "a model is trained on labelled rows",
                        "name its labels in the configuration");
      const auto [low, high] = std::minmax_element(labels.begin(), labels.end());
      if (*low < 0)
        throw DataError("/dataset has negative labels", "classes are counted from 0",
                        "renumber the labels");
      largest = std::max(largest, *high);
    }
  }
  constexpr std::int32_t kMost = 100'000;
  if (largest >= kMost)
    throw DataError(fmt::format("/dataset has the label {}", largest),
                    fmt::format("a model has at most {} classes", kMost), "renumber the labels");
  return largest + 1;
}

/// Reasons that hold for every scheme of the combination; empty: none.
std::string conflict(const Setup& setup) {
  const Config& config = setup.config;
  if (!setup.conflict.empty()) return setup.conflict;
  if (setup.stragglers->knows_scheme())
    return fmt::format(
        "the stragglers '{}' are searched by the errors of estimates, which training "
        "has not",
        config.stragglers.kind);
  const std::uint32_t rows = *setup.dataset->rows(data::Part::kTrials);
  if (config.recipe.batch > rows)
    return fmt::format("a batch has {} rows, the dataset {}", config.recipe.batch, rows);
  return "";
}

/// Which rows belong together. Errors: Inapplicable.
Arrangement arrange(const Setup& setup, const schemes::Scheme& scheme,
                    const schemes::GradientCode& code) {
  const RecipeConfig& recipe = setup.config.recipe;
  const std::uint32_t parts = code.parts();
  if (recipe.batch % parts != 0)
    throw Inapplicable(
        fmt::format("a batch of {} rows cannot be cut into {} equal parts", recipe.batch, parts));
  std::string ordering = recipe.ordering;
  if (code.mixes_rows()) {
    // A curve code may say so for itself.
    if (scheme.path_ordering()) ordering = "path";
    if (!scheme.path_ordering() && ordering == "path") ordering = "none";
  } else if (!setup.is_static()) {
    // Parts that are sorted would only make a lost part a lost class.
    ordering = "none";
  }
  const std::uint32_t arranged =
      setup.is_static() ? *setup.dataset->rows(data::Part::kTrials) : recipe.batch;
  if (ordering == "path" && arranged > math::kLargestPath)
    throw Inapplicable(
        fmt::format("{} rows: ordering 'path' works up to {}", arranged, math::kLargestPath));
  if (setup.is_static() && arranged / parts < recipe.batch / parts)
    throw Inapplicable(fmt::format("{} parts of {} training rows have fewer rows than a step takes",
                                   parts, arranged));
  return {parts, recipe.batch / parts, code.mixes_rows(), ordering};
}

/// Errors: ConfigError for a scheme that cannot code gradients, Inapplicable.
void make_scheme(const Setup& setup, const Component& component,
                 const schemes::CodeContext& context, ActivePoint& point) {
  auto scheme = config::make(schemes::schemes(), component, context);
  const schemes::GradientCode* code = scheme->gradients();
  try {
    point.assignment = code->assignment();
  } catch (const schemes::NeedsData& error) {
    throw ConfigError(fmt::format("{}/{}", context.where, error.what()));
  }
  point.arrangement = arrange(setup, *scheme, *code);
  point.tasks.emplace(point.assignment,
                      TaskMaker::Ways{code->mixes_rows(), setup.config.recipe.targets == "simplex",
                                      setup.is_static()},
                      point.arrangement.rows, setup.dataset->shape().size(), setup.classes);
  point.code = code;
  point.record.active = scheme->active_workers();
  point.inputs.assign(setup.config.workers, 0.0);
  for (WorkerId worker = 0; worker < point.record.active; ++worker)
    point.inputs[worker] = point.tasks->rows_of_worker(worker);
  point.scheme = std::move(scheme);
}

/// Fixed random coordinates, the same for all schemes and steps.
std::vector<std::uint32_t> sketch_of(std::uint64_t seed, std::size_t parameters) {
  constexpr std::uint32_t kCoordinates = 1000;
  const auto count = static_cast<std::uint32_t>(parameters);
  Stream stream({seed, Purpose::kTraining, UINT32_MAX, 0});
  auto sketch = sample_without_replacement(stream, count, std::min(count, kCoordinates));
  std::sort(sketch.begin(), sketch.end());
  return sketch;
}

}  // namespace

Setup SetupBuilder::build(const config::Combination& combination) {
  const Config& config = dynamic_cast<const Config&>(*combination.config);
  schemes::check_labels(config.schemes);
  Setup setup;
  setup.Cluster::operator=(experiment::make_cluster(config, config.seed, config.workers));
  setup.config = config;
  if (dataset_key_ != config.dataset.parameters) {
    dataset_ = experiment::shared_dataset(config.dataset);
    classes_ = count_classes(*dataset_);
    dataset_key_ = config.dataset.parameters;
  }
  setup.dataset = dataset_;
  setup.classes = classes_;
  setup.model = config::make(
      model::gradient_models(), config.model,
      model::GradientModelContext{dataset_->shape(), classes_, config.model.parameters});
  setup.sketch = sketch_of(config.seed, setup.model->parameters());

  const std::string reason = conflict(setup);
  schemes::CodeContext context;
  context.data_points = config.data_points;
  context.workers = config.workers;
  context.expected_stragglers = setup.stragglers->expected(config.workers);
  context.path_ordering = config.recipe.ordering == "path";
  context.input = dataset_->shape();
  context.gradients = true;
  context.mean_stragglers = setup.stragglers->mean(config.workers);
  context.by_reliability = experiment::workers_by_reliability(
      setup, config.workers, static_cast<double>(config.recipe.batch) / config.data_points);
  for (const Component& component : config.schemes) {
    context.where = component.where;
    ActivePoint point;
    point.index = static_cast<std::uint32_t>(setup.points.size());
    point.record = sweep::point_of(combination, point.index, schemes::label_of(component));
    point.record.workers = config.workers;
    point.record.data_points = config.data_points;
    point.record.stragglers = context.expected_stragglers;
    point.record.mean_stragglers = context.mean_stragglers;
    point.record.outputs = static_cast<std::uint32_t>(setup.model->parameters());
    point.record.skipped = reason;
    if (reason.empty()) try {
        make_scheme(setup, component, context, point);
      } catch (const Inapplicable& inapplicable) {
        point.record.skipped = inapplicable.what();
      }
    setup.points.push_back(std::move(point));
  }
  return setup;
}

Caveat caveat_of(const Setup& setup, const ActivePoint& point) {
  if (point.code == nullptr || !point.code->mixes_rows()) return {};
  const RecipeConfig& recipe = setup.config.recipe;
  const bool negative = (point.assignment.array() < 0.0).any();
  if (recipe.targets == "raw" && point.arrangement.ordering == "none" && negative)
    return {
        "labels of different classes are mixed with negative weights, and cross-entropy has no "
        "lower bound for them: networks diverge; set /training/ordering to \"class\" or \"path\"",
        true};
  return {};
}

}  // namespace laggard::training
