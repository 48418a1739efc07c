// The objects that a combination of the sweep works with.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "data/dataset.hpp"
#include "experiment/approximation/config.hpp"
#include "experiment/approximation/stored_codes.hpp"
#include "experiment/approximation/trained_networks.hpp"
#include "experiment/approximation/tuned_lambdas.hpp"
#include "faults/adversaries.hpp"
#include "faults/noise.hpp"
#include "model/model.hpp"
#include "schemes/scheme.hpp"

namespace laggard::approximation {

/// One scheme of a combination; without a scheme it is skipped for the reason in the record.
struct ActivePoint {
  PointRecord record;
  std::unique_ptr<schemes::Scheme> scheme;
  std::uint32_t index = 0;             ///< in /schemes
  schemes::WorkerFunctions functions;  ///< of its workers
  Component made_of;             ///< the scheme's parameters, numbers in the place of "tuned:"
  schemes::CodeContext context;  ///< what the scheme was told
};

struct Setup : experiment::Cluster {
  Config config;
  std::shared_ptr<const data::Dataset> dataset;
  std::shared_ptr<const model::Model> model;
  std::unique_ptr<faults::Noise> noise;
  std::unique_ptr<faults::Adversaries> adversaries;
  std::vector<ActivePoint> points;

  bool anything_to_do() const;
  /// Whether the workers compute each trial twice, see rehearsal.hpp.
  bool rehearses() const { return stragglers->knows_scheme() || config.output.anytime; }
};

/// Builds setups one after the other; datasets and models that neighbours share are loaded once.
class SetupBuilder {
 public:
  explicit SetupBuilder(TunedLambdas::Use use = TunedLambdas::Use::kOptima) : tuned_(use) {}

  /// Errors: ConfigError, DataError. What makes no sense together is no error but a skipped point.
  Setup build(const config::Combination& combination);

 private:
  std::string dataset_key_, model_key_;
  std::shared_ptr<const data::Dataset> dataset_;
  std::shared_ptr<const model::Model> model_;
  TunedLambdas tuned_;
  CodesInFiles codes_;
  std::optional<TrainedNetworks> trained_;  // of the present model: reading its weights takes time
};

}  // namespace laggard::approximation
