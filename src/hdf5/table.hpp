// Growing tables of compound rows.
#pragma once

#include <memory>
#include <type_traits>

#include "hdf5/file.hpp"

namespace laggard::hdf5 {

/// One column: where it lies in the row struct, its type and its unit ("" if it has none).
/// kText columns are `const char*` members.
struct Column {
  std::string name;
  std::size_t offset;
  Scalar type;
  std::string units;
  std::vector<std::string> names = {};  ///< of the values 0, 1, ... of an enumeration (kU8)
};

/// An extensible dataset of rows, without knowledge of their C++ type.
class RawTable {
 public:
  /// Opens the dataset, or creates it with a fill value whose u32 columns are all ones, so that a
  /// row that was never written cannot be mistaken for a row of zeros.
  RawTable(File& file, const std::string& dataset, std::size_t row_size,
           const std::vector<Column>& columns);

  void append(const void* rows, std::size_t count);
  std::uint64_t size() const { return size_; }

 private:
  /// Back to no rows.
  void clear();

  std::string path_;
  Handle type_;
  Handle dataset_;
  std::uint64_t size_ = 0;
};

/// Owns the text of rows that were read. No more is taken than a file can hold: a damaged one may
/// say the same large text in every row.
class Text {
 public:
  explicit Text(std::uint64_t most_bytes) : left_(most_bytes) {}
  /// nullptr if that is too much.
  void* take(std::size_t bytes);

 private:
  std::uint64_t left_;
  std::vector<std::unique_ptr<char[]>> pieces_;
};

/// The columns of the first `count` rows of a compound dataset, into an array of structs; count <=
/// table_size(), which comes first. Columns that the dataset lacks keep their bytes, but text
/// becomes null. Text belongs to `text`, which must be there where there are text columns.
void read_table(const File& file, const std::string& dataset, void* rows, std::size_t row_size,
                std::uint64_t count, const std::vector<Column>& columns, Text* text = nullptr);
/// Errors: DataError if there is no such table, or one with more rows than its bytes could hold.
std::uint64_t table_size(const File& file, const std::string& dataset);

/// A table of `Row`, a trivially copyable struct with a static `columns()`. Rows are buffered; a
/// chunk is written when it is full or on flush().
template <class Row>
class Table {
  static_assert(std::is_trivially_copyable_v<Row>);

 public:
  Table(File& file, const std::string& dataset)
      : raw_(file, dataset, sizeof(Row), Row::columns()) {}

  void append(const Row& row) {
    const bool last = full();
    buffer_.push_back(row);
    if (last) write();
  }

  /// One more row makes a chunk, which is written.
  bool full() const { return buffer_.size() + 1 >= kChunk; }

  /// Hands the buffered rows to HDF5; File::flush() then makes them safe.
  void write() {
    if (!buffer_.empty()) raw_.append(buffer_.data(), buffer_.size());
    buffer_.clear();
  }

  std::size_t buffered() const { return buffer_.size(); }

 private:
  static constexpr std::size_t kChunk = 1024;

  RawTable raw_;
  std::vector<Row> buffer_;
};

/// All rows of a table without text columns.
template <class Row>
std::vector<Row> read_rows(const File& file, const std::string& dataset) {
  std::vector<Row> rows(table_size(file, dataset));
  read_table(file, dataset, rows.data(), sizeof(Row), rows.size(), Row::columns());
  return rows;
}

}  // namespace laggard::hdf5
