// How many trials a point has: a number, or as many as its mean needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/columns.hpp"
#include "core/fields.hpp"

namespace laggard::config {

/// What the trials of a combination must show before they are enough.
struct Until {
  double relative_half_width = 0.05;  ///< half the 95 % interval of the mean, over |mean|
  std::string mean_of;                ///< column of the table that has a row per trial
  std::string against;                ///< label of a scheme; empty: the mean itself counts

  void fields(Fields& fields, const Names& columns);
  bool operator==(const Until&) const = default;
};

struct Trials {
  std::uint32_t most = 20;     ///< exactly as many, where there is no `until`
  std::uint32_t least = 30;    ///< with `until`
  std::optional<Until> until;  ///< stop as soon as this holds for all points of a combination

  /// The number alone, or {"until": {...}, "at_least": n, "at_most": n}. `units` is the table that
  /// has a row per trial, `usual` the column that its means are mostly about.
  void fields(Fields& fields, const TableSpec& units, std::string_view usual);
  /// Their number, for what compares the same trials again and again. Errors: ConfigError if it
  /// follows from their values.
  std::uint32_t fixed() const;
};

/// Why a run with the first rule may have trials that one with the second lacks; "" if it cannot.
std::string surplus(const Trials& before, const Trials& now);

}  // namespace laggard::config
