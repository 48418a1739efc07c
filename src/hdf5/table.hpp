// Growing tables of compound rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "hdf5/file.hpp"

namespace laggard::hdf5 {

/// An extensible dataset of rows, without knowledge of their C++ type. Members of text columns are
/// std::string.
class RawTable {
 public:
  /// Opens the dataset, or creates it with a fill value whose u32 columns are all ones, so that a
  /// row that was never written cannot be mistaken for a row of zeros.
  RawTable(File& file, const std::string& dataset, std::size_t row_size,
           const std::vector<Column>& columns);

  void append(const void* rows, std::size_t count);
  std::uint64_t size() const { return size_; }

 private:
  /// Rows as they lie in memory for HDF5.
  void write(const void* rows, std::size_t count);
  /// Back to no rows.
  void clear();

  std::string path_;
  std::size_t row_size_;
  std::vector<Column> columns_;
  Handle type_;
  Handle dataset_;
  std::uint64_t size_ = 0;
};

/// Errors: DataError if there is no such table, or one with more rows than its bytes could hold.
std::uint64_t table_size(const File& file, const std::string& dataset);

/// Errors: those of table_size().
std::vector<std::string> column_names(const File& file, const std::string& dataset);

/// Every row's member `columns` of a compound dataset, into an array of `count` structs. Columns
/// that the dataset lacks keep the values that they have. Errors: DataError.
void read_table(const File& file, const std::string& dataset, void* rows, std::size_t row_size,
                std::uint64_t count, const std::vector<Column>& columns);

inline constexpr std::size_t kChunkRows = 1024;

/// Rows of a table without text, without knowledge of their C++ type. They are buffered; a chunk is
/// written when it is full or on write().
class BufferedTable {
 public:
  BufferedTable(File& file, const std::string& dataset, std::size_t row_size,
                const std::vector<Column>& columns)
      : raw_(file, dataset, row_size, columns), row_size_(row_size) {}
  BufferedTable(File& file, const TableSpec& table)
      : BufferedTable(file, std::string(table.name), table.row_size, table.columns) {}

  void append(const void* rows, std::size_t count);
  /// One more row makes a chunk, which is written.
  bool full() const { return buffered() + 1 >= kChunkRows; }
  /// Hands the buffered rows to HDF5; File::flush() then makes them safe.
  void write();
  std::size_t buffered() const { return buffer_.size() / row_size_; }

 private:
  RawTable raw_;
  std::size_t row_size_;
  std::vector<std::byte> buffer_;
};

/// The same for one type of rows, a struct with a static `columns()`.
template <class Row>
class Table : public BufferedTable {
  static_assert(std::is_trivially_copyable_v<Row>, "rows are kept as bytes");

 public:
  Table(File& file, const std::string& dataset)
      : BufferedTable(file, dataset, sizeof(Row), Row::columns()) {}

  void append(const Row& row) { BufferedTable::append(&row, 1); }
};

/// All rows of a table without text, as bytes.
class RawRows {
 public:
  /// Errors: those of read_table().
  RawRows(const File& file, const TableSpec& table);

  std::size_t size() const { return bytes_.size() / row_size_; }
  const void* at(std::size_t row) const { return bytes_.data() + row * row_size_; }
  std::uint32_t point(std::size_t row) const { return number(row, point_); }
  std::uint32_t trial(std::size_t row) const { return number(row, trial_); }

 private:
  std::uint32_t number(std::size_t row, std::size_t offset) const;

  std::size_t row_size_, point_, trial_;
  std::vector<std::byte> bytes_;
};

/// Writes the rows as a whole table, in place of the one that is there.
template <class Row>
void write_rows(File& file, const std::vector<Row>& rows) {
  const std::string dataset(Row::kTable);
  file.remove(dataset);
  RawTable table(file, dataset, sizeof(Row), Row::columns());
  table.append(rows.data(), rows.size());
}

/// All rows of a table.
template <class Row>
std::vector<Row> read_rows(const File& file,
                           const std::string& dataset = std::string(Row::kTable)) {
  std::vector<Row> rows(table_size(file, dataset));
  read_table(file, dataset, rows.data(), sizeof(Row), rows.size(), Row::columns());
  return rows;
}

}  // namespace laggard::hdf5
