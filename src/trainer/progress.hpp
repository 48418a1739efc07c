// What a training shows on stderr.
#pragma once

#include <cstdint>
#include <string>

#include "core/progress.hpp"
#include "trainer/checkpoint.hpp"

namespace laggard::trainer {

/// A bar over the rows of an epoch on a terminal, and one line per epoch that stays.
class Progress {
 public:
  /// `score` is what the accuracy is called.
  Progress(ProgressStyle style, std::uint32_t epochs, std::string score)
      : display_(style), epochs_(epochs), score_(std::move(score)) {}

  /// The first epoch of this process begins; `finished` were done by an earlier one.
  void begin(std::uint32_t finished);
  /// After `done` of `total` rows, or groups of a code, of an epoch, with the averages so far.
  void rows_done(std::uint32_t epoch, std::uint32_t done, std::uint32_t total, double loss,
                 double accuracy);
  void epoch_done(const CurveRow& row);
  /// After `done` of `total` rows that nothing is learnt from, such as those of a test.
  void passed(const std::string& what, std::uint32_t done, std::uint32_t total);

 private:
  std::string time_left(double epochs_done) const;

  ProgressDisplay display_;
  Seconds begun_s_ = 0;
  std::uint32_t before_ = 0, epochs_;
  std::string score_;
};

}  // namespace laggard::trainer
