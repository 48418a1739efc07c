// Networks that were trained for a code, as the schemes see them.
#pragma once

#include <functional>

#include "core/fields.hpp"
#include "core/types.hpp"

namespace laggard::schemes {

/// The model of parity `parity` of a group of k; `where` names the file in messages.
struct ParityRequest {
  std::string weights;
  std::string where;  ///< JSON pointer
  std::string encoder;
  std::uint32_t k = 2;
  std::uint32_t parity = 0;
};

struct CodeRequest {
  std::string weights;
  std::string where;  ///< JSON pointer
  std::uint32_t k = 2;
  std::uint32_t r = 1;
};

/// A trained encoder and decoder.
struct CodeNetworks {
  /// Queries G k x d -> parities G r x d, row g r + p.
  std::function<void(MatrixView queries, MatrixSpan parities)> encode;
  /// Outputs of groups, B x (k + r) m, those of lost workers zero -> B x k m.
  std::function<void(MatrixView outputs, MatrixSpan estimates)> decode;
};

/// Where schemes get their networks from: the layer above knows files and libtorch.
class TrainedParts {
 public:
  virtual ~TrainedParts() = default;

  /// The parity model as a component of the table of models. Errors: DataError naming `where` if
  /// the weights are missing or were trained for another code or base model.
  virtual Component parity_model(const ParityRequest& request) const = 0;

  /// Errors: as parity_model().
  virtual CodeNetworks code(const CodeRequest& request) const = 0;
};

}  // namespace laggard::schemes
