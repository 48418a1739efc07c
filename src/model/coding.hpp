// What networks are trained for, where it is not to classify: parts of a code.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/types.hpp"

namespace laggard::model {

enum class TaskKind { kClassifier, kParity, kCode };

/// "classifier", "parity" or "code". Errors: none; other names are classifiers.
TaskKind task_kind(const std::string& name);
std::string to_text(TaskKind kind);

/// The place of networks in a code; as attributes of their weights files.
struct CodingTask {
  TaskKind kind = TaskKind::kClassifier;
  std::uint32_t k = 0;               ///< queries of a group
  std::uint32_t r = 0;               ///< of a code: parities of a group
  std::uint32_t parity = 0;          ///< of a parity model: which of the parities
  std::vector<double> coefficients;  ///< of a parity model: of the sum that it is to give
  std::string encoder;               ///< "addition", "concatenation"; of a code "mlp", "conv"
  std::string loss;                  ///< of a code: "mse-base", "kl-base", "xent-label"
  std::string base_fingerprint;      ///< of the deployed model's weights

  bool operator==(const CodingTask&) const = default;
};

/// "a parity model for parity 0 of k = 2, addition".
std::string describe(const CodingTask& task);

/// How many loss_patterns there are, for r <= k + r <= 80; as a double, which they may overflow.
double count_loss_patterns(std::uint32_t k, std::uint32_t r);

/// What a code of k queries and r parities has to make up for: every set of at most r of the k + r
/// workers that has one of the first k, the queries', in it. Small sets first, then by their
/// members; for r = 1 these are {0} .. {k - 1}.
std::vector<std::vector<std::uint32_t>> loss_patterns(std::uint32_t k, std::uint32_t r);

/// A trained encoder and decoder (../schemes/learned.hpp has the code). One thread uses it.
class LearnedCode {
 public:
  virtual ~LearnedCode() = default;
  /// Groups of k consecutive rows, G k x d -> parities G r x d, row g r + p.
  virtual void encode(MatrixView queries, MatrixSpan parities) const = 0;
  /// Outputs of groups, B x (k + r) m, those of lost workers zero -> B x k m.
  virtual void decode(MatrixView outputs, MatrixSpan estimates) const = 0;
};

}  // namespace laggard::model
