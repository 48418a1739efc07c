#include "fit/two_level.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "fit/likelihood.hpp"

namespace laggard::fit {
namespace {

using faults::Measurement;

using Number = std::uint32_t Measurement::*;

/// Different numbers, ascending.
std::vector<std::uint32_t> numbers_of(const std::vector<Measurement>& rows, Number number) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(rows.size());
  for (const Measurement& row : rows) numbers.push_back(row.*number);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

/// The place of a number that is among them.
std::size_t place_of(std::uint32_t number, const std::vector<std::uint32_t>& numbers) {
  return static_cast<std::size_t>(std::lower_bound(numbers.begin(), numbers.end(), number) -
                                  numbers.begin());
}

/// A censored time of 0 tells nothing.
bool tells(const Measurement& row) {
  return row.answered || row.seconds > 0.0;
}

double root_mean_square(const std::vector<double>& values) {
  double squares = 0.0;
  for (const double value : values) squares += value * value;
  return std::sqrt(squares / static_cast<double>(values.size()));
}

class Effects {
 public:
  explicit Effects(const std::vector<Measurement>& rows)
      : workers_(numbers_of(rows, &Measurement::worker)),
        rounds_(numbers_of(rows, &Measurement::round)),
        worker_(workers_.size()),
        round_(rounds_.size()) {
    for (const Measurement& row : rows) {
      if (!tells(row)) continue;
      rows_.push_back(row);
      rows_.back().worker = static_cast<std::uint32_t>(place_of(row.worker, workers_));
      rows_.back().round = static_cast<std::uint32_t>(place_of(row.round, rounds_));
      values_.push_back(std::log(row.seconds));
    }
    spread_.resize(rows_.size());
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
        static_cast<double>(rows_.size() + 1) - static_cast<double>(worker_.size() + round_.size());
    sigma_ = std::sqrt(squares / std::max(1.0, free));
  }

  /// Of each effect: sigma / sqrt(answers).
  template <class Level>
  std::vector<double> errors(std::size_t count, Level level) const {
    std::vector<double> answers(count);
    for (const Measurement& row : rows_)
      if (row.answered) ++answers[level(row)];
    for (double& error : answers) error = sigma_ / std::sqrt(error);
    return answers;
  }

  /// The variance of estimated effects, less that of their errors.
  static double deviation(const std::vector<double>& effects, double error) {
    double squares = 0.0;
    for (const double effect : effects) squares += effect * effect;
    const double variance = squares / (static_cast<double>(effects.size()) - 1.0);
    return std::sqrt(std::max(0.0, variance - error * error));
  }

  TwoLevel result() const {
    TwoLevel model;
    model.median = std::exp(mu_);
    for (const double effect : worker_) model.workers.push_back(std::exp(effect));
    for (const double effect : round_) model.rounds.push_back(std::exp(effect));
    model.worker_numbers = workers_;
    model.round_numbers = rounds_;
    model.sigma = sigma_;
    model.standard_errors =
        errors(worker_.size(), [](const Measurement& row) { return row.worker; });
    model.standard_error = root_mean_square(model.standard_errors);
    model.worker_sigma = deviation(worker_, model.standard_error);
    model.round_error =
        root_mean_square(errors(round_.size(), [](const Measurement& row) { return row.round; }));
    model.round_sigma = deviation(round_, model.round_error);
    for (const Measurement& row : rows_) {
      const double z = (std::log(row.seconds) - mean_of(row)) / sigma_;
      model.log_likelihood += row.answered
                                  ? -0.5 * z * z - std::log(sigma_ * row.seconds) - kHalfLog2Pi
                                  : log_normal_above(z);
    }
    return model;
  }

  std::vector<std::uint32_t> workers_, rounds_;  // that there are
  std::vector<Measurement> rows_;  // of which worker and round are the places among those
  std::vector<double> values_;     // logarithms, known or expected
  std::vector<double> spread_;     // variance of expected ones
  std::vector<double> worker_, round_;
  double mu_ = 0.0, sigma_ = 0.0;
};

}  // namespace

double TwoLevel::aic() const {
  return 2.0 * static_cast<double>(workers.size() + rounds.size()) - 2.0 * log_likelihood;
}

double TwoLevel::worker_factor(const Measurement& row) const {
  return workers[place_of(row.worker, worker_numbers)];
}

double TwoLevel::round_factor(const Measurement& row) const {
  return rounds[place_of(row.round, round_numbers)];
}

namespace {

/// Whether one gets from each worker to each other one through rounds in which both answered.
bool share_rounds(const std::vector<Measurement>& rows, const std::vector<std::uint32_t>& workers,
                  const std::vector<std::uint32_t>& rounds) {
  std::vector<std::size_t> up(workers.size() + rounds.size());  // a forest
  std::iota(up.begin(), up.end(), std::size_t{0});
  const auto root_of = [&](std::size_t node) {
    while (up[node] != node) node = up[node] = up[up[node]];
    return node;
  };
  for (const Measurement& row : rows)
    if (row.answered)
      up[root_of(place_of(row.worker, workers))] =
          root_of(workers.size() + place_of(row.round, rounds));
  for (std::size_t worker = 1; worker < workers.size(); ++worker)
    if (root_of(worker) != root_of(0)) return false;
  return true;
}

}  // namespace

std::string why_no_levels(const std::vector<Measurement>& rows) {
  const auto workers = numbers_of(rows, &Measurement::worker);
  const auto rounds = numbers_of(rows, &Measurement::round);
  if (workers.size() < 2) return "all times are of one worker";
  if (rounds.size() < 2) return "all times are of one round";
  if (workers.size() + rounds.size() >= rows.size())
    return fmt::format("{} times are too few for {} workers and {} rounds", rows.size(),
                       workers.size(), rounds.size());
  std::vector<char> of_worker(workers.size()), of_round(rounds.size());
  for (const Measurement& row : rows) {
    if (!row.answered) continue;
    if (row.seconds <= 0.0)
      return fmt::format("a time of worker {}, round {}, is 0", row.worker, row.round);
    of_worker[place_of(row.worker, workers)] = of_round[place_of(row.round, rounds)] = 1;
  }
  const auto silent = [](const std::vector<char>& answered) {
    return static_cast<std::size_t>(std::find(answered.begin(), answered.end(), 0) -
                                    answered.begin());
  };
  if (const std::size_t place = silent(of_worker); place < workers.size())
    return fmt::format("worker {} has no answer", workers[place]);
  if (const std::size_t place = silent(of_round); place < rounds.size())
    return fmt::format("round {} has no answer", rounds[place]);
  if (!share_rounds(rows, workers, rounds))
    return "some workers share no round with others, so that slow workers and slow rounds look "
           "alike";
  return "";
}

TwoLevel fit_two_levels(const std::vector<Measurement>& rows) {
  return Effects(rows).fit();
}

std::vector<Measurement> without_factors(std::vector<Measurement> rows, const TwoLevel& model,
                                         bool of_workers, bool of_rounds) {
  double left = 1.0;
  if (of_workers) left *= 1.0 - 1.0 / static_cast<double>(model.rounds.size());
  if (of_rounds) left *= 1.0 - 1.0 / static_cast<double>(model.workers.size());
  for (Measurement& row : rows) {
    if (of_workers) row.seconds /= model.worker_factor(row);
    if (of_rounds) row.seconds /= model.round_factor(row);
    row.seconds = model.median * std::pow(row.seconds / model.median, 1.0 / std::sqrt(left));
  }
  return rows;
}

}  // namespace laggard::fit
