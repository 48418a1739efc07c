// What the schemes share that thread the data on a curve and put the workers on it.
#pragma once

#include <string>
#include <vector>

#include "schemes/scheme.hpp"

namespace laggard::schemes {

/// Parameters of every curve scheme.
struct CurveConfig {
  std::string label;
  std::string beta = "chebyshev";       ///< where the workers sit: "chebyshev" or "equispaced"
  std::string ordering = "experiment";  ///< "none", "path", or as the experiment says

  void fields(Fields& fields);
};

/// Data at alpha_k (Chebyshev, first kind), workers at beta_n (second kind or equispaced).
class CurveScheme : public LinearScheme {
 public:
  CurveScheme(const CurveConfig& config, const CodeContext& context);

  std::uint32_t active_workers() const override { return context_.workers; }
  bool path_ordering() const override { return path_ordering_; }

  /// Descending, K and N of them.
  const std::vector<double>& alpha() const { return alpha_; }
  const std::vector<double>& beta() const { return beta_; }

 protected:
  const CodeContext& context() const { return context_; }
  std::vector<double> beta_of(std::span<const WorkerId> received) const;

 private:
  CodeContext context_;
  bool path_ordering_;
  std::vector<double> alpha_;
  std::vector<double> beta_;
};

}  // namespace laggard::schemes
