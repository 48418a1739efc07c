#include "fit/fit_file.hpp"

#include <algorithm>
#include <cmath>

namespace laggard::fit {
namespace {

constexpr std::string_view kSeconds = "s";

/// 200 times from just below the least to beyond the largest, equally far apart in their logarithms
/// where all are positive.
std::vector<double> grid_of(const Sample& sample) {
  constexpr int kTimes = 200;
  double high = sample.answered.back();
  if (!sample.censored.empty()) high = std::max(high, sample.censored.back());
  high *= 1.5;
  const double low = 0.9 * sample.answered.front();
  std::vector<double> times;
  for (int i = 0; i < kTimes; ++i) {
    const double share = static_cast<double>(i) / (kTimes - 1);
    times.push_back(low > 0.0 ? low * std::pow(high / low, share) : low + (high - low) * share);
  }
  return times;
}

}  // namespace

std::vector<Column> FitRow::columns() {
  using R = FitRow;
  return {column<R>("fit", &R::fit, "number of the fit, from 0"),
          column<R>("kind", &R::kind, "kind of the delay"),
          column<R>("parameters", &R::parameters, "JSON object for /delay of a configuration"),
          column<R>("log_likelihood", &R::log_likelihood, "NaN for kinds without a density"),
          column<R>("aic", &R::aic, "Akaike's criterion, 2 p - 2 log L"),
          column<R>("distance", &R::distance, "largest, of the distribution functions")};
}

std::vector<Column> MeasuredRow::columns() {
  using R = MeasuredRow;
  return {column<R>("seconds", &R::seconds, "measured time", kSeconds),
          column<R>("above", &R::above, "product-limit estimate of the share of longer times")};
}

std::vector<Column> TailRow::columns() {
  using R = TailRow;
  return {column<R>("fit", &R::fit, "number of the fit, see /fits"),
          column<R>("seconds", &R::seconds, "time", kSeconds),
          column<R>("above", &R::above, "share of longer times by the fit")};
}

std::string write_fits(const std::filesystem::path& path, const Measured& measured,
                       const std::vector<DelayFit>& fits, const std::string& source,
                       hdf5::Existing existing) {
  std::vector<MeasuredRow> steps;
  for (const Step& step : product_limit(measured.sample))
    steps.push_back({step.seconds, 1.0 - step.upto});
  const std::vector<double> grid = grid_of(measured.sample);
  std::vector<FitRow> rows;
  std::vector<TailRow> tails;
  for (const DelayFit& fit : fits) {
    const auto number = static_cast<std::uint32_t>(rows.size());
    rows.push_back({number, fit.kind, fit.json(), fit.log_likelihood, fit.aic(), fit.distance});
    for (const double time : grid) tails.push_back({number, time, 1.0 - fit.cdf(time)});
  }
  return hdf5::replace_file(
      path,
      [&](hdf5::File& file) {
        file.write_attribute("format", "laggard-fit");
        file.write_attribute("source", source);
        hdf5::write_rows(file, rows);
        hdf5::write_rows(file, steps);
        hdf5::write_rows(file, tails);
      },
      existing);
}

}  // namespace laggard::fit
