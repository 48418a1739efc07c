// Gradient coding: the exact gradient from any N - s workers.
#pragma once

#include "schemes/gradient_code.hpp"

namespace laggard::schemes {

/// Tandon, Lei, Dimakis, Karampatziakis: Gradient coding (arXiv 1612.03301). Every worker computes
/// s + 1 times as much as without a code, and the answers of any N - s workers give the exact
/// gradient. From fewer, the cyclic code has the one that comes closest. With `debias` it is scaled
/// to its full length, unless it has less than a tenth of it: coefficients of both signs cancel,
/// and the noise would grow with the scale.
///  - fractional_repetition: N/(s+1) parts, worker n computes part n mod K. It is the code of
///    `replication` with as many copies; the first copy of each part counts, so that the estimate
///    has the same bits whichever copies arrive;
///  - cyclic: N parts, worker n computes the parts n, ..., n + s mod N with coefficients b_n. The
///    rows b_n lie in the null space of a Gaussian s x N matrix H whose rows add up to 0, as does
///    1, so that any N - s of them span 1. Decoding solves N equations with N - s unknowns, O(N^3),
///    and loses about a digit with every two units of s.
class GradientCoding final : public GradientScheme {
 public:
  struct Config {
    std::string label;
    std::string code = "fractional_repetition";
    std::uint32_t s = 1;
    bool debias = true;
    std::uint32_t seed = 1;

    void fields(Fields& fields);
  };

  /// Errors: Inapplicable unless s < N, and s + 1 divides N for fractional_repetition.
  GradientCoding(Config config, const CodeContext& context);

  std::uint32_t active_workers() const override { return workers_; }
  std::uint32_t parts() const override { return static_cast<std::uint32_t>(assignment_.cols()); }
  Matrix assignment() const override { return assignment_; }
  GradientWeights gradient_weights(std::span<const WorkerId> received,
                                   MatrixView answers) const override;

 private:
  std::uint32_t workers_;
  bool cyclic_, debias_;
  Matrix assignment_;
};

}  // namespace laggard::schemes
