#include "core/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace laggard {
namespace {

constexpr Seconds kBarEvery_s = 0.1;
constexpr Seconds kLineEvery_s = 10.0;
constexpr std::size_t kBarWidth = 30;

}  // namespace

ProgressStyle progress_style(bool quiet) {
  if (quiet) return ProgressStyle::kNone;
  return isatty(STDERR_FILENO) != 0 ? ProgressStyle::kBar : ProgressStyle::kLines;
}

std::string format_duration(Seconds duration) {
  if (duration < 60.0) return fmt::format("{:.1f} s", duration);
  const auto whole = static_cast<std::uint64_t>(std::llround(duration));
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

std::string time_left(Seconds elapsed, double done, double total) {
  if (!(done > 0.0)) return "";
  return fmt::format(", {} left", format_duration(elapsed / done * (total - done)));
}

ProgressDisplay::ProgressDisplay(ProgressStyle style)
    : style_(style), next_s_(style == ProgressStyle::kBar ? 0.0 : kLineEvery_s) {}

ProgressDisplay::~ProgressDisplay() {
  if (on_bar_) std::fputc('\n', stderr);
}

bool ProgressDisplay::due() const {
  return style_ != ProgressStyle::kNone && since_start_.elapsed() >= next_s_;
}

void ProgressDisplay::update(double share, const std::string& text) {
  if (style_ == ProgressStyle::kNone) return;
  const bool bar = style_ == ProgressStyle::kBar;
  next_s_ = since_start_.elapsed() + (bar ? kBarEvery_s : kLineEvery_s);
  if (!bar) return line(text);
  const auto filled = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * kBarWidth);
  fmt::print(stderr, "\r[{}{}] {}\033[K", std::string(filled, '#'),
             std::string(kBarWidth - filled, '.'), text);
  std::fflush(stderr);
  on_bar_ = true;
}

void ProgressDisplay::line(const std::string& text) {
  if (style_ == ProgressStyle::kNone) return;
  fmt::print(stderr, "{}laggard: {}\n", on_bar_ ? "\r\033[K" : "", text);
  on_bar_ = false;
}

}  // namespace laggard
