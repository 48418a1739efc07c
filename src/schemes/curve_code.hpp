// A curve code whose points, encoder and decoder are chosen one by one.
#pragma once

#include <optional>

#include "schemes/spline.hpp"

namespace laggard::schemes {

/// What the published curve codes are made of, and three things that they have not:
///  - alpha "chord": the data sit on [-1, 1] in proportion to the lengths of the steps between them
///    to the power `alpha_power`. Sorted scalars are then a straight line (power 1), and decoding
///    interpolates f itself;
///  - beta "systematic": every data point has a worker of its own, the other workers divide the
///    longest steps. What arrives of the data is exact;
///  - decoder "kriging": estimates from the coded inputs that were answered, by their distances in
///    the space of the inputs (math/kriging.hpp); it knows nothing of the curve.
/// bacc is {berrut, berrut}, nercc {spline, spline} and lcc {lagrange, polynomial} with the points
/// that are the defaults here.
///
/// Points by chord, systematic points and kriging depend on the data: for_data() gives the code of
/// a trial, O(K d) for the points and O(K^2 d) for kriging's distances.
class CurveCode final : public CurveScheme {
 public:
  struct Config : CurveConfig {
    std::string alpha = "chebyshev";
    double alpha_power = kAlphaPower;
    std::string encoder = "spline";
    std::string decoder = "spline";
    NumberOrRule lambda_encode{0.0, ""};
    NumberOrRule lambda_decode{0.0, ""};
    NumberOrRule degree{0.0, "loo"};
    std::string caution = "balanced";

    void fields(Fields& fields);

    static constexpr double kAlphaPower = 0.5;
  };

  /// Errors: ConfigError for parts that do not fit, Inapplicable.
  CurveCode(Config config, const CodeContext& context);

  std::unique_ptr<Scheme> for_data(const Matrix& data) const override;

  /// Errors: NeedsData.
  Matrix encoder_matrix() const override;
  Matrix decoder_matrix(std::span<const WorkerId> received) const override;

  /// Beside the dense matrices: those of SplineScheme; |F|^3 / 3 + 2 K |F|^2 for kriging's factors
  /// and 2 K^2 d for its places; |F|^2 m operations for the degree "loo" of floater_hormann.
  CodecCost cost(const CodecSizes& sizes) const override;

  CurveDecoder decoder_for(MatrixView answers, std::span<const WorkerId> received) const override;
  bool weights_need_answers() const override;

  Encoded encode(const Matrix& data) const override;
  Decoded decode(MatrixView results, std::span<const WorkerId> received) const override;

 private:
  CurveCode(Config config, const CodeContext& context, const Matrix* data);

  bool looks_at_data() const;
  void require_data() const;
  /// For berrut, which is floater_hormann of degree 0, and the decoders that have a degree.
  Matrix decoder_matrix(const std::vector<double>& nodes, std::size_t degree) const;

  Config config_;
  SplineScheme splines_;  // the encoders and decoders that are splines
  bool has_data_;
  Matrix places_, coded_places_;  // of data and workers, for kriging
};

}  // namespace laggard::schemes
