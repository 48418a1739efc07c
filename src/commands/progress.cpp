#include "commands/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace laggard::commands {
namespace {

constexpr Seconds kBarEvery_s = 0.1;
constexpr Seconds kLineEvery_s = 10.0;

}  // namespace

std::string format_duration(Seconds duration) {
  if (duration < 60.0) return fmt::format("{:.1f} s", duration);
  const auto whole = static_cast<std::uint64_t>(std::llround(duration));
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

Progress::Style Progress::style_for(bool quiet) {
  if (quiet) return Style::kNone;
  return isatty(STDERR_FILENO) != 0 ? Style::kBar : Style::kLines;
}

Progress::Progress(std::uint64_t total, std::string unit, Style style)
    : total_(total),
      unit_(std::move(unit)),
      style_(style),
      next_s_(style == Style::kBar ? 0.0 : kLineEvery_s) {}

Progress::~Progress() {
  if (style_ == Style::kBar && shown_) {
    show();
    std::fputc('\n', stderr);
  }
}

void Progress::advance() {
  ++done_;
  if (style_ == Style::kNone) return;
  const Seconds now = since_start_.elapsed();
  if (now < next_s_) return;
  next_s_ = now + (style_ == Style::kBar ? kBarEvery_s : kLineEvery_s);
  show();
}

void Progress::show() {
  shown_ = true;
  const Seconds elapsed = since_start_.elapsed();
  const double rate = static_cast<double>(done_ - skipped_) / std::max(elapsed, 1e-9);
  const double share = total_ == 0 ? 1.0 : static_cast<double>(done_) / static_cast<double>(total_);
  std::string text = fmt::format("{}/{} {}, {:.3g}/s", done_, total_, unit_, rate);
  if (rate > 0.0)
    text += fmt::format(", {} left", format_duration(static_cast<double>(total_ - done_) / rate));
  if (style_ == Style::kBar) {
    constexpr std::size_t kWidth = 30;
    const auto filled = static_cast<std::size_t>(share * kWidth);
    const std::string bar = std::string(filled, '#') + std::string(kWidth - filled, '.');
    fmt::print(stderr, "\r[{}] {}\033[K", bar, text);
    std::fflush(stderr);
  } else {
    fmt::print(stderr, "laggard: {}\n", text);
  }
}

}  // namespace laggard::commands
