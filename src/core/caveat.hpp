// What users should know before they believe a number.
#pragma once

#include <string>

namespace laggard {

/// In one clause; empty: nothing.
struct Caveat {
  std::string text;
  bool spoils = false;  ///< the numbers mean little
};

}  // namespace laggard
