#include "metrics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/random.hpp"

namespace laggard::metrics {

double student_t95(double degrees) {
  constexpr double kTail = 0.05;
  if (degrees < 1.5) return 1.0 / std::tan(kTail * std::numbers::pi / 2.0);
  if (degrees < 2.5) return std::sqrt(2.0 / (kTail * (2.0 - kTail)) - 2.0);
  const double a = 1.0 / (degrees - 0.5);
  const double b = 48.0 / (a * a);
  double c = ((20700.0 * a / b - 98.0) * a - 16.0) * a + 96.36;
  const double d =
      ((94.5 / (b + c) - 3.0) / b + 1.0) * std::sqrt(a * std::numbers::pi / 2.0) * degrees;
  double y = std::pow(d * kTail, 2.0 / degrees);
  if (y > 0.05 + a) {
    const double x = -1.959963984540054;  // normal quantile of kTail / 2
    y = x * x;
    if (degrees < 5.0) c += 0.3 * (degrees - 4.5) * (x + 0.6);
    c += (((0.05 * d * x - 5.0) * x - 7.0) * x - 2.0) * x + b;
    y = (((((0.4 * y + 6.3) * y + 36.0) * y + 94.5) / c - y - 3.0) / b + 1.0) * x;
    y = std::expm1(a * y * y);
  } else {
    y = ((1.0 / (((degrees + 6.0) / (degrees * y) - 0.089 * d - 0.822) * (degrees + 2.0) * 3.0) +
          0.5 / (degrees + 4.0)) *
             y -
         1.0) *
            (degrees + 1.0) / (degrees + 2.0) +
        1.0 / y;
  }
  return std::sqrt(degrees * y);
}

namespace {

constexpr std::uint32_t kReplicates = 2000;
constexpr std::size_t kMostBatches = 256;

struct Batch {
  double sum = 0.0;
  double count = 0.0;
};

std::vector<Batch> batches_of(std::span<const double> values) {
  std::vector<Batch> batches(std::min(values.size(), kMostBatches));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Batch& batch = batches[i * batches.size() / values.size()];
    batch.sum += values[i];
    batch.count += 1.0;
  }
  return batches;
}

/// Between neighbours where it falls between two values.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

/// Calls `visit` with `size` indices below `size`, drawn with replacement. Where there are 256,
/// each byte of a word is one: the draws would take longer than the sums.
template <class Visit>
void resample(Stream& stream, std::uint32_t size, Visit visit) {
  if (size != kMostBatches) {
    for (std::uint32_t i = 0; i < size; ++i) visit(uniform_index(stream, size));
    return;
  }
  for (std::uint32_t i = 0; i < size; i += 8)
    for (std::uint64_t word = stream(), byte = 0; byte < 8; ++byte, word >>= 8) visit(word & 0xFF);
}

/// Expanded percentile interval of the mean of at least 2 finite values.
void bootstrap(std::span<const double> values, Summary& summary) {
  constexpr std::uint64_t kSeed = 20406300;
  const std::vector<Batch> batches = batches_of(values);
  Stream stream({kSeed, Purpose::kBootstrap, summary.count, 0});
  const auto size = static_cast<std::uint32_t>(batches.size());
  std::vector<double> means(kReplicates);
  for (double& mean : means) {
    Batch drawn;
    resample(stream, size, [&](std::uint64_t index) {
      drawn.sum += batches[index].sum;
      drawn.count += batches[index].count;
    });
    mean = drawn.sum / drawn.count;
  }
  std::sort(means.begin(), means.end());
  const double n = size;
  const double t = student_t95(n - 1.0) * std::sqrt(n / (n - 1.0));
  const double tail = 0.5 * std::erfc(t / std::numbers::sqrt2);
  summary.ci_low = quantile(means, tail);
  summary.ci_high = quantile(means, 1.0 - tail);
}

}  // namespace

Summary summarise(std::span<const double> values) {
  Summary summary;
  summary.count = static_cast<std::uint32_t>(values.size());
  const bool usable =
      std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
  if (values.empty() || !usable) return summary;
  const double n = static_cast<double>(values.size());
  summary.mean = 0.0;
  for (double v : values) summary.mean += v / n;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  summary.median =
      sorted.size() % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
  if (values.size() > 1) bootstrap(values, summary);
  return summary;
}

Rate fit_rate(std::span<const double> x, std::span<const double> y) {
  std::vector<double> lx, ly;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!(x[i] > 0.0 && y[i] > 0.0) || !std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
    lx.push_back(std::log(x[i]));
    ly.push_back(std::log(y[i]));
  }
  Rate rate;
  rate.points = static_cast<std::uint32_t>(lx.size());
  // Equal abscissae have to be compared: their variance need not round to zero.
  if (rate.points < 2 || std::equal(lx.begin() + 1, lx.end(), lx.begin())) return rate;
  const double n = rate.points;
  double mx = 0.0, my = 0.0;
  for (std::size_t i = 0; i < lx.size(); ++i) {
    mx += lx[i] / n;
    my += ly[i] / n;
  }
  double sxx = 0.0, sxy = 0.0, rss = 0.0;
  for (std::size_t i = 0; i < lx.size(); ++i) {
    sxx += (lx[i] - mx) * (lx[i] - mx);
    sxy += (lx[i] - mx) * (ly[i] - my);
  }
  rate.slope = sxy / sxx;
  for (std::size_t i = 0; i < lx.size(); ++i) {
    const double residual = ly[i] - my - rate.slope * (lx[i] - mx);
    rss += residual * residual;
  }
  if (rate.points > 2) rate.standard_error = std::sqrt(rss / (n - 2.0) / sxx);
  return rate;
}

}  // namespace laggard::metrics
