#include "fit/two_level.hpp"

#include <algorithm>
#include <cmath>

#include "fit/likelihood.hpp"

namespace laggard::fit {
namespace {

using faults::Measurement;

struct Sizes {
  std::size_t workers = 0, rounds = 0;
};

Sizes sizes_of(const std::vector<Measurement>& rows) {
  Sizes sizes;
  for (const Measurement& row : rows) {
    sizes.workers = std::max(sizes.workers, std::size_t{row.worker} + 1);
    sizes.rounds = std::max(sizes.rounds, std::size_t{row.round} + 1);
  }
  return sizes;
}

/// A censored time of 0 tells nothing.
bool tells(const Measurement& row) {
  return row.answered || row.seconds > 0.0;
}

class Effects {
 public:
  explicit Effects(const std::vector<Measurement>& rows) : sizes_(sizes_of(rows)) {
    for (const Measurement& row : rows)
      if (tells(row)) rows_.push_back(row);
    for (const Measurement& row : rows_) values_.push_back(std::log(row.seconds));
    spread_.resize(rows_.size());
    worker_.resize(sizes_.workers);
    round_.resize(sizes_.rounds);
  }

  TwoLevel fit() {
    constexpr int kMostTurns = 10'000;
    for (int turn = 0; turn < kMostTurns; ++turn) {
      const double before = mu_ + sigma_;
      impute();
      update_means();
      update_sigma();
      if (std::abs(mu_ + sigma_ - before) < 1e-12 * (1.0 + std::abs(mu_)) && turn > 20) break;
    }
    return result();
  }

 private:
  double mean_of(const Measurement& row) const {
    return mu_ + worker_[row.worker] + round_[row.round];
  }

  void impute() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i].answered || sigma_ == 0.0) continue;
      const double mean = mean_of(rows_[i]);
      const double a = (std::log(rows_[i].seconds) - mean) / sigma_, mills = inverse_mills(a);
      values_[i] = mean + sigma_ * mills;
      spread_[i] = sigma_ * sigma_ * std::max(0.0, 1.0 - mills * (mills - a));
    }
  }

  /// Moves the mean residual of each level to its effect, and the mean effect to mu.
  template <class Level>
  void update(std::vector<double>& effects, Level level) {
    std::vector<double> sum(effects.size()), count(effects.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      sum[level(rows_[i])] += values_[i] - mean_of(rows_[i]);
      ++count[level(rows_[i])];
    }
    double mean = 0.0;
    for (std::size_t i = 0; i < effects.size(); ++i) {
      effects[i] += sum[i] / count[i];
      mean += effects[i] / static_cast<double>(effects.size());
    }
    for (double& effect : effects) effect -= mean;
    mu_ += mean;
  }

  void update_means() {
    update(worker_, [](const Measurement& row) { return row.worker; });
    update(round_, [](const Measurement& row) { return row.round; });
  }

  void update_sigma() {
    double squares = 0.0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const double residual = values_[i] - mean_of(rows_[i]);
      squares += residual * residual + spread_[i];
    }
    const double free =
        static_cast<double>(rows_.size() + 1) - static_cast<double>(sizes_.workers + sizes_.rounds);
    sigma_ = std::sqrt(squares / std::max(1.0, free));
  }

  /// The variance of estimated effects, less that of their errors.
  double deviation(const std::vector<double>& effects, double others) const {
    double squares = 0.0;
    for (const double effect : effects) squares += effect * effect;
    const double variance = squares / (static_cast<double>(effects.size()) - 1.0);
    return std::sqrt(std::max(0.0, variance - sigma_ * sigma_ / others));
  }

  TwoLevel result() const {
    TwoLevel model;
    model.median = std::exp(mu_);
    for (const double effect : worker_) model.workers.push_back(std::exp(effect));
    for (const double effect : round_) model.rounds.push_back(std::exp(effect));
    const auto workers = static_cast<double>(sizes_.workers);
    const auto rounds = static_cast<double>(sizes_.rounds);
    model.worker_sigma = deviation(worker_, rounds);
    model.round_sigma = deviation(round_, workers);
    model.sigma = sigma_;
    model.standard_error = sigma_ / std::sqrt(rounds);
    constexpr double kHalfLog2Pi = 0.91893853320467274178;
    for (const Measurement& row : rows_) {
      const double z = (std::log(row.seconds) - mean_of(row)) / sigma_;
      model.log_likelihood += row.answered
                                  ? -0.5 * z * z - std::log(sigma_ * row.seconds) - kHalfLog2Pi
                                  : log_normal_above(z);
    }
    return model;
  }

  Sizes sizes_;
  std::vector<Measurement> rows_;
  std::vector<double> values_;  // logarithms, known or expected
  std::vector<double> spread_;  // variance of expected ones
  std::vector<double> worker_, round_;
  double mu_ = 0.0, sigma_ = 0.0;
};

}  // namespace

double TwoLevel::aic() const {
  return 2.0 * static_cast<double>(workers.size() + rounds.size()) - 2.0 * log_likelihood;
}

bool has_two_levels(const std::vector<Measurement>& rows) {
  const Sizes sizes = sizes_of(rows);
  // More rows than levels, so that nothing is allocated by a single wrong index.
  if (sizes.workers < 2 || sizes.rounds < 2 || sizes.workers + sizes.rounds >= rows.size())
    return false;
  std::vector<char> worker(sizes.workers), round(sizes.rounds);
  for (const Measurement& row : rows) {
    if (!row.answered) continue;
    if (row.seconds <= 0.0) return false;
    worker[row.worker] = round[row.round] = 1;
  }
  return std::count(worker.begin(), worker.end(), 0) == 0 &&
         std::count(round.begin(), round.end(), 0) == 0;
}

TwoLevel fit_two_levels(const std::vector<Measurement>& rows) {
  return Effects(rows).fit();
}

std::vector<Measurement> without_workers(std::vector<Measurement> rows, const TwoLevel& model) {
  for (Measurement& row : rows) row.seconds /= model.workers[row.worker];
  return rows;
}

}  // namespace laggard::fit
