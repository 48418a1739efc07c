// Smoothing splines as encoder and decoder.
#pragma once

#include "math/smoothing_spline.hpp"
#include "schemes/curve/parts.hpp"
#include "schemes/curve/tuned.hpp"

namespace laggard::schemes {

/// lambda lives on [-1, 1]; beyond the upper end the spline is a line to the last digit.
inline constexpr Range kLambdaRange{0.0, 1e12, false};

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

class SplineEncoder final : public CurveEncoder {
 public:
  struct Rules {
    NumberOrRule lambda;  ///< a number, "theory", "gcv" or "loo"
    math::Penalty penalty = math::Penalty::kSeminorm;
    bool centre = true;  ///< under the norm it works on the data less their mean
    TheoryConstants theory = {};
  };

  SplineEncoder(Rules rules, const CodeContext& context);

  Matrix matrix(const CurvePoints& points, double lambda) const override;
  /// Errors: NeedsData for "gcv" and "loo".
  double lambda_for(const CurvePoints& points, const Matrix* data) const override;
  bool needs_data() const override { return is_from_data(rules_.lambda); }
  std::vector<Tunable> tunables() const override;
  /// `gcv` and `loo` make some 25 passes over the data.
  void add_cost(const CodecSizes& sizes, CodecCost& cost) const override;

 private:
  Rules rules_;
  double theory_;  // by the theorems
};

class SplineDecoder final : public CurveDecoder {
 public:
  struct Rules {
    NumberOrRule lambda;  ///< a number, "theory", "gcv" or "loo"
    math::Penalty penalty = math::Penalty::kSeminorm;
    TheoryConstants theory = {};
  };

  SplineDecoder(Rules rules, const CodeContext& context);

  /// Errors: NeedsData for "gcv" and "loo".
  Matrix matrix(const CurveNodes& nodes) const override;
  bool needs_answers() const override { return is_from_data(rules_.lambda); }
  DecoderMatrix matrix_for(const CurveNodes& nodes, MatrixView answers) const override;
  /// O(|F| min(m, K)) for the spline and O(K |F| m) to apply it as a matrix if K < m; `gcv` and
  /// `loo` add some 25 passes over the results.
  Decoded decode(const CurveNodes& nodes, MatrixView answers) const override;
  std::vector<Tunable> tunables() const override { return {{"lambda_decode"}}; }
  /// Of splines that interpolate: otherwise the mean misfit of fewer answers asks for another
  /// smoothing.
  std::optional<Matrix> errors_left_out(const CurveNodes& nodes, MatrixView answers) const override;

  /// A pass of the filter has 15 operations for each knot and column. The columns are the answers,
  /// or those of the decoder's matrix if they are fewer; `gcv` and `loo` make 25 passes over the
  /// answers more.
  void add_cost(const CodecSizes& sizes, CodecCost& cost) const override;

 private:
  double theory(std::size_t received) const;
  /// For these answers.
  double lambda_for(const CurveNodes& nodes, MatrixView answers) const;
  math::SmoothingSpline spline(const CurveNodes& nodes, double lambda) const;

  Rules rules_;
  double workers_, noise_sigma_;
};

}  // namespace laggard::schemes
