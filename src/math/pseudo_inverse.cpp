#include "math/pseudo_inverse.hpp"

#include <Eigen/QR>

namespace laggard::math {

Matrix pseudo_inverse(const Matrix& matrix) {
  if (matrix.size() == 0) return Matrix::Zero(matrix.cols(), matrix.rows());
  const Eigen::MatrixXd columns = matrix;  // as Eigen's decompositions have them
  return Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>(columns).pseudoInverse();
}

}  // namespace laggard::math
