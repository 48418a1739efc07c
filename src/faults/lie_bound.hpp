// How large a lie may be.
#pragma once

#include <string>

#include "core/fields.hpp"
#include "core/types.hpp"

namespace laggard::faults {

/// M: a number, or the largest size of an honest answer of the round.
class LieBound {
 public:
  void fields(Fields& fields);

  /// In a round with these answers; those that are not finite do not count.
  double of(const Matrix& answers) const;

 private:
  NumberOrRule bound_{0.0, "auto"};
};

/// Why so many of so many workers cannot lie; empty if one is honest.
std::string nobody_honest(std::size_t liars, std::size_t answers);

}  // namespace laggard::faults
