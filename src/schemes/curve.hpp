// What the schemes share that thread the data on a curve and put the workers on it.
#pragma once

#include <string>
#include <vector>

#include "schemes/curve/parts.hpp"
#include "schemes/gradient_code.hpp"
#include "schemes/robust/robust_decoder.hpp"
#include "schemes/scheme.hpp"

namespace laggard::schemes {

/// Parameters of every curve scheme.
struct CurveConfig {
  std::string label;
  std::string beta = "chebyshev";       ///< where the workers sit, see worker_points()
  std::string ordering = "experiment";  ///< "none", "path", or as the experiment says
  std::string assignment = "order";     ///< which worker has which point, see AssignedCode
  Component robust{"none", "{}", ""};   ///< defence against lies

  void fields(Fields& fields);
};

/// The member "ordering" of a scheme that may thread its data on a path.
void ordering_field(Fields& fields, std::string& ordering);
/// The member "assignment" of every curve scheme.
void assignment_field(Fields& fields, std::string& assignment);
/// Whether its value puts the data on a path. Errors: Inapplicable if they are too many for one.
bool on_path(const std::string& ordering, const CodeContext& context);

/// N points by the value of `beta`: "chebyshev" (of the second kind), "first_kind" or "equispaced".
std::vector<double> worker_points(const std::string& beta, std::uint32_t n);

/// A member of a configuration that says how to decode.
struct DecoderMember {
  std::string name;
  bool is_set;  ///< to something else than the default
};

/// Errors: ConfigError for the first one that is set although a defence decodes instead.
void require_own_decoder(const CurveConfig& config, const std::string& where,
                         const std::vector<DecoderMember>& members);

inline bool is_set(const NumberOrRule& value, const NumberOrRule& otherwise) {
  return value.rule != otherwise.rule || value.number != otherwise.number;
}

/// What the growth of rounding errors leaves; says nothing where it leaves enough digits.
Caveat rounding_caveat(const Matrix& decoder, const std::string& remedy);

/// Data at Chebyshev's points of the first kind, workers as the configuration says.
CurvePoints published_points(const CurveConfig& config, const CodeContext& context);

/// A curve code: its points, its encoder, its decoder and its defence. In training, the K parts of
/// a batch are the data points, row by row.
class CurveScheme : public LinearScheme, public GradientCode {
 public:
  /// At the published points.
  CurveScheme(const CurveConfig& config, const CodeContext& context, CurveParts parts);
  /// No points: they depend on data that are not known yet.
  CurveScheme(const CurveConfig& config, const CodeContext& context, CurvePoints points,
              CurveParts parts);

  std::uint32_t active_workers() const override { return context_.workers; }
  bool path_ordering() const override { return path_ordering_; }

  // Errors of all that encodes and decodes: NeedsData.
  Matrix encoder_matrix() const override;
  Matrix decoder_matrix(std::span<const WorkerId> received) const override;
  Encoded encode(const Matrix& data) const override;
  Decoded decode(MatrixView results, std::span<const WorkerId> received) const override;
  Decoded decode_robustly(MatrixView results, std::span<const WorkerId> received) const override;
  /// O(K |F| m) where the decoder knows how to leave an answer out.
  std::vector<double> errors_without_each(MatrixView results, std::span<const WorkerId> received,
                                          const Matrix& truth) const override;
  /// Whether decode_robustly() is decode() of the answers that it does not flag.
  bool only_rejects() const { return robust_->only_rejects(); }
  bool is_told_who_lies() const override { return robust_->is_told_who_lies(); }
  Matrix applied_decoder(MatrixView answers, std::span<const WorkerId> received) const override {
    return decoder_for(answers, received).matrix;
  }
  double square_matrices() const override { return parts_.decoder->square_matrices(); }
  std::vector<Tunable> tunables() const override;
  Caveat caveat(const Survivors& survivors) const override;
  /// Beside the dense matrices, what the parts add.
  CodecCost cost(const CodecSizes& sizes) const override;

  const GradientCode* gradients() const override { return this; }
  std::uint32_t parts() const override { return context_.data_points; }
  Matrix assignment() const override { return encoder_matrix(); }
  bool mixes_rows() const override { return true; }
  bool weights_need_answers() const override { return parts_.decoder->needs_answers(); }
  GradientWeights gradient_weights(std::span<const WorkerId> received,
                                   MatrixView answers) const override;
  Matrix part_decoder(std::span<const WorkerId> received, MatrixView answers) const override {
    return decoder_for(answers, received).matrix;
  }

  /// Descending, K and N of them.
  const std::vector<double>& alpha() const { return points_.alpha; }
  const std::vector<double>& beta() const { return points_.beta; }

 protected:
  const CodeContext& context() const { return context_; }
  CurveDecoder& decoder() { return *parts_.decoder; }
  const CurveDecoder& decoder() const { return *parts_.decoder; }

 private:
  /// The matrix that decode() applies to these answers.
  DecoderMatrix decoder_for(MatrixView answers, std::span<const WorkerId> received) const;
  CurveNodes nodes_of(std::span<const WorkerId> received) const;
  void require_points() const;

  CodeContext context_;
  bool path_ordering_;
  CurvePoints points_;
  CurveParts parts_;
  std::unique_ptr<RobustDecoder> robust_;
};

}  // namespace laggard::schemes
