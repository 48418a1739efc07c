// A learned code: encoder and decoder are networks (Kosaian, Rashmi and Venkataraman, "Learning a
// Code", arXiv 1806.01259).
#pragma once

#include "schemes/group.hpp"
#include "schemes/trained_parts.hpp"

namespace laggard::schemes {

/// All k + r workers of a group run the model F; the parities are what a trained encoder makes of
/// the queries, and a trained decoder estimates F of the lost queries from the outputs that came,
/// zeros in the place of the others.
class Learned final : public GroupScheme {
 public:
  struct Config : GroupConfig {
    std::string weights;  ///< of encoder and decoder

    void fields(Fields& fields);
  };

  /// Errors: those of GroupScheme and TrainedParts; ConfigError without weights.
  Learned(Config config, const CodeContext& context);

 private:
  Matrix parities(const Matrix& data) const override;
  void reconstruct(MatrixView results, const std::vector<LostGroup>& groups,
                   Matrix& estimates) const override;
  std::unique_ptr<GroupScheme> copy() const override { return std::make_unique<Learned>(*this); }

  CodeNetworks networks_;
};

}  // namespace laggard::schemes
