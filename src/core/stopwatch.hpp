// Wall time.
#pragma once

#include <chrono>

#include "core/types.hpp"

namespace laggard {

class Stopwatch {
 public:
  Seconds elapsed() const {
    return std::chrono::duration<Seconds>(std::chrono::steady_clock::now() - start_).count();
  }
  void restart() { start_ = std::chrono::steady_clock::now(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace laggard
