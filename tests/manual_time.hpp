// A clock that moves only when the code under test waits.
#pragma once

#include <algorithm>

#include "core/time_source.hpp"

namespace laggard::testing {

class ManualTime final : public TimeSource {
 public:
  Seconds now() const override { return now_s_; }
  void sleep_until(Seconds moment) override { now_s_ = std::max(now_s_, moment); }

 private:
  Seconds now_s_ = 0.0;
};

}  // namespace laggard::testing
