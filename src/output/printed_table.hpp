// Tables that commands print: aligned for people, CSV and JSON for programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/json.hpp"
#include "core/columns.hpp"

namespace laggard::output {

/// As it is shown to people, and its value.
struct Cell {
  std::string shown;
  config::Json value;
};

Cell text_cell(const std::string& text);
Cell count_cell(std::int64_t count);
/// "1.234e-05", "nan"
Cell error_cell(double value);
/// "0.9042"; "-" where it does not apply.
Cell share_cell(double value);
/// "0.25", with four digits; "-" where it does not apply.
Cell number_cell(double value);
/// A text of JSON as the value that it is.
Cell json_cell(const std::string& text, const std::string& shown = "");

class PrintedTable {
 public:
  struct Column {
    std::string name;   ///< for programs; empty: only for people
    std::string title;  ///< for people; empty: only for programs
  };

  explicit PrintedTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// A cell for every column.
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }

  bool empty() const { return rows_.empty(); }

  /// Columns as wide as their widest cell. What stands in a file may be anything: it is made
  /// printable, here and as CSV.
  std::string text() const;

  /// RFC 4180: a head and a line per row, empty cells for what does not apply.
  std::string csv() const;

  /// A list of objects, null for what does not apply.
  config::Json json() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

/// Rows of a table of a file as they are: a column for each, under its name.
PrintedTable printed(const TableSpec& table, const void* rows, std::size_t count);

template <class Row>
PrintedTable printed(const std::vector<Row>& rows) {
  return printed(table_of<Row>(), rows.data(), rows.size());
}

}  // namespace laggard::output
