// Codes of gradients: what the workers compute in a step of training, and how the gradient of the
// batch follows from the answers.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "schemes/scheme.hpp"

namespace laggard::schemes {

/// The gradient of the batch is estimated as g = sum_n w_n g_n over the answers g_n.
struct GradientWeights {
  Vector weights;        ///< one for each answer
  double lambda = kNaN;  ///< smoothing parameter used, where there is one
};

/// The batch is cut into K parts of b rows, each with a mean gradient f_k; wanted is their mean.
/// Row n of the assignment A (workers x K) says what worker n gets:
///  - a code that mixes rows sends sum_k A(n,k) x_kj for each j < b, and g_n is the mean gradient
///    on these b rows;
///  - any other code sends the parts with A(n,k) != 0, and g_n = sum_k A(n,k) f_k, which is exact.
class GradientCode {
 public:
  virtual ~GradientCode() = default;

  virtual std::uint32_t parts() const = 0;
  virtual Matrix assignment() const = 0;
  virtual bool mixes_rows() const { return false; }
  /// Whether the weights depend on the answers: a sample of their coordinates is enough.
  virtual bool weights_need_answers() const { return false; }
  /// `answers` has a row for each of the workers in `received` (ascending, not empty), and no
  /// columns unless weights_need_answers().
  virtual GradientWeights gradient_weights(std::span<const WorkerId> received,
                                           MatrixView answers) const = 0;
  /// K x |F|, where parts have estimates of their own, whose mean is that of gradient_weights();
  /// else empty.
  virtual Matrix part_decoder(std::span<const WorkerId> /*received*/,
                              MatrixView /*answers*/) const {
    return {};
  }
  /// Whether the master has to wait until is_covered(), whatever the wait policy says.
  virtual bool waits_for_cover() const { return false; }
  /// Whether the answers, marked by worker, hold every part.
  virtual bool is_covered(const std::vector<char>& /*answered*/) const { return true; }
};

/// Weights by which the answers come closest to the mean: the shortest w of all that minimise
/// |A_F^T w - 1/K|, by a pivoted orthogonal decomposition, O(|F| K min(|F|, K)).
Vector optimal_weights(const Matrix& assignment, std::span<const WorkerId> received);

/// Worker n has part n mod `parts`.
Matrix copies_in_turn(std::uint32_t workers, std::uint32_t parts);

/// Weights for copies in turn: the mean over the parts that arrived, of each its first copy. Copies
/// are equal to the last bit, so that it does not matter which one counts.
Vector first_copies(std::span<const WorkerId> received, std::uint32_t parts);

/// Scales weights so that every part counts 1/K on the average over the parts: 1^T A_F^T w = 1.
/// What parts that are lost would have added is then missing from the estimate's noise and not from
/// its length. Weights with a sum of at most `least` stay as they are: scaled, their noise would
/// grow by 1 / sum.
void debias(const Matrix& assignment, std::span<const WorkerId> received, Vector& weights,
            double least = 0.0);

/// |K A_F^T w - 1|^2 / K: by how much the parts' shares in the estimate differ from equal ones. It
/// is the squared error relative to the mean square of independent f_k.
double decoding_error(const Matrix& assignment, std::span<const WorkerId> received,
                      const Vector& weights);

/// What schemes share that only training can use: they add up gradients, which are no values of f.
class GradientScheme : public Scheme, public GradientCode {
 public:
  /// Errors: ConfigError outside of training.
  GradientScheme(const CodeContext& context, const std::string& kind);

  const GradientCode* gradients() const override { return this; }
  Encoded encode(const Matrix& data) const override;
  Decoded decode(MatrixView results, std::span<const WorkerId> received) const override;
};

}  // namespace laggard::schemes
