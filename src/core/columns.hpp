// What a table of a file is: its columns, stated once beside the struct that is one of its rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace laggard {

/// Element types that cross the boundary to a file.
enum class Scalar { kU8, kU32, kI64, kF32, kF64, kText };

struct Column {
  std::string_view name;
  std::size_t offset = 0;  ///< of the member in the row struct
  Scalar type = Scalar::kF64;
  std::string_view units = {};  ///< empty: it has none
  std::string_view meaning = {};
  std::vector<std::string_view> names = {};  ///< of the values 0, 1, ... of an enumeration (kU8)
};

template <class Value>
constexpr Scalar scalar_of() {
  if constexpr (std::is_same_v<Value, double>) return Scalar::kF64;
  if constexpr (std::is_same_v<Value, float>) return Scalar::kF32;
  if constexpr (std::is_same_v<Value, std::uint32_t>) return Scalar::kU32;
  if constexpr (std::is_same_v<Value, std::int64_t>) return Scalar::kI64;
  if constexpr (std::is_same_v<Value, std::string>) return Scalar::kText;
  static_assert(std::is_arithmetic_v<Value> || std::is_same_v<Value, std::string> ||
                std::is_enum_v<Value>);
  return Scalar::kU8;  // an enumeration with names
}

/// The column that holds `member`. The type follows from the member's: no second place to mend.
template <class Row, class Value, class Base>
Column column(std::string_view name, Value Base::*member, std::string_view meaning,
              std::string_view units = {}) {
  static_assert(std::is_base_of_v<Base, Row>);
  static_assert(!std::is_enum_v<Value> || sizeof(Value) == 1);
  static const Row row{};
  const auto* begin = reinterpret_cast<const std::byte*>(&row);
  const auto* at = reinterpret_cast<const std::byte*>(&(row.*member));
  return {name, static_cast<std::size_t>(at - begin), scalar_of<Value>(), units, meaning};
}

/// A table without the C++ type of its rows.
struct TableSpec {
  std::string_view name;  ///< as a path in the file: "/trials"
  std::size_t row_size = 0;
  std::vector<Column> columns;
  const void* blank = nullptr;  ///< a row with the values that members have unless they are set

  /// The column of that name, which must be there.
  const Column& at(std::string_view column) const {
    for (const Column& found : columns)
      if (found.name == column) return found;
    throw std::logic_error(std::string(name) + " has no column " + std::string(column));
  }
};

/// The table of a row struct with `static constexpr std::string_view kTable` and `static
/// std::vector<Column> columns()`. There is one object per row struct: its address tells tables
/// apart.
template <class Row>
const TableSpec& table_of() {
  static const Row blank{};
  static const TableSpec table{Row::kTable, sizeof(Row), Row::columns(), &blank};
  return table;
}

}  // namespace laggard
