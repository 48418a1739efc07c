// A scheme made ready for the data of one round.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/types.hpp"
#include "schemes/scheme.hpp"

namespace laggard::round {

/// A short path through data points.
struct DataPath {
  std::vector<std::uint32_t> order;  ///< element i is the row that comes i-th
  double ratio = kNaN;               ///< its length, as a fraction of that of the given order
  Seconds order_s = 0.0;             ///< finding it, in real time
};

/// On the path that the scheme wants, and with what it makes of these data.
class FittedScheme {
 public:
  /// `data`: K x d. `found` keeps the path for the next scheme that threads the same data. All
  /// three must outlive this.
  FittedScheme(const schemes::Scheme& scheme, const Matrix& data, std::optional<DataPath>& found);
  FittedScheme(const FittedScheme&) = delete;  // own_ refers to threaded_
  FittedScheme& operator=(const FittedScheme&) = delete;

  const schemes::Scheme& operator*() const { return own_ ? *own_ : scheme_; }
  const schemes::Scheme* operator->() const { return &**this; }

  /// In the order of the scheme, as all that it encodes and decodes.
  const Matrix& data() const { return path_ != nullptr ? threaded_ : data_; }
  /// Null: the scheme takes the rows as they are.
  const DataPath* path() const { return path_; }
  /// Whether it is another scheme for other data.
  bool looks_at_data() const { return own_ != nullptr; }
  /// Making it, without finding the path, in real time.
  Seconds fitted_s() const { return fitted_s_; }

  /// Rows for the data points, in the order of the scheme.
  Matrix in_order(const Matrix& rows) const;
  /// The way back, for estimates.
  void restore_order(schemes::Decoded& decoded) const;

 private:
  const schemes::Scheme& scheme_;
  const Matrix& data_;
  const DataPath* path_ = nullptr;
  Matrix threaded_;  // empty without a path
  std::unique_ptr<schemes::Scheme> own_;
  Seconds fitted_s_ = 0.0;
};

}  // namespace laggard::round
