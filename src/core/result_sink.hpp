// Where results go; experiments fill it, a file or another rank is behind it.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/columns.hpp"
#include "core/types.hpp"

namespace laggard {

/// Arrays of one trial of one point, in a group /GROUP/<point>/<trial> of the file.
struct Arrays {
  struct Member {
    std::string_view name;
    std::variant<Matrix, std::vector<std::uint32_t>> values;
  };
  std::string_view group;  ///< "/predictions"
  std::uint32_t point = 0;
  std::uint32_t trial = 0;
  std::vector<Member> members;
};

/// What rows of a table have to do with the unit of work, one trial of one point.
enum class TableRole {
  kUnit,    ///< one row finishes a unit: it is written after everything else of the unit
  kOfUnit,  ///< rows of a unit, handed over before the unit's own row
  kLate,  ///< rows of a unit, as many in every trial of a point, that may come after the unit's row
  kLog    ///< rows that belong to no unit
};

/// Everything that an experiment writes beside /points and /summary.
struct Layout {
  struct Table {
    const TableSpec* spec;
    TableRole role;
  };
  /// Arrays of the first `trials` trials of each point; a unit without them is not finished.
  struct Group {
    std::string_view group;
    std::vector<std::string_view> members;
    std::uint32_t trials;
  };
  std::vector<Table> tables;
  std::vector<Group> groups;
};

class ResultSink {
 public:
  virtual ~ResultSink() = default;
  /// `count` rows of a table, one after the other, at any address (they may be part of a message).
  /// A table that the layout lacks takes nothing.
  virtual void add(const TableSpec& table, const void* rows, std::size_t count) = 0;
  virtual void add(Arrays arrays) = 0;
  /// A trial is complete for all points of its combination.
  virtual void trial_done() = 0;

  template <class Row>
  void add_row(const Row& row) {
    static_assert(std::is_trivially_copyable_v<Row>);
    add(table_of<Row>(), &row, 1);
  }
  template <class Row>
  void add_rows(const std::vector<Row>& rows) {
    static_assert(std::is_trivially_copyable_v<Row>);
    add(table_of<Row>(), rows.data(), rows.size());
  }
};

/// A sink that keeps what it gets, and can be asked.
class ResultStore : public ResultSink {
 public:
  /// Whether the unit is already there, from an earlier run that was interrupted.
  virtual bool has(std::uint32_t point, std::uint32_t trial) const = 0;
};

}  // namespace laggard
