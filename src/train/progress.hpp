// What a training shows on stderr.
#pragma once

#include <cstdint>
#include <string>

#include "core/progress.hpp"
#include "train/checkpoint.hpp"

namespace laggard::train {

/// A bar over the rows of an epoch on a terminal, and one line per epoch that stays.
class Progress {
 public:
  /// `finished` of `epochs` epochs were done by an earlier process; `score` is what the accuracy is
  /// called.
  Progress(ProgressStyle style, std::uint32_t finished, std::uint32_t epochs, std::string score)
      : display_(style), before_(finished), epochs_(epochs), score_(std::move(score)) {}

  /// After `done` of `total` rows of an epoch, with the averages so far.
  void rows_done(std::uint32_t epoch, std::uint32_t done, std::uint32_t total, double loss,
                 double accuracy);
  void epoch_done(const CurveRow& row);

 private:
  std::string time_left(double epochs_done) const;

  ProgressDisplay display_;
  std::uint32_t before_, epochs_;
  std::string score_;
};

}  // namespace laggard::train
