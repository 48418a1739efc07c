#include "output/printed_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text.hpp"

namespace laggard::output {
namespace {

using config::Json;

/// JSON has neither NaN nor infinity.
Json value_of(double number) {
  return std::isfinite(number) ? Json(number) : Json(nullptr);
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) quoted += letter == '"' ? "\"\"" : std::string(1, letter);
  return quoted + '"';
}

std::string csv_text(const Json& value) {
  if (value.is_null()) return "";
  return quoted(value.is_string() ? printable(value.get<std::string>()) : value.dump());
}

}  // namespace

Cell text_cell(const std::string& text) {
  return {text, text};
}

Cell count_cell(std::int64_t count) {
  return {std::to_string(count), count};
}

Cell error_cell(double value) {
  return {std::isnan(value) ? "nan" : fmt::format("{:.3e}", value), value_of(value)};
}

Cell share_cell(double value) {
  return {std::isnan(value) ? "-" : fmt::format("{:.4f}", value), value_of(value)};
}

Cell number_cell(double value) {
  return {std::isnan(value) ? "-" : fmt::format("{:.4g}", value), value_of(value)};
}

Cell json_cell(const std::string& text, const std::string& shown) {
  const Json value = config::parse_or_discard(text);
  return {shown, value.is_discarded() ? Json() : value};
}

std::string PrintedTable::text() const {
  std::vector<std::vector<std::string>> lines(1);
  for (const Column& column : columns_)
    if (!column.title.empty()) lines[0].push_back(column.title);
  for (const auto& row : rows_) {
    lines.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i)
      if (!columns_[i].title.empty()) lines.back().push_back(printable(row[i].shown));
  }
  std::vector<std::size_t> widths(lines[0].size(), 0);
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      text += i == 0 ? fmt::format("{:<{}}", line[i], widths[i])
                     : fmt::format("  {:>{}}", line[i], widths[i]);
    text += '\n';
  }
  return text;
}

std::string PrintedTable::csv() const {
  std::string text;
  const auto add_line = [&](const auto& cell_of) {
    bool first = true;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].name.empty()) continue;
      if (!first) text += ',';
      first = false;
      text += cell_of(i);
    }
    text += '\n';
  };
  add_line([&](std::size_t i) { return quoted(columns_[i].name); });
  for (const auto& row : rows_) add_line([&](std::size_t i) { return csv_text(row[i].value); });
  return text;
}

config::Json PrintedTable::json() const {
  Json list = Json::array();
  for (const auto& row : rows_) {
    Json object = Json::object();
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (!columns_[i].name.empty()) object[columns_[i].name] = row[i].value;
    list.push_back(std::move(object));
  }
  return list;
}

namespace {

Cell cell_of(const Column& column, const std::byte* member) {
  const auto as = [&]<class Value>(Value) { return *reinterpret_cast<const Value*>(member); };
  switch (column.type) {
    case Scalar::kU8: {
      const auto number = as(std::uint8_t{});
      if (number >= column.names.size()) return count_cell(number);
      return text_cell(std::string(column.names[number]));
    }
    case Scalar::kU32:
      return count_cell(as(std::uint32_t{}));
    case Scalar::kI64:
      return count_cell(as(std::int64_t{}));
    case Scalar::kF32:
      return number_cell(as(float{}));
    case Scalar::kF64:
      return number_cell(as(double{}));
    case Scalar::kText:
      return text_cell(*reinterpret_cast<const std::string*>(member));
  }
  throw std::logic_error("a column of no type");
}

}  // namespace

PrintedTable printed(const TableSpec& table, const void* rows, std::size_t count) {
  std::vector<PrintedTable::Column> columns;
  for (const Column& column : table.columns)
    columns.push_back({std::string(column.name), std::string(column.name)});
  PrintedTable result(std::move(columns));
  const auto* row = static_cast<const std::byte*>(rows);
  for (std::size_t i = 0; i < count; ++i, row += table.row_size) {
    std::vector<Cell> cells;
    for (const Column& column : table.columns)
      cells.push_back(cell_of(column, row + column.offset));
    result.add(std::move(cells));
  }
  return result;
}

}  // namespace laggard::output
