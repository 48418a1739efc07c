#include "math/kriging.hpp"

#include <Eigen/Cholesky>
#include <Eigen/QR>

namespace laggard::math {
namespace {

/// Rows of `from` x rows of `to`.
Matrix distances(const Matrix& from, const Matrix& to) {
  Matrix result(from.rows(), to.rows());
  for (Index i = 0; i < from.rows(); ++i)
    result.row(i) = (to.rowwise() - from.row(i)).rowwise().norm().transpose();
  return result;
}

/// Nodes that are one place.
struct Places {
  std::vector<Index> first;     // node of each place
  std::vector<Index> place_of;  // of each node
  std::vector<double> share;    // of a node in the mean of its place, per place
};

Places merge(const Matrix& distance, double same) {
  Places places;
  std::vector<double> count;
  for (Index node = 0; node < distance.rows(); ++node) {
    std::size_t p = 0;
    while (p < places.first.size() && !(distance(node, places.first[p]) <= same)) ++p;
    if (p == places.first.size()) {
      places.first.push_back(node);
      count.push_back(0.0);
    }
    count[p] += 1.0;
    places.place_of.push_back(static_cast<Index>(p));
  }
  for (const double c : count) places.share.push_back(1.0 / c);
  return places;
}

/// Weights of the places, targets x places. `apart` are the distances between the nodes, which make
/// room before the factorisation.
Matrix place_weights(Matrix apart, const std::vector<Index>& places, const Matrix& to_places) {
  const std::vector<Index> rest(places.begin() + 1, places.end());
  const auto others = static_cast<Index>(rest.size());
  Matrix weights(to_places.rows(), others + 1);
  if (others == 0) return Matrix::Ones(to_places.rows(), 1);
  const Vector from_origin = apart(rest, places.front());
  Eigen::MatrixXd covariance = -apart(rest, rest);
  apart.resize(0, 0);
  covariance.colwise() += from_origin;
  covariance.rowwise() += from_origin.transpose();
  Eigen::MatrixXd with_targets = -to_places.rightCols(others).transpose();
  with_targets.colwise() += from_origin;
  with_targets.rowwise() += to_places.col(0).transpose();
  Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>>(covariance).solveInPlace(with_targets);
  weights.rightCols(others) = with_targets.transpose();
  weights.col(0).setOnes();
  weights.col(0) -= weights.rightCols(others).rowwise().sum();
  return weights;
}

}  // namespace

Matrix reduced_places(const Matrix& data) {
  if (data.cols() <= data.rows()) return data;
  const Eigen::HouseholderQR<Eigen::MatrixXd> factors(data.transpose());
  return factors.matrixQR().topRows(data.rows()).triangularView<Eigen::Upper>().transpose();
}

Matrix kriging_matrix(const Matrix& targets, const Matrix& nodes) {
  Matrix apart = distances(nodes, nodes);
  const Matrix to_nodes = distances(targets, nodes);
  const double same = kSamePlace * std::max(apart.maxCoeff(), to_nodes.maxCoeff());
  const Places places = merge(apart, same);
  const Matrix to_places = to_nodes(Eigen::all, places.first);
  Matrix weights = place_weights(std::move(apart), places.first, to_places);
  for (Index t = 0; t < weights.rows(); ++t) {  // what is there passes unchanged, to the last bit
    Index nearest = 0;
    if (!(to_places.row(t).minCoeff(&nearest) <= same)) continue;
    weights.row(t).setZero();
    weights(t, nearest) = 1.0;
  }
  Matrix result(targets.rows(), nodes.rows());
  for (Index node = 0; node < nodes.rows(); ++node) {
    const Index place = places.place_of[static_cast<std::size_t>(node)];
    result.col(node) = weights.col(place) * places.share[static_cast<std::size_t>(place)];
  }
  return result;
}

Matrix nearest_matrix(const Matrix& targets, const Matrix& nodes) {
  const Matrix to_nodes = distances(targets, nodes);
  Matrix result = Matrix::Zero(targets.rows(), nodes.rows());
  for (Index t = 0; t < targets.rows(); ++t) {
    Index nearest = 0;
    to_nodes.row(t).minCoeff(&nearest);
    result(t, nearest) = 1.0;
  }
  return result;
}

}  // namespace laggard::math
