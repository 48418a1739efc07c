// The function f that the workers compute.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/table.hpp"
#include "core/types.hpp"

namespace laggard::model {

/// What a model needs to know beyond its own parameters.
struct ModelContext {
  Shape input;             ///< shape of one input of the dataset
  std::uint64_t seed = 0;  ///< of the experiment, for models with random coefficients
  bool deployed = true;    ///< f itself, not a function that a code adds
};

/// What a neural network is computed with.
struct NetworkInfo {
  std::string file;            ///< with its weights
  bool is_script = false;      ///< a TorchScript module; else `laggard train` wrote the file
  bool probabilities = false;  ///< its outputs went through a softmax
  std::uint32_t threads = 1;
  std::string device = "cpu";
};

class Model {
 public:
  virtual ~Model() = default;

  /// m, values per input.
  virtual Index outputs() const = 0;

  /// Row i of `outputs` (B x m) = f(row i of `inputs`, B x d). One call is one batch; the result of
  /// a batch is the same whoever computes it. Non-finite values are passed on, not hidden.
  virtual void forward(MatrixView inputs, MatrixSpan outputs) const = 0;

  /// Whether the bits of a row's result do not depend on the rows around it. Then workers that are
  /// computed in the master's own process go through the model together.
  virtual bool rowwise() const { return false; }

  /// Null unless f is a neural network.
  virtual const NetworkInfo* network() const { return nullptr; }

  /// Whether its outputs may be added: they are no probabilities.
  bool gives_logits() const { return network() == nullptr || !network()->probabilities; }

  /// Total degree if f is a polynomial; LCC's recovery threshold follows from it.
  virtual std::optional<std::uint32_t> polynomial_degree() const { return std::nullopt; }
};

using ModelKind = Kind<Model, const ModelContext&>;

/// Every model by name. Factories throw ConfigError (e.g. a formula that does not parse) or
/// DataError (weights that are missing or do not fit).
const std::vector<ModelKind>& models();

}  // namespace laggard::model
