// The networks of learned schemes, from the weights files that `laggard train` writes.
#pragma once

#include <optional>
#include <string>

#include "core/types.hpp"
#include "model/model.hpp"
#include "model/weights.hpp"
#include "schemes/trained_parts.hpp"

namespace laggard::approximation {

/// Checks that weights belong to the scheme that names them and to the deployed model. Parity
/// models are computed as the deployed model is (threads, device).
class TrainedNetworks final : public schemes::TrainedParts {
 public:
  /// `model` is the deployed model, `input` the shape of its inputs.
  TrainedNetworks(const model::Model& model, Shape input)
      : base_(model.network() != nullptr ? *model.network() : model::NetworkInfo()),
        input_(std::move(input)) {}

  Component parity_model(const schemes::ParityRequest& request) const override;
  schemes::CodeNetworks code(const schemes::CodeRequest& request) const override;

 private:
  /// Errors: DataError naming `where` unless `weights` were made for this task on this model.
  void check(const model::Weights& weights, const model::CodingTask& wanted,
             const std::string& where) const;
  const std::string& base_fingerprint() const;

  model::NetworkInfo base_;
  Shape input_;
  mutable std::optional<std::string> fingerprint_;  // of the deployed model, read when first needed
};

}  // namespace laggard::approximation
