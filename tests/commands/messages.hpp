// How the program complains.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "process.hpp"

namespace laggard::testing {

/// Exit code, and one line "laggard: <problem> (<why>); <what to do>" on stderr with all of
/// `parts`.
inline void check_refused(const Outcome& outcome, int code, const std::vector<std::string>& parts) {
  CAPTURE(outcome.err);
  CHECK(outcome.signal == 0);
  CHECK(outcome.code == code);
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  CHECK(outcome.err.starts_with("laggard: "));
  const auto why = outcome.err.find(" (");
  const auto remedy = outcome.err.find("); ");
  CHECK(why != std::string::npos);
  CHECK(remedy != std::string::npos);
  CHECK(why < remedy);
  for (const std::string& part : parts) CHECK_THAT(outcome.err, Catch::Contains(part));
}

}  // namespace laggard::testing
