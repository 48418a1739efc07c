// What the datasets that come from files share: rows in memory, their parts and their draws.
#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "data/dataset.hpp"

namespace laggard::data {

/// Which rows of a file are used, for what, and how.
struct Selection {
  std::uint32_t holdout = 0;        ///< the last rows, kept for tuning and training: Part::kHoldout
  std::uint32_t limit = 0;          ///< use only the first rows; 0: all
  NumberOrRule scale{0.0, "none"};  ///< inputs are what is stored divided by it

  void fields(Fields& fields);
};

/// Values in the type they have in the file, which is 8 times smaller than doubles for images.
using Values = std::variant<std::vector<std::uint8_t>, std::vector<float>, std::vector<double>>;

/// The content of a dataset's files.
struct Rows {
  std::string source;  ///< the file, for messages
  Shape shape;         ///< of one row
  std::uint32_t count = 0;
  Values values;                     ///< count x shape.size(), row-major
  std::vector<std::int32_t> labels;  ///< count of them, or none
};

/// Rows that fit into memory. The last `holdout` of them are Part::kHoldout, the others
/// Part::kTrials; a draw is a sample without replacement from one part.
class FiniteDataset : public Dataset {
 public:
  Shape shape() const override { return rows_.shape; }
  std::optional<std::uint32_t> rows(Part part) const override;
  Sample draw(Stream& stream, std::uint32_t count, Part part) const override;
  Sample rows_at(std::span<const std::uint32_t> rows, Part part) const override;
  std::vector<std::int32_t> labels_at(std::span<const std::uint32_t> rows,
                                      Part part) const override;
  bool looks_like_bytes() const override;
  void check_labels(Index classes) const override;

 protected:
  /// Errors: DataError if the numbers of rows and labels differ; ConfigError if `selection` leaves
  /// no rows for the trials or asks for more than there are.
  FiniteDataset(Rows rows, const Selection& selection, std::string where);

 private:
  std::size_t first_row(Part part) const {
    return part == Part::kHoldout ? rows_.count - holdout_ : 0;
  }

  Rows rows_;
  double divisor_;
  std::uint32_t holdout_;
  std::string where_;
};

/// The number of rows to read of a file that has `available`: all of them, or the first `limit`.
/// `where` is the JSON pointer of the dataset.
/// Errors: ConfigError if the limit is beyond the end, DataError if there are none or more than
/// can be counted.
std::uint32_t rows_to_read(const Selection& selection, std::uint64_t available,
                           const std::string& source, const std::string& where);

/// DataError unless there are as many labels as rows; both numbers are those of the whole files.
void check_label_count(std::uint64_t labels, const std::string& label_source, std::uint64_t rows,
                       const std::string& row_source);

/// The shape of a row of an array with these extents: all but the first, {1} if there is only one.
Shape row_shape(std::span<const std::uint64_t> extents);

/// DataError naming the row if a value is not finite. `values` start at row `first_row`.
void check_finite(std::span<const double> values, std::uint64_t row_size, std::uint64_t first_row,
                  const std::string& source);

/// Class labels from numbers. DataError naming the row unless each is 0..2^31-1.
std::vector<std::int32_t> to_labels(std::span<const double> numbers, const std::string& source);

/// ConfigError if a file name that has no default was left out; `member` is its JSON pointer.
void require_name(const std::string& value, const std::string& member);

}  // namespace laggard::data
