#include "round/fitted_scheme.hpp"

#include <numeric>
#include <utility>

#include "core/stopwatch.hpp"
#include "math/curve_order.hpp"

namespace laggard::round {
namespace {

DataPath path_through(const Matrix& data) {
  DataPath path;
  const Stopwatch watch;
  path.order = math::short_path(data);
  path.order_s = watch.elapsed();
  std::vector<std::uint32_t> given(path.order.size());
  std::iota(given.begin(), given.end(), 0U);
  path.ratio = math::path_length(data, path.order) / math::path_length(data, given);
  return path;
}

}  // namespace

FittedScheme::FittedScheme(const schemes::Scheme& scheme, const Matrix& data,
                           std::optional<DataPath>& found)
    : scheme_(scheme), data_(data) {
  if (scheme.path_ordering()) {
    if (!found) found = path_through(data);
    path_ = &*found;
  }
  const Stopwatch watch;
  if (path_ != nullptr) threaded_ = in_order(data);
  own_ = scheme.for_data(this->data());
  fitted_s_ = watch.elapsed();
}

Matrix FittedScheme::in_order(const Matrix& rows) const {
  return path_ != nullptr ? Matrix(rows(path_->order, Eigen::all)) : rows;
}

void FittedScheme::restore_order(schemes::Decoded& decoded) const {
  if (path_ == nullptr) return;
  const std::vector<std::uint32_t>& order = path_->order;
  Matrix estimates(decoded.estimates.rows(), decoded.estimates.cols());
  estimates(order, Eigen::all) = decoded.estimates;
  decoded.estimates = std::move(estimates);
  if (decoded.reconstructed.empty()) return;
  std::vector<bool> reconstructed(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) reconstructed[order[i]] = decoded.reconstructed[i];
  decoded.reconstructed = std::move(reconstructed);
}

}  // namespace laggard::round
