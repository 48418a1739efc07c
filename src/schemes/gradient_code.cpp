#include "schemes/gradient_code.hpp"

#include <fmt/format.h>

#include <Eigen/QR>
#include <stdexcept>

namespace laggard::schemes {
namespace {

/// The part's share in the estimate for each part.
Vector shares(const Matrix& assignment, std::span<const WorkerId> received, const Vector& weights) {
  Vector sum = Vector::Zero(assignment.cols());
  for (std::size_t i = 0; i < received.size(); ++i)
    sum += weights[static_cast<Index>(i)] * assignment.row(received[i]).transpose();
  return sum;
}

}  // namespace

Matrix copies_in_turn(std::uint32_t workers, std::uint32_t parts) {
  Matrix assignment = Matrix::Zero(workers, parts);
  for (std::uint32_t n = 0; n < workers; ++n) assignment(n, n % parts) = 1.0;
  return assignment;
}

Vector first_copies(std::span<const WorkerId> received, std::uint32_t parts) {
  Vector weights = Vector::Zero(static_cast<Index>(received.size()));
  std::vector<char> covered(parts);
  for (std::size_t i = 0; i < received.size(); ++i)
    if (char& there = covered[received[i] % parts]; there == 0)
      there = 1, weights[static_cast<Index>(i)] = 1.0;
  return weights / weights.sum();
}

Vector optimal_weights(const Matrix& assignment, std::span<const WorkerId> received) {
  const Index parts = assignment.cols();
  Matrix transposed(parts, static_cast<Index>(received.size()));
  for (std::size_t i = 0; i < received.size(); ++i)
    transposed.col(static_cast<Index>(i)) = assignment.row(received[i]).transpose();
  return transposed.completeOrthogonalDecomposition().solve(
      Vector::Constant(parts, 1.0 / static_cast<double>(parts)));
}

void debias(const Matrix& assignment, std::span<const WorkerId> received, Vector& weights,
            double least) {
  const double sum = shares(assignment, received, weights).sum();
  if (sum > least) weights /= sum;
}

double decoding_error(const Matrix& assignment, std::span<const WorkerId> received,
                      const Vector& weights) {
  const auto parts = static_cast<double>(assignment.cols());
  return (parts * shares(assignment, received, weights).array() - 1.0).square().sum() / parts;
}

GradientScheme::GradientScheme(const CodeContext& context, const std::string& kind) {
  if (!context.gradients)
    throw ConfigError(fmt::format("{} is '{}'", context.where, kind),
                      "it adds gradients up, and no values of f follow from sums",
                      "use it with \"experiment\": \"training\"");
}

Encoded GradientScheme::encode(const Matrix&) const {
  throw std::logic_error("a code of gradients has no coded inputs");
}

Decoded GradientScheme::decode(MatrixView, std::span<const WorkerId>) const {
  throw std::logic_error("a code of gradients has no estimates of single values");
}

}  // namespace laggard::schemes
