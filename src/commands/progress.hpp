// How far a long job is, on stderr.
#pragma once

#include <cstdint>
#include <string>

#include "core/stopwatch.hpp"

namespace laggard::commands {

/// A bar with rate and time left on a terminal, a plain line now and then elsewhere.
class Progress {
 public:
  enum class Style { kBar, kLines, kNone };

  /// The style that fits stderr; kNone if `quiet`.
  static Style style_for(bool quiet);

  Progress(std::uint64_t total, std::string unit, Style style);
  /// Ends the bar's line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Finished before this run: counts as done but not for the rate.
  void skip() {
    ++done_;
    ++skipped_;
  }
  void advance();

 private:
  void show();

  std::uint64_t total_;
  std::string unit_;
  Style style_;
  std::uint64_t done_ = 0;
  std::uint64_t skipped_ = 0;
  bool shown_ = false;
  Stopwatch since_start_;
  Seconds next_s_;
};

/// "1 h 02 min", "3 min 20 s", "12.3 s"
std::string format_duration(Seconds duration);

}  // namespace laggard::commands
