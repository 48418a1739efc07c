// Repetition coding.
#pragma once

#include "schemes/gradient_code.hpp"
#include "schemes/missing.hpp"

namespace laggard::schemes {

/// Worker n computes f(x_{n mod K}), so each x_k has floor or ceil of N/K copies; x_k is lost only
/// with all of them. Copies that arrive are averaged. A lost point is counted and scored by the
/// rule `missing`: the mean of the points that arrived (default), zero, NaN, or by its neighbours.
///
/// In training, the points are the K parts of a batch, and the gradient is the mean over those that
/// arrived; with `missing` zero, over all K, so that it shrinks with every lost part. With the rule
/// `covered` the master waits for a copy of every part.
class Replication : public LinearScheme, public GradientCode {
 public:
  struct Config {
    std::string label;
    std::string missing = "mean";
    std::string rule = "arrived";

    void fields(Fields& fields);
  };

  Replication(Config config, const CodeContext& context);

  std::uint32_t active_workers() const override { return workers_; }
  Matrix encoder_matrix() const override;
  Matrix decoder_matrix(std::span<const WorkerId> received) const override;

  /// Row copies instead of products: N = K = 1e5 has no dense matrices.
  Encoded encode(const Matrix& data) const override;
  Decoded decode(MatrixView results, std::span<const WorkerId> received) const override;
  bool decodes_nothing() const override { return true; }
  bool keeps_matrices() const override { return false; }  // rows are copied
  /// Nothing to encode; 3 |F| m for the running means of copies, and the rule for lost points.
  CodecCost cost(const CodecSizes& sizes) const override {
    return {0.0, 3.0 * sizes.received * sizes.outputs + missing_flops(missing_, sizes)};
  }
  std::unique_ptr<Scheme> for_data(const Matrix& data) const override;

  const GradientCode* gradients() const override { return this; }
  std::uint32_t parts() const override { return data_points_; }
  Matrix assignment() const override { return encoder_matrix(); }
  GradientWeights gradient_weights(std::span<const WorkerId> received,
                                   MatrixView answers) const override;
  bool waits_for_cover() const override { return waits_for_cover_; }
  bool is_covered(const std::vector<char>& answered) const override;

 protected:
  /// With its own number of data points and workers. Errors: ConfigError, Inapplicable.
  Replication(const Config& config, const CodeContext& context, std::uint32_t data_points,
              std::uint32_t workers);

 private:
  std::vector<std::uint32_t> copies(std::span<const WorkerId> received) const;

  MissingRule missing_;
  bool waits_for_cover_;
  std::uint32_t data_points_;
  std::uint32_t workers_;
  const Matrix* data_ = nullptr;  // of the trial, if the rule looks at them
};

}  // namespace laggard::schemes
