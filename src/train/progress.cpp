#include "train/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>

namespace laggard::train {
namespace {

constexpr std::uint32_t kBarWidth = 24;
constexpr std::chrono::milliseconds kBetweenDraws{100};

}  // namespace

ProgressStyle style_for(std::FILE* stream) {
  return isatty(fileno(stream)) != 0 ? ProgressStyle::kBar : ProgressStyle::kLines;
}

Progress::Progress(ProgressStyle style, std::FILE* stream, std::uint32_t finished,
                   std::uint32_t epochs)
    : style_(style), stream_(stream), before_(finished), epochs_(epochs) {}

Progress::~Progress() {
  if (on_bar_) std::fputc('\n', stream_);
}

std::string Progress::time_left(double epochs_done) const {
  const double here = epochs_done - before_;
  if (here <= 0) return "";
  const double elapsed_s = std::chrono::duration<double>(Clock::now() - start_).count();
  const auto left_s = static_cast<long>(std::lround(elapsed_s / here * (epochs_ - epochs_done)));
  return fmt::format("{}:{:02} left", left_s / 60, left_s % 60);
}

void Progress::clear_bar() {
  if (on_bar_) fmt::print(stream_, "\r\x1b[K");
  on_bar_ = false;
}

void Progress::rows_done(std::uint32_t epoch, std::uint32_t done, std::uint32_t total, double loss,
                         double accuracy) {
  const auto now = Clock::now();
  if (style_ != ProgressStyle::kBar || now - drawn_ < kBetweenDraws) return;
  drawn_ = now;
  const double share = static_cast<double>(done) / total;
  const auto filled = static_cast<std::uint32_t>(share * kBarWidth);
  clear_bar();
  fmt::print(stream_, "epoch {}/{} [{}{}] loss {:.4f}  accuracy {:.2f} %  {}", epoch, epochs_,
             std::string(filled, '#'), std::string(kBarWidth - filled, '.'), loss, 100 * accuracy,
             time_left(epoch - 1 + share));
  std::fflush(stream_);
  on_bar_ = true;
}

void Progress::epoch_done(const CurveRow& row) {
  if (style_ == ProgressStyle::kQuiet) return;
  clear_bar();
  std::string validation;
  if (!std::isnan(row.validation_loss))
    validation = fmt::format("  validation loss {:.4f}  accuracy {:.2f} %", row.validation_loss,
                             100 * row.validation_accuracy);
  fmt::print(stream_, "epoch {}/{}  loss {:.4f}  accuracy {:.2f} %{}  {:.1f} s, {}\n", row.epoch,
             epochs_, row.train_loss, 100 * row.train_accuracy, validation, row.seconds,
             time_left(row.epoch));
  std::fflush(stream_);
}

}  // namespace laggard::train
