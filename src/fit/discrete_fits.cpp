#include "fit/discrete_fits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace laggard::fit {
namespace {

/// Answers in two clusters.
struct Clusters {
  double fast = 0.0, slow = 0.0;
  double fast_error = 0.0, slow_error = 0.0;  ///< standard errors of the means
  double fast_count = 0.0, slow_count = 0.0;

  /// Whether a measurement is slow; nothing if that is not known.
  std::optional<bool> is_slow(const faults::Measurement& row) const {
    const bool slow_one = row.seconds > 0.5 * (fast + slow);
    if (!row.answered && !slow_one) return std::nullopt;
    return slow_one;
  }
};

/// Sums over the first i times, less their mean so that squares do not cancel.
struct PartialSums {
  explicit PartialSums(const std::vector<double>& times) {
    for (const double time : times) centre += time / static_cast<double>(times.size());
    for (const double time : times) {
      sum.push_back(sum.back() + (time - centre));
      squares.push_back(squares.back() + (time - centre) * (time - centre));
    }
  }
  double mean(std::size_t first, std::size_t end) const {
    return centre + (sum[end] - sum[first]) / static_cast<double>(end - first);
  }
  double scatter(std::size_t first, std::size_t end) const {
    const double part = sum[end] - sum[first];
    return std::max(0.0,
                    squares[end] - squares[first] - part * part / static_cast<double>(end - first));
  }

  double centre = 0.0;
  std::vector<double> sum{0.0}, squares{0.0};
};

Clusters clusters_of(const std::vector<double>& times) {
  const PartialSums sums(times);
  const std::size_t n = times.size();
  std::size_t best = 1;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t split = 1; split < n; ++split) {
    if (times[split] == times[split - 1]) continue;
    const double scatter = sums.scatter(0, split) + sums.scatter(split, n);
    if (scatter < least) {
      least = scatter;
      best = split;
    }
  }
  const auto error = [&](std::size_t first, std::size_t end) {
    const auto count = static_cast<double>(end - first);
    return count > 1.0 ? std::sqrt(sums.scatter(first, end) / (count * (count - 1.0))) : kNaN;
  };
  // Equal times are met exactly, whatever the rounding of their mean.
  const auto mean = [&](std::size_t first, std::size_t end) {
    return times[first] == times[end - 1] ? times[first] : sums.mean(first, end);
  };
  return {mean(0, best),
          mean(best, n),
          error(0, best),
          error(best, n),
          static_cast<double>(best),
          static_cast<double>(n - best)};
}

Parameter share(const char* name, double part, double whole) {
  const double value = part / whole;
  return {name, value, std::sqrt(value * (1.0 - value) / whole)};
}

Cdf two_values(double fast, double slow, double probability) {
  return [=](double x) { return x < fast ? 0.0 : x < slow ? 1.0 - probability : 1.0; };
}

}  // namespace

std::optional<DelayFit> fit_constant(const Measured& measured) {
  const std::vector<double>& times = measured.sample.answered;
  const double median = 0.5 * (times[(times.size() - 1) / 2] + times[times.size() / 2]);
  DelayFit fit{"constant", {{"seconds", median, kNaN}}};
  fit.cdf = [=](double x) { return x < median ? 0.0 : 1.0; };
  return fit;
}

std::optional<DelayFit> fit_bimodal(const Measured& measured) {
  const Clusters clusters = clusters_of(measured.sample.answered);
  double slow = 0.0, known = 0.0;
  for (const faults::Measurement& row : measured.rows) {
    const auto is_slow = clusters.is_slow(row);
    if (!is_slow) continue;
    ++known;
    slow += *is_slow ? 1.0 : 0.0;
  }
  DelayFit fit{"bimodal",
               {{"fast", clusters.fast, clusters.fast_error},
                {"slow", clusters.slow, clusters.slow_error},
                share("probability", slow, known)}};
  fit.cdf = two_values(clusters.fast, clusters.slow, slow / known);
  return fit;
}

std::optional<DelayFit> fit_markov(const Measured& measured) {
  const Clusters clusters = clusters_of(measured.sample.answered);
  std::array<double, 2> stays{}, leaves{};  // by state, slow is 1
  for (std::size_t i = 1; i < measured.rows.size(); ++i) {
    const faults::Measurement &before = measured.rows[i - 1], &after = measured.rows[i];
    if (before.worker != after.worker || before.round + 1 != after.round) continue;
    const auto from = clusters.is_slow(before), to = clusters.is_slow(after);
    if (!from || !to) continue;
    ++(*from == *to ? stays : leaves)[*from ? 1 : 0];
  }
  if (stays[0] + leaves[0] == 0.0 || stays[1] + leaves[1] == 0.0) return std::nullopt;
  if (leaves[0] + leaves[1] == 0.0) return std::nullopt;
  DelayFit fit{"markov",
               {{"fast", clusters.fast, clusters.fast_error},
                {"slow", clusters.slow, clusters.slow_error},
                share("to_slow", leaves[0], stays[0] + leaves[0]),
                share("to_fast", leaves[1], stays[1] + leaves[1])}};
  const double to_slow = fit.parameters[2].value, to_fast = fit.parameters[3].value;
  fit.cdf = two_values(clusters.fast, clusters.slow, to_slow / (to_slow + to_fast));
  return fit;
}

}  // namespace laggard::fit
