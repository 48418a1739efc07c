// Random polynomials, the functions that Lagrange coded computing recovers exactly.
#pragma once

#include "model/model.hpp"

namespace laggard::model {

/// f_o(x) = sum_p c_{o,p} (w_o . x)^p with p = 0..degree and |w_o| = 1: total degree `degree`, cost
/// O(m (d + degree)) by Horner's rule. For d = 1, w = 1 and f is an ordinary polynomial.
class Polynomial final : public Model {
 public:
  struct Config {
    std::uint32_t degree = 3;
    std::uint32_t outputs = 1;
    /// c_0..c_degree of every output; empty: standard normals from the seed.
    std::vector<double> coefficients;

    void fields(Fields& fields);
  };

  Polynomial(Config config, const ModelContext& context);

  Index outputs() const override { return coefficients_.rows(); }
  void forward(MatrixView inputs, MatrixSpan outputs) const override;
  std::optional<std::uint32_t> polynomial_degree() const override { return degree_; }

 private:
  std::uint32_t degree_;
  Matrix directions_;    // m x d
  Matrix coefficients_;  // m x (degree + 1)
};

}  // namespace laggard::model
