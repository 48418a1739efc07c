#include "math/parity_code.hpp"

#include <Eigen/LU>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <vector>

namespace laggard::math {
namespace {

using Plane = Eigen::Map<const Matrix>;
using PlaneSpan = Eigen::Map<Matrix>;

/// Means of pairs of columns; of pairs of rows too if `both`.
Matrix shrunk(const Plane& plane, bool both) {
  Matrix narrow(plane.rows(), plane.cols() / 2);
  for (Index x = 0; x < narrow.cols(); ++x)
    narrow.col(x) = 0.5 * (plane.col(2 * x) + plane.col(2 * x + 1));
  if (!both) return narrow;
  Matrix small(plane.rows() / 2, narrow.cols());
  for (Index y = 0; y < small.rows(); ++y)
    small.row(y) = 0.5 * (narrow.row(2 * y) + narrow.row(2 * y + 1));
  return small;
}

void concatenate(Index k, const Shape& input, MatrixView queries, Eigen::Ref<Matrix> parity) {
  const Index channels = input.extents[0], height = input.extents[1], width = input.extents[2];
  for (Index channel = 0; channel < channels; ++channel) {
    const Index offset = channel * height * width;
    PlaneSpan target(parity.data() + offset, height, width);
    for (Index i = 0; i < k; ++i) {
      const Matrix picture = shrunk(Plane(queries.row(i).data() + offset, height, width), k == 4);
      target.block(i / 2 * picture.rows(), i % 2 * picture.cols(), picture.rows(), picture.cols()) =
          picture;
    }
  }
}

}  // namespace

Matrix parity_coefficients(Index k, Index r) {
  Matrix coefficients(r, k);
  for (Index p = 0; p < r; ++p)
    for (Index i = 0; i < k; ++i)
      coefficients(p, i) = std::pow(static_cast<double>(i + 1), static_cast<double>(p));
  return coefficients;
}

ParityEncoder parity_encoder(const std::string& name) {
  return name == "concatenation" ? ParityEncoder::kConcatenation : ParityEncoder::kAddition;
}

std::string parity_conflict(ParityEncoder encoder, Index k, const Shape& input) {
  if (encoder == ParityEncoder::kAddition) return "";
  if (k != 2 && k != 4) return "concatenation is for k = 2 and k = 4";
  const auto& extents = input.extents;
  if (extents.size() != 3) return "concatenation is for images";
  if (extents[2] % 2 != 0 || (k == 4 && extents[1] % 2 != 0))
    return "concatenation halves images, which takes an even size";
  return "";
}

Matrix parity_queries(ParityEncoder encoder, const Matrix& coefficients, const Shape& input,
                      MatrixView queries) {
  const Index k = coefficients.cols(), r = coefficients.rows(), groups = queries.rows() / k;
  Matrix parities(groups * r, queries.cols());
  for (Index group = 0; group < groups; ++group) {
    const MatrixView members(queries.row(group * k).data(), k, queries.cols());
    if (encoder == ParityEncoder::kAddition) {
      for (Index p = 0; p < r; ++p) {
        auto parity = parities.row(group * r + p);
        parity = coefficients(p, 0) * members.row(0);
        for (Index i = 1; i < k; ++i) parity += coefficients(p, i) * members.row(i);
      }
    } else {
      concatenate(k, input, members, parities.middleRows(group * r, 1));
      for (Index p = 1; p < r; ++p) parities.row(group * r + p) = parities.row(group * r);
    }
  }
  return parities;
}

std::vector<Index> choose_parities(const Matrix& coefficients, std::span<const Index> lost,
                                   std::span<const Index> received) {
  const auto e = static_cast<Index>(lost.size()), q = static_cast<Index>(received.size());
  if (q <= e) return {received.begin(), received.end()};
  Matrix weights(e, q);
  for (Index column = 0; column < q; ++column) {
    const auto row = coefficients.row(received[static_cast<std::size_t>(column)]);
    for (Index i = 0; i < e; ++i)
      weights(i, column) = row[lost[static_cast<std::size_t>(i)]] / row.norm();
  }
  const auto order = weights.colPivHouseholderQr().colsPermutation().indices();
  std::vector<Index> chosen;
  for (Index i = 0; i < e; ++i) chosen.push_back(received[static_cast<std::size_t>(order[i])]);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

void solve_lost(const Matrix& coefficients, std::span<const Index> lost,
                std::span<const Index> parities, const Matrix& parity_answers,
                Eigen::Ref<Matrix> answers) {
  const auto e = static_cast<Index>(lost.size());
  Matrix system(e, e), right(e, answers.cols());
  for (Index row = 0; row < e; ++row) {
    const Index p = parities[static_cast<std::size_t>(row)];
    right.row(row) = parity_answers.row(p);
    for (Index i = 0; i < answers.rows(); ++i)
      if (std::find(lost.begin(), lost.end(), i) == lost.end())
        right.row(row) -= coefficients(p, i) * answers.row(i);
    for (Index column = 0; column < e; ++column)
      system(row, column) = coefficients(p, lost[static_cast<std::size_t>(column)]);
  }
  if (e == 1)
    right /= system(0, 0);
  else
    right = system.partialPivLu().solve(right).eval();
  for (Index row = 0; row < e; ++row)
    answers.row(lost[static_cast<std::size_t>(row)]) = right.row(row);
}

}  // namespace laggard::math
