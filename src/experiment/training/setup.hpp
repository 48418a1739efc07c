// The objects that a combination of the sweep works with.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/caveat.hpp"
#include "core/records.hpp"
#include "data/dataset.hpp"
#include "experiment/training/config.hpp"
#include "experiment/training/tasks.hpp"
#include "model/gradient_model.hpp"
#include "schemes/gradient_code.hpp"

namespace laggard::training {

/// One scheme of a combination; without a scheme it is skipped for the reason in the record.
struct ActivePoint {
  PointRecord record;
  std::uint32_t index = 0;  ///< in /schemes
  std::unique_ptr<schemes::Scheme> scheme;
  const schemes::GradientCode* code = nullptr;  ///< the scheme
  Matrix assignment;
  Arrangement arrangement;
  std::optional<TaskMaker> tasks;
  std::vector<double> inputs;  ///< rows that each worker computes in a step
};

struct Setup : experiment::Cluster {
  Config config;
  std::shared_ptr<const data::Dataset> dataset;
  Index classes = 0;
  std::unique_ptr<model::GradientModel> model;  ///< of the master
  std::vector<ActivePoint> points;
  std::vector<std::uint32_t> sketch;  ///< coordinates that decoders may look at

  bool is_static() const { return config.recipe.layout == "static"; }
};

/// Builds setups one after the other; a dataset that neighbours share is loaded once.
class SetupBuilder {
 public:
  /// Errors: ConfigError, DataError. What makes no sense together is no error but a skipped point.
  Setup build(const config::Combination& combination);

 private:
  std::string dataset_key_;
  std::shared_ptr<const data::Dataset> dataset_;
  Index classes_ = 0;
};

/// What is known beforehand of a point.
Caveat caveat_of(const Setup& setup, const ActivePoint& point);

}  // namespace laggard::training
