#include "commands/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace laggard::commands {

void Progress::show() {
  const Seconds elapsed = display_.elapsed();
  const auto here = static_cast<double>(done_ - skipped_);
  const double share = total_ == 0 ? 1.0 : static_cast<double>(done_) / static_cast<double>(total_);
  display_.update(
      share,
      fmt::format("{}/{} {}, {:.3g}/s{}", done_, total_, unit_, here / std::max(elapsed, 1e-9),
                  time_left(elapsed, here, static_cast<double>(total_ - skipped_))));
}

}  // namespace laggard::commands
