// Progress of work that comes in equal pieces.
#pragma once

#include <cstdint>
#include <string>

#include "core/progress.hpp"

namespace laggard::commands {

/// "120/400 trials, 31.2/s, 9.0 s left"
class Progress {
 public:
  Progress(std::uint64_t total, std::string unit, ProgressStyle style)
      : total_(total), unit_(std::move(unit)), display_(style) {}
  /// The bar shows where the work ended.
  ~Progress() {
    if (display_.bar_is_drawn()) show();
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// The total has become known better.
  void expect(std::uint64_t total) { total_ = total; }
  /// Finished before this run: counts as done but not for the rate.
  void skip() {
    ++done_;
    ++skipped_;
  }
  void advance() {
    ++done_;
    if (display_.due()) show();
  }

 private:
  void show();

  std::uint64_t total_;
  std::string unit_;
  std::uint64_t done_ = 0;
  std::uint64_t skipped_ = 0;
  ProgressDisplay display_;
};

}  // namespace laggard::commands
