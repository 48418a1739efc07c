// What a curve code is made of: points, an encoder and a decoder.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "math/variances.hpp"
#include "schemes/scheme.hpp"

namespace laggard::schemes {

/// Where data and workers sit, descending.
struct CurvePoints {
  std::vector<double> alpha, beta;
  std::string looks_at_data = {};  ///< where both are empty: which member does, "alpha is 'chord'"
};

/// Whose answers are there.
struct CurveNodes {
  std::span<const double> targets;    ///< alpha
  std::vector<double> places;         ///< of the workers, descending
  std::span<const WorkerId> workers;  ///< ascending
  math::Variances variances = {};     ///< of the noise on their answers
};

/// What a decoder does to answers.
struct DecoderMatrix {
  Matrix matrix;  ///< K x |F|
  double lambda = kNaN;
  double degree = kNaN;
  DecoderKind chosen = DecoderKind::kNone;  ///< by the answers
};

/// A curve through the data.
class CurveEncoder {
 public:
  virtual ~CurveEncoder() = default;

  /// N x K, for a value of lambda_for().
  virtual Matrix matrix(const CurvePoints& points, double lambda) const = 0;

  /// The smoothing parameter, where there is one. `data` is null where nobody knows them. Errors:
  /// NeedsData.
  virtual double lambda_for(const CurvePoints& /*points*/, const Matrix* /*data*/) const {
    return kNaN;
  }
  virtual bool needs_data() const { return false; }

  /// See Scheme::tunables().
  virtual std::vector<Tunable> tunables() const { return {}; }

  /// Adds what it costs beside the product with its matrix.
  virtual void add_cost(const CodecSizes& /*sizes*/, CodecCost& /*cost*/) const {}
};

/// Estimates at the data's points from answers at those of some workers, of which there is one at
/// least.
class CurveDecoder {
 public:
  virtual ~CurveDecoder() = default;

  /// For all answers of these workers. Errors: NeedsData.
  virtual Matrix matrix(const CurveNodes& nodes) const = 0;

  /// Whether the matrix depends on the answers.
  virtual bool needs_answers() const { return false; }
  /// For these answers. Errors: NeedsData.
  virtual DecoderMatrix matrix_for(const CurveNodes& nodes, MatrixView /*answers*/) const {
    return {matrix(nodes)};
  }
  /// The product of matrix_for() and the answers, on a shorter way where there is one.
  virtual Decoded decode(const CurveNodes& nodes, MatrixView answers) const {
    const DecoderMatrix decoder = matrix_for(nodes, answers);
    Decoded decoded{decoder.matrix * answers, 0, decoder.lambda};
    decoded.degree = decoder.degree;
    decoded.chosen = decoder.chosen;
    return decoded;
  }

  /// By how much each answer differs from what the decoder makes of the others there, if the
  /// estimates without an answer are those with that in its place; nothing if they are not.
  virtual std::optional<Matrix> errors_left_out(const CurveNodes& /*nodes*/,
                                                MatrixView /*answers*/) const {
    return std::nullopt;
  }

  /// Whether it has to know where data and coded inputs lie in the space of the inputs.
  virtual bool needs_inputs() const { return false; }
  /// Tells it so, before any decoding: K and N rows with the distances of the inputs.
  virtual void place(Matrix /*data*/, Matrix /*coded*/) {}

  /// See Scheme::square_matrices().
  virtual double square_matrices() const { return 0.0; }

  /// See Scheme::tunables().
  virtual std::vector<Tunable> tunables() const { return {}; }

  /// Changes the cost of the product with its dense matrix to its own.
  virtual void add_cost(const CodecSizes& /*sizes*/, CodecCost& /*cost*/) const {}
};

struct CurveParts {
  std::unique_ptr<CurveEncoder> encoder;
  std::unique_ptr<CurveDecoder> decoder;
  std::vector<double> noise_sigmas = {};  ///< that the decoder weighs workers by; empty: all alike
};

}  // namespace laggard::schemes
