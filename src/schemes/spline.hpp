// Smoothing splines as encoder and decoder: what NeRCC and LeTCC share.
#pragma once

#include "math/smoothing_spline.hpp"
#include "schemes/curve.hpp"

namespace laggard::schemes {

/// lambda lives on [-1, 1]; beyond the upper end the spline is a line to the last digit.
inline constexpr Range kLambdaRange{0.0, 1e12, false};

/// What `laggard tune` found for the point. The runtime puts the number in its place.
inline constexpr std::string_view kTunedRule = "tuned:FILE";

/// Whether it is chosen anew for each trial, from the values that are smoothed.
bool is_from_data(const NumberOrRule& lambda);

/// Both smoothing parameters, with the names of rules beside numbers.
void lambda_fields(Fields& fields, NumberOrRule& encode, NumberOrRule& decode, const Names& rules);

/// Constants of the rules of arXiv 2406.00300, which gives orders only. The defaults are powers of
/// ten at which experiments/letcc-convergence comes close to its best fixed lambda. The rules are
/// for cubic splines; a quintic one gets the power 3/2 of them, which smooths away the same
/// wavelengths.
struct TheoryConstants {
  double encode = 1e-6;
  double decode = 1e-3;
  double largest = 1.0;  ///< lambda_0
};

class SplineScheme : public CurveScheme {
 public:
  struct Rules {
    NumberOrRule lambda_encode;
    NumberOrRule lambda_decode;
    math::Penalty encoder_penalty = math::Penalty::kSeminorm;
    math::Penalty decoder_penalty = math::Penalty::kSeminorm;
    TheoryConstants theory = {};
    bool centre = true;  ///< the norm's encoder works on the data less their mean
  };

  SplineScheme(const CurveConfig& config, const CodeContext& context, Rules rules);
  SplineScheme(const CurveConfig& config, const CodeContext& context, CurvePoints points,
               Rules rules);

  /// Errors: NeedsData for "gcv" and "loo".
  Matrix encoder_matrix() const override;
  Matrix decoder_matrix(std::span<const WorkerId> received) const override;

  Encoded encode(const Matrix& data) const override;
  /// O(|F| min(m, K)) for the spline and O(K |F| m) to apply it as a matrix if K < m; `gcv` and
  /// `loo` add some 25 passes over the results.
  Decoded decode(MatrixView results, std::span<const WorkerId> received) const override;

  /// A pass of the filter has 15 operations for each knot and column. The columns are the answers,
  /// or those of the decoder's matrix if they are fewer; `gcv` and `loo` make 25 passes over the
  /// answers more.
  CodecCost cost(const CodecSizes& sizes) const override;

  CurveDecoder decoder_for(MatrixView answers, std::span<const WorkerId> received) const override;
  bool weights_need_answers() const override { return is_from_data(rules_.lambda_decode); }

  /// The maps for given smoothing parameters, whatever the rules say.
  Matrix encoder_matrix(double lambda) const;
  Decoded decode(MatrixView results, std::span<const WorkerId> received, double lambda) const;

  /// lambda_decode by the theorems for |F| = `received` results.
  double theory_decode(std::size_t received) const;
  double theory_encode() const;

 private:
  /// For these answers.
  double lambda_decode(MatrixView answers, std::span<const WorkerId> received) const;
  math::SmoothingSpline decoder(std::span<const WorkerId> received, double lambda) const;

  Rules rules_;
};

}  // namespace laggard::schemes
