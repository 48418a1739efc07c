// The degree of a decoder.
#pragma once

#include "schemes/scheme.hpp"

namespace laggard::schemes {

/// Errors: NeedsData where leaving answers out decides.
inline std::size_t known_degree(const NumberOrRule& degree) {
  if (degree.is("loo"))
    throw NeedsData("degree is 'loo'", "the matrix depends on the data of each trial",
                    "give a number");
  return static_cast<std::size_t>(degree.number);
}

}  // namespace laggard::schemes
