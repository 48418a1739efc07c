// Berrut approximated coded computing.
#pragma once

#include "schemes/curve.hpp"

namespace laggard::schemes {

/// BACC (Jahani-Nezhad & Maddah-Ali, arXiv 2009.08327): Berrut's first rational interpolant as
/// encoder through (alpha_k, x_k) and as decoder through (beta_n, y_n).
class Bacc final : public CurveScheme {
 public:
  struct Config : CurveConfig {
    std::string signs = "alternating";

    void fields(Fields& fields);
  };

  Bacc(Config config, const CodeContext& context);
};

}  // namespace laggard::schemes
