#include "schemes/certificates.hpp"

#include <algorithm>

#include "schemes/assigned_code.hpp"

namespace laggard::schemes {
namespace {

double largest_gap(const CurveScheme& scheme, std::span<const WorkerId> received) {
  const std::vector<double>& alpha = scheme.alpha();  // both descend
  const std::vector<double>& beta = scheme.beta();
  double gap =
      std::max({0.0, alpha.front() - beta[received.front()], beta[received.back()] - alpha.back()});
  for (std::size_t i = 1; i < received.size(); ++i)
    gap = std::max(gap, beta[received[i - 1]] - beta[received[i]]);
  return gap;
}

}  // namespace

Certificates certify(const Scheme& scheme, MatrixView results, std::span<const WorkerId> received) {
  if (const auto* const assigned = dynamic_cast<const AssignedCode*>(&scheme)) {
    const AssignedCode::Placed placed = assigned->place(results, received);
    return certify(assigned->code(), rows_of(placed.results, 0, placed.results.rows()),
                   placed.points);
  }
  Certificates certificates;
  const auto* const linear = dynamic_cast<const LinearScheme*>(&scheme);
  if (linear == nullptr || received.empty()) return certificates;
  if (const auto* const curve = dynamic_cast<const CurveScheme*>(&scheme)) {
    if (!curve->only_rejects()) return certificates;
    certificates.largest_gap = largest_gap(*curve, received);
  }
  const Matrix decoder = linear->applied_decoder(results, received);
  if (!decoder.allFinite()) return certificates;
  certificates.lebesgue = decoder.cwiseAbs().rowwise().sum().maxCoeff();
  certificates.noise_gain = decoder.squaredNorm() / static_cast<double>(decoder.rows());
  return certificates;
}

}  // namespace laggard::schemes
