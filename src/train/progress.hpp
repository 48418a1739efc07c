// What a training shows on stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "train/checkpoint.hpp"

namespace laggard::train {

enum class ProgressStyle {
  kBar,    ///< one line that is written over and over, for terminals
  kLines,  ///< one line per epoch, for log files
  kQuiet
};

/// A bar on a terminal, lines elsewhere.
ProgressStyle style_for(std::FILE* stream);

class Progress {
 public:
  /// `finished` of `epochs` epochs were done by an earlier process.
  Progress(ProgressStyle style, std::FILE* stream, std::uint32_t finished, std::uint32_t epochs);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Leaves the cursor on a line of its own, also when an exception ends the training.
  ~Progress();

  /// After `done` of `total` rows of an epoch, with the averages so far.
  void rows_done(std::uint32_t epoch, std::uint32_t done, std::uint32_t total, double loss,
                 double accuracy);
  void epoch_done(const CurveRow& row);

 private:
  using Clock = std::chrono::steady_clock;

  std::string time_left(double epochs_done) const;
  void clear_bar();

  ProgressStyle style_;
  std::FILE* stream_;
  std::uint32_t before_, epochs_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_{};
  bool on_bar_ = false;
};

}  // namespace laggard::train
