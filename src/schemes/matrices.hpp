// A linear code whose matrices come from a file.
#pragma once

#include "schemes/missing.hpp"
#include "schemes/stored_code.hpp"

namespace laggard::schemes {

/// Worker n gets row n of encoder X. The file's decoder is used where it was made for the very
/// workers that have answered. For all others the estimates are least squares on the rows E of the
/// encoder that were answered, of minimum norm: E^+ answers (math/pseudo_inverse.hpp), which is
/// exact for linear functions as soon as E has rank K. O(|F| K^2) per trial.
///
/// A data point in which no worker that has answered has a share has no estimate. It is counted,
/// and scored by the rule `missing` unless the file's decoder has a row for it.
class Matrices final : public LinearScheme {
 public:
  struct Config {
    std::string label;
    std::string file;
    std::string code;
    std::string ordering = "experiment";
    std::string missing = "mean";

    void fields(Fields& fields);
  };

  /// Errors: those of StoredCodes::code(), DataError for a code of another size, Inapplicable.
  Matrices(Config config, const CodeContext& context);

  std::uint32_t active_workers() const override;
  bool path_ordering() const override { return path_ordering_; }
  std::unique_ptr<Scheme> for_data(const Matrix& data) const override;

  Matrix encoder_matrix() const override { return code_->encoder; }
  Matrix decoder_matrix(std::span<const WorkerId> received) const override;

  Decoded decode(MatrixView results, std::span<const WorkerId> received) const override;
  /// Of the two products, and of the rule for lost points.
  CodecCost cost(const CodecSizes& sizes) const override {
    CodecCost cost = LinearScheme::cost(sizes);
    cost.decode += missing_flops(missing_, sizes);
    return cost;
  }
  bool decodes_nothing() const override { return true; }

 private:
  bool has_decoder_for(std::span<const WorkerId> received) const;
  /// Which data points have no estimate.
  std::vector<bool> unavailable(std::span<const WorkerId> received) const;

  std::shared_ptr<const StoredCode> code_;
  MissingRule missing_;
  bool path_ordering_;
  const Matrix* data_ = nullptr;  // of the trial, if the rule looks at them
};

}  // namespace laggard::schemes
