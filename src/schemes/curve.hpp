// What the schemes share that thread the data on a curve and put the workers on it.
#pragma once

#include <string>
#include <vector>

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

/// Where data and workers sit, descending.
struct CurvePoints {
  std::vector<double> alpha, beta;
};

/// Data at Chebyshev's points of the first kind, workers as the configuration says.
CurvePoints published_points(const CurveConfig& config, const CodeContext& context);

/// What a decoder does to answers.
struct CurveDecoder {
  Matrix matrix;  ///< K x |F|
  double lambda = kNaN;
};

/// In training, the K parts of a batch are the data points, row by row.
class CurveScheme : public LinearScheme, public GradientCode {
 public:
  /// At the published points.
  CurveScheme(const CurveConfig& config, const CodeContext& context);
  CurveScheme(const CurveConfig& config, const CodeContext& context, CurvePoints points);

  std::uint32_t active_workers() const override { return context_.workers; }
  bool path_ordering() const override { return path_ordering_; }
  Decoded decode_robustly(MatrixView results, std::span<const WorkerId> received) const override;
  bool is_told_who_lies() const override { return robust_->is_told_who_lies(); }

  /// The matrix that decode() applies to these answers. Errors: NeedsData.
  virtual CurveDecoder decoder_for(MatrixView /*answers*/,
                                   std::span<const WorkerId> received) const {
    return {decoder_matrix(received)};
  }

  Matrix applied_decoder(MatrixView answers, std::span<const WorkerId> received) const override {
    return decoder_for(answers, received).matrix;
  }

  const GradientCode* gradients() const override { return this; }
  std::uint32_t parts() const override { return context_.data_points; }
  Matrix assignment() const override { return encoder_matrix(); }
  bool mixes_rows() const override { return true; }
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
  std::vector<double> beta_of(std::span<const WorkerId> received) const;

 private:
  CodeContext context_;
  bool path_ordering_;
  CurvePoints points_;
  std::unique_ptr<RobustDecoder> robust_;
};

}  // namespace laggard::schemes
