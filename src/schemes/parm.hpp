// ParM: parity models (Kosaian, Rashmi and Venkataraman, SOSP 2019, arXiv 1905.00863).
#pragma once

#include "math/parity_code.hpp"
#include "schemes/group.hpp"
#include "schemes/trained_parts.hpp"

namespace laggard::schemes {

/// The k data workers of a group run the deployed model F on the queries x_i, parity worker p runs
/// a parity model F_p on a parity query P_p and answers about sum_i c(p, i) F(x_i), c(p, i) = (i +
/// 1)^p. The decoder solves for the lost F(x_i) from any k answers; with r = 1 that is F(x_j) =
/// F_0(P) - sum_{i != j} F(x_i). Of more parities than losses it takes those of
/// math::choose_parities. Exact where the parity models are. Without parity models F itself runs on
/// the parity queries: exact for linear F, and what a code without training gives otherwise. Cost
/// per group and trial: r k d additions to encode, O(e k m) to decode e losses.
class Parm final : public GroupScheme {
 public:
  struct Config : GroupConfig {
    std::string encoder = "addition";
    std::vector<std::string> parity;  ///< weights of the r parity models

    void fields(Fields& fields);
  };

  /// Errors: those of GroupScheme and TrainedParts; ConfigError for another number of parity models
  /// than 0 and r, and for an encoder that cannot take the inputs.
  Parm(Config config, const CodeContext& context);

  WorkerFunctions worker_functions() const override { return functions_; }

 private:
  Matrix parities(const Matrix& data) const override;
  void reconstruct(MatrixView results, const std::vector<LostGroup>& groups,
                   Matrix& estimates) const override;
  std::unique_ptr<GroupScheme> copy() const override { return std::make_unique<Parm>(*this); }

  math::ParityEncoder encoder_;
  Shape input_;
  Matrix coefficients_;  // r x k
  WorkerFunctions functions_;
};

}  // namespace laggard::schemes
