// How far a long job is, on stderr.
#pragma once

#include <string>

#include "core/stopwatch.hpp"

namespace laggard {

enum class ProgressStyle {
  kBar,    ///< one line that is written over and over, for terminals
  kLines,  ///< plain lines, for log files
  kNone
};

/// A bar on a terminal, lines elsewhere; kNone if `quiet`.
ProgressStyle progress_style(bool quiet);

/// Draws a bar or prints lines; what they say comes from whoever does the work.
class ProgressDisplay {
 public:
  explicit ProgressDisplay(ProgressStyle style);
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;
  /// Leaves the cursor on a line of its own, also when an exception ends the work.
  ~ProgressDisplay();

  ProgressStyle style() const { return style_; }
  Seconds elapsed() const { return since_start_.elapsed(); }

  /// Whether it is time to update() again: a bar moves ten times a second, a line comes now and
  /// then. What is drawn more often costs more than it tells.
  bool due() const;
  /// Draws the bar at `share` of 1 with `text` behind it, or prints the text as a line.
  void update(double share, const std::string& text);
  /// A line that stays, in the place of the bar.
  void line(const std::string& text);
  bool bar_is_drawn() const { return on_bar_; }

 private:
  ProgressStyle style_;
  bool on_bar_ = false;
  Stopwatch since_start_;
  Seconds next_s_;
};

/// "1 h 02 min", "3 min 20 s", "12.3 s"
std::string format_duration(Seconds duration);

/// ", 3 min 20 s left" after `done` of `total` in `elapsed`; "" as long as nothing is done.
std::string time_left(Seconds elapsed, double done, double total);

}  // namespace laggard
