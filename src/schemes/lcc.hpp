// Lagrange coded computing.
#pragma once

#include "schemes/curve.hpp"

namespace laggard::schemes {

/// LCC (Yu et al., AISTATS 2019, arXiv 1806.00939): polynomial interpolation as encoder through
/// (alpha_k, x_k) and as decoder through survivors, in barycentric form. For f of total degree g
/// the decoded polynomial has degree (K-1) g, so any T = (K-1) g + 1 survivors recover it exactly;
/// of more, T are taken evenly by rank, which keeps them close to a Chebyshev set. Fewer than T, or
/// f of unknown degree: the polynomial of degree |F| - 1 through all of them. O(T^2 + K T) per
/// decode. Rounding errors of the answers grow by the Lebesgue constant of the survivors' points,
/// like 2^gap for gaps among Chebyshev points and like 2^T for equispaced ones: unstable in double
/// precision once (K-1) g reaches about 25 with gaps. caveat() says how much is left.
class Lcc final : public CurveScheme {
 public:
  struct Config : CurveConfig {
    NumberOrRule degree{0.0, "auto"};

    void fields(Fields& fields);
  };

  Lcc(Config config, const CodeContext& context);

  Caveat caveat(const Survivors& survivors) const override;

 private:
  std::size_t threshold_;  // T; 0: unknown
};

}  // namespace laggard::schemes
