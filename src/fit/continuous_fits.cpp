#include "fit/continuous_fits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "fit/likelihood.hpp"

namespace laggard::fit {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

double count_of(const std::vector<double>& values) {
  return static_cast<double>(values.size());
}

/// Sum of f over all times, or over the answers.
template <class F>
double sum_all(const Sample& sample, const F& f) {
  double sum = 0.0;
  for (const double x : sample.answered) sum += f(x);
  for (const double x : sample.censored) sum += f(x);
  return sum;
}

template <class F>
double mean_answered(const Sample& sample, const F& f) {
  double sum = 0.0;
  for (const double x : sample.answered) sum += f(x);
  return sum / count_of(sample.answered);
}

DelayFit finish(DelayFit fit, const Sample& sample, const Law& law) {
  fit.log_likelihood = log_likelihood(sample, law);
  fit.cdf = [above = law.log_above](double x) { return -std::expm1(above(x)); };
  return fit;
}

Law weibull_law(double scale, double shape) {
  return {[=](double x) {
            return std::log(shape / scale) + (shape - 1.0) * std::log(x / scale) -
                   std::pow(x / scale, shape);
          },
          [=](double x) { return x > 0.0 ? -std::pow(x / scale, shape) : 0.0; }};
}

Law lognormal_law(double mu, double sigma) {
  return {[=](double x) {
            const double z = (std::log(x) - mu) / sigma;
            return -0.5 * z * z - std::log(sigma * x) - kHalfLog2Pi;
          },
          [=](double x) { return x > 0.0 ? log_normal_above((std::log(x) - mu) / sigma) : 0.0; }};
}

/// Mean and standard deviation of the logarithms.
struct Moments {
  double mu, sigma;
};

Moments normal_moments(const Sample& sample) {
  const double n = static_cast<double>(sample.size());
  Moments m{};
  m.mu = mean_answered(sample, [](double x) { return std::log(x); });
  m.sigma =
      std::sqrt(mean_answered(sample, [&](double x) { return std::pow(std::log(x) - m.mu, 2.0); }));
  const double sum = m.mu * count_of(sample.answered);
  const double squares = (m.sigma * m.sigma + m.mu * m.mu) * count_of(sample.answered);
  constexpr int kMostTurns = 10'000;
  for (int turn = 0; turn < kMostTurns && !sample.censored.empty(); ++turn) {
    double first = sum, second = squares;
    for (const double censored : sample.censored) {
      if (censored <= 0.0) {  // nothing is known of it
        first += m.mu;
        second += m.mu * m.mu + m.sigma * m.sigma;
        continue;
      }
      const double a = (std::log(censored) - m.mu) / m.sigma, mills = inverse_mills(a);
      first += m.mu + m.sigma * mills;
      second += m.mu * m.mu + 2.0 * m.mu * m.sigma * mills + m.sigma * m.sigma * (1.0 + a * mills);
    }
    const Moments next{first / n, std::sqrt(second / n - first / n * (first / n))};
    const double moved = std::abs(next.mu - m.mu) + std::abs(next.sigma - m.sigma);
    m = next;
    if (moved < 1e-11 * (std::abs(m.mu) + m.sigma)) break;
  }
  return m;
}

}  // namespace

std::optional<DelayFit> fit_shifted_exponential(const Measured& measured) {
  const Sample& sample = measured.sample;
  const double shift = sample.answered.front(), answers = count_of(sample.answered);
  const auto beyond = [&](double x) { return std::max(0.0, x - shift); };
  const double mean = sum_all(sample, beyond) / answers;
  const Law law{
      [=](double x) { return x >= shift ? -std::log(mean) - (x - shift) / mean : kNever; },
      [=](double x) { return x > shift ? -(x - shift) / mean : 0.0; }};
  DelayFit fit{"shifted_exponential",
               {{"shift", shift, mean / static_cast<double>(sample.size())},
                {"mean", mean, mean / std::sqrt(answers)}}};
  return finish(std::move(fit), sample, law);
}

std::optional<DelayFit> fit_pareto(const Measured& measured) {
  const Sample& sample = measured.sample;
  const double scale = sample.answered.front(), answers = count_of(sample.answered);
  if (scale <= 0.0) return std::nullopt;
  const double shape =
      answers / sum_all(sample, [&](double x) { return x > scale ? std::log(x / scale) : 0.0; });
  const Law law{[=](double x) {
                  return x >= scale ? std::log(shape / scale) - (shape + 1.0) * std::log(x / scale)
                                    : kNever;
                },
                [=](double x) { return x > scale ? -shape * std::log(x / scale) : 0.0; }};
  DelayFit fit{"pareto",
               {{"scale", scale, scale / (static_cast<double>(sample.size()) * shape)},
                {"shape", shape, shape / std::sqrt(answers)}}};
  return finish(std::move(fit), sample, law);
}

std::optional<DelayFit> fit_weibull(const Measured& measured) {
  const Sample& sample = measured.sample;
  if (sample.answered.front() <= 0.0) return std::nullopt;
  double largest = sample.answered.back();
  if (!sample.censored.empty()) largest = std::max(largest, sample.censored.back());
  const double mean_log = mean_answered(sample, [&](double x) { return std::log(x / largest); });
  const auto powers = [&](double shape) {
    return sum_all(sample, [&](double x) { return std::pow(x / largest, shape); });
  };
  const auto excess = [&](double shape) {
    const double weighted = sum_all(sample, [&](double x) {
      return x > 0.0 ? std::pow(x / largest, shape) * std::log(x / largest) : 0.0;
    });
    return weighted / powers(shape) - 1.0 / shape - mean_log;  // grows with the shape
  };
  double low = 1e-3, high = 1e5;
  for (int i = 0; i < 200 && high / low > 1.0 + 1e-15; ++i) {
    const double middle = std::sqrt(low * high);
    (excess(middle) < 0.0 ? low : high) = middle;
  }
  const double shape = std::sqrt(low * high);
  const double scale = largest * std::pow(powers(shape) / count_of(sample.answered), 1.0 / shape);
  const auto errors = standard_errors(
      [&](double log_scale, double log_shape) {
        return log_likelihood(sample, weibull_law(std::exp(log_scale), std::exp(log_shape)));
      },
      std::log(scale), std::log(shape));
  DelayFit fit{"weibull",
               {{"scale", scale, scale * errors[0]}, {"shape", shape, shape * errors[1]}}};
  return finish(std::move(fit), sample, weibull_law(scale, shape));
}

std::optional<DelayFit> fit_lognormal(const Measured& measured) {
  const Sample& sample = measured.sample;
  if (sample.answered.front() <= 0.0) return std::nullopt;
  const auto [mu, sigma] = normal_moments(sample);
  const auto errors = standard_errors(
      [&](double m, double log_sigma) {
        return log_likelihood(sample, lognormal_law(m, std::exp(log_sigma)));
      },
      mu, std::log(sigma));
  DelayFit fit{
      "lognormal",
      {{"median", std::exp(mu), std::exp(mu) * errors[0]}, {"sigma", sigma, sigma * errors[1]}}};
  return finish(std::move(fit), sample, lognormal_law(mu, sigma));
}

}  // namespace laggard::fit
