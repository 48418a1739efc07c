// Approximate gradient coding: every part on a few workers, and the gradient that comes closest.
#pragma once

#include "schemes/gradient_code.hpp"

namespace laggard::schemes {

/// N parts; worker n adds up the gradients of its parts. Which parts:
///  - graph: `degree` of them, each part on `degree` workers. The incidence of a random regular
///    graph: the sum of `degree` random permutations without repeats (Raviv, Tandon, Dimakis,
///    Tamo: arXiv 1707.03858; Glasgow, Wootters: arXiv 2006.09638);
///  - cyclic: the parts n, n + 1, ... mod N;
///  - bernoulli: each part with probability degree/N (Charles, Papailiopoulos, Ellenberg: arXiv
///    1711.06771).
/// How the answers F are weighted:
///  - optimal: w = argmin |A_F^T w - 1/K|, O(N |F|^2);
///  - fixed: 1/(K degree (1 - p)) whoever answers, where p is the expected share of lost workers.
/// With `debias`, weights are scaled to those of the parts that arrived: 1^T A_F^T w = 1.
class ApproximateGradientCoding final : public GradientScheme {
 public:
  struct Config {
    std::string label;
    std::string code = "graph";
    std::uint32_t degree = 2;
    std::string weights = "optimal";
    bool debias = true;
    std::uint32_t seed = 1;

    void fields(Fields& fields);
  };

  /// Errors: Inapplicable unless degree <= N.
  ApproximateGradientCoding(Config config, const CodeContext& context);

  std::uint32_t active_workers() const override { return workers_; }
  std::uint32_t parts() const override { return workers_; }
  Matrix assignment() const override { return assignment_; }
  GradientWeights gradient_weights(std::span<const WorkerId> received,
                                   MatrixView answers) const override;

 private:
  std::uint32_t workers_;
  Config config_;
  double fixed_weight_;
  Matrix assignment_;
};

}  // namespace laggard::schemes
