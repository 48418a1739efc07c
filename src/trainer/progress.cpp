#include "trainer/progress.hpp"

#include <fmt/format.h>

#include <cmath>

namespace laggard::trainer {
namespace {

/// What diverges is "nan"; the sign of a NaN means nothing.
std::string text_of(double loss) {
  return fmt::format("{:.4f}", std::isnan(loss) ? std::fabs(loss) : loss);
}

}  // namespace

std::string Progress::time_left(double epochs_done) const {
  return laggard::time_left(display_.elapsed() - begun_s_, epochs_done - before_,
                            epochs_ - before_);
}

void Progress::begin(std::uint32_t finished) {
  before_ = finished;
  begun_s_ = display_.elapsed();
}

void Progress::passed(const std::string& what, std::uint32_t done, std::uint32_t total) {
  if (!display_.due()) return;
  display_.update(static_cast<double>(done) / total,
                  fmt::format("{}, row {} of {}", what, done, total));
}

void Progress::rows_done(std::uint32_t epoch, std::uint32_t done, std::uint32_t total, double loss,
                         double accuracy) {
  if (!display_.due()) return;
  const double share = static_cast<double>(done) / total;
  display_.update(share,
                  fmt::format("epoch {}/{}, loss {}, {} {:.2f} %{}", epoch, epochs_, text_of(loss),
                              score_, 100 * accuracy, time_left(epoch - 1 + share)));
}

void Progress::epoch_done(const CurveRow& row) {
  std::string validation;
  if (!std::isnan(row.validation_loss))
    validation = fmt::format(", validation loss {}, {} {:.2f} %", text_of(row.validation_loss),
                             score_, 100 * row.validation_accuracy);
  display_.line(fmt::format("epoch {}/{}, loss {}, {} {:.2f} %{}, {}{}", row.epoch, epochs_,
                            text_of(row.train_loss), score_, 100 * row.train_accuracy, validation,
                            format_duration(row.seconds), time_left(row.epoch)));
}

}  // namespace laggard::trainer
