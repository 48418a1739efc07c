// Berrut approximated coded computing.
#pragma once

#include "schemes/curve.hpp"

namespace laggard::schemes {

/// BACC (Jahani-Nezhad & Maddah-Ali, arXiv 2009.08327): Berrut's first rational interpolant as
/// encoder through (alpha_k, x_k) and as decoder through (beta_n, y_n). The decoder alternates its
/// signs over the survivors in sorted order; only then has it no real pole. The signs of the
/// workers' own indices ("original") are there to study how wrong they are. O(N K) and O(K |F|).
class Bacc final : public CurveScheme {
 public:
  struct Config : CurveConfig {
    std::string signs = "alternating";

    void fields(Fields& fields);
  };

  Bacc(Config config, const CodeContext& context);

  Matrix encoder_matrix() const override;
  Matrix decoder_matrix(std::span<const WorkerId> received) const override;

 private:
  bool original_signs_;
};

}  // namespace laggard::schemes
