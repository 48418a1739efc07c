#include "faults/distributions.hpp"

#include <cmath>
#include <limits>

namespace laggard::faults {
namespace {

// uniform01_open_low is never below 2^-53, so -log of it stays below 37 and standard_normal within
// 8.6. With these shapes nothing overflows: 1e9 * 2^(53 / 0.1) and 1e9 * exp(8.6 * 50) are finite.
constexpr Range kParetoShape{0.1, 1e6, false};
constexpr Range kWeibullShape{0.05, 1e6, false};
constexpr Range kLogDeviation{0.0, 50.0, false};

}  // namespace

void ShiftedExponential::Config::fields(Fields& fields) {
  fields.number({"shift", "shortest delay, seconds"}, shift, kDuration);
  fields.number({"mean", "mean of the exponential part, seconds"}, mean, kPositiveDuration);
}

Seconds ShiftedExponential::operator()(Stream& stream) const {
  return config_.shift - config_.mean * std::log(uniform01_open_low(stream));
}

Seconds ShiftedExponential::mean() const {
  return config_.shift + config_.mean;
}

void Pareto::Config::fields(Fields& fields) {
  fields.number({"scale", "shortest delay, seconds"}, scale, kPositiveDuration);
  fields.number({"shape", "tail index; up to 1 the mean is infinite"}, shape, kParetoShape);
}

Seconds Pareto::operator()(Stream& stream) const {
  return config_.scale * std::pow(uniform01_open_low(stream), -1.0 / config_.shape);
}

Seconds Pareto::mean() const {
  if (config_.shape <= 1.0) return std::numeric_limits<Seconds>::infinity();
  return config_.scale * config_.shape / (config_.shape - 1.0);
}

void Weibull::Config::fields(Fields& fields) {
  fields.number({"scale", "63 % of the delays lie below this, seconds"}, scale, kPositiveDuration);
  fields.number({"shape", "1 gives the exponential law; smaller values give heavier tails"}, shape,
                kWeibullShape);
}

Seconds Weibull::operator()(Stream& stream) const {
  return config_.scale * std::pow(-std::log(uniform01_open_low(stream)), 1.0 / config_.shape);
}

Seconds Weibull::mean() const {
  return config_.scale * std::tgamma(1.0 + 1.0 / config_.shape);
}

void Lognormal::Config::fields(Fields& fields) {
  fields.number({"median", "median delay, seconds"}, median, kPositiveDuration);
  fields.number({"sigma", "standard deviation of the logarithm"}, sigma, kLogDeviation);
}

Seconds Lognormal::operator()(Stream& stream) const {
  return config_.median * std::exp(config_.sigma * standard_normal(stream));
}

Seconds Lognormal::mean() const {
  return config_.median * std::exp(0.5 * config_.sigma * config_.sigma);
}

void Bimodal::Config::fields(Fields& fields) {
  fields.number({"fast", "usual delay, seconds"}, fast, kDuration);
  fields.number({"slow", "delay of a slow answer, seconds"}, slow, kDuration);
  fields.number({"probability", "probability of a slow answer"}, probability, kProbability);
}

Seconds Bimodal::operator()(Stream& stream) const {
  return uniform01(stream) < config_.probability ? config_.slow : config_.fast;
}

Seconds Bimodal::mean() const {
  return config_.fast + config_.probability * (config_.slow - config_.fast);
}

}  // namespace laggard::faults
