#include "experiment/serving/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include "core/csv.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "core/readable.hpp"
#include "core/text.hpp"
#include "experiment/serving/simulation.hpp"
#include "math/nelder_mead.hpp"

namespace laggard::serving {
namespace {

constexpr std::string_view kUnit = "_ms";
constexpr std::string_view kPolicy = "policy";
constexpr const char* kFormat =
    "a table has a header with policy, JSON pointers, and latencies such as median_ms or p999_ms";

std::vector<std::string> cells_of(std::string_view line, char separator) {
  std::vector<std::string_view> cells;
  split(line, separator, cells);
  return {cells.begin(), cells.end()};
}

/// The latency that a column of the file has.
const Column& column_of(const std::string& name, const std::string& where) {
  try {
    if (name.ends_with(kUnit)) return latency_column(name.substr(0, name.size() - kUnit.size()));
  } catch (const ConfigError&) {
  }
  throw DataError(fmt::format("{}: there is no latency {}", where, excerpt(name)), kFormat,
                  "correct the header");
}

Seconds read_milliseconds(const std::string& cell, const std::string& where) {
  if (cell.empty()) return kNaN;
  double value = 0.0;
  if (!convert(cell, value) || !(value > 0.0) || std::isinf(value))
    throw DataError(where, excerpt(cell) + " is not a time above 0 in milliseconds", kFormat);
  return value / 1e3;
}

config::Json read_value(const std::string& cell, const std::string& where) {
  config::Json value = config::parse_or_discard(cell);
  if (value.is_discarded())
    throw DataError(where, excerpt(cell) + " is not a JSON value", "correct the cell");
  return value;
}

/// Errors: ConfigError if it cannot be moved.
double number_at(const config::Json& document, const std::string& pointer,
                 const config::Vocabulary& vocabulary) {
  const config::Json* const value = config::find(document, pointer, "--free");
  if (value == nullptr || !value->is_number() || !(value->get<double>() > 0.0))
    throw ConfigError(fmt::format("there is no number above 0 at {}", excerpt(pointer)),
                      "calibration moves such numbers of the configuration",
                      "write its first guess into the configuration");
  const double number = value->get<double>();
  const auto fits = [&](double factor) {
    config::Json nudged = document;
    config::assign(nudged, pointer, factor * number, "--free");
    try {
      config::expand(nudged, vocabulary);
      return true;
    } catch (const ConfigError&) {
      return false;
    }
  };
  constexpr double kNudge = 1e-6;  // one of the two is in the range, if fractions are
  if (!fits(1.0 - kNudge) && !fits(1.0 + kNudge))
    throw ConfigError(fmt::format("--free cannot move {}", excerpt(pointer)),
                      fmt::format("it is {} and cannot be {}", number, (1.0 - kNudge) * number),
                      "free numbers that may be fractions");
  return number;
}

}  // namespace

LatencyTable read_latency_table(const std::string& path) {
  if (const std::string why = why_unreadable(path); !why.empty())
    throw DataError(fmt::format("cannot read the table '{}'", path), why, "check --table");
  std::ifstream file(path);
  LatencyTable table;
  std::vector<std::string> header;
  std::string line;
  char separator = ',';
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (number == 1) remove_byte_order_mark(line);
    if (trim(line).empty() || line.front() == '#') continue;
    const std::string where = fmt::format("{}:{}", path, number);
    if (header.empty()) separator = separator_of(line);
    const std::vector<std::string> cells = cells_of(line, separator);
    if (header.empty()) {
      header = cells;
      for (const std::string& name : header)
        if (name != kPolicy && !name.starts_with('/'))
          table.columns.push_back(&column_of(name, where));
      continue;
    }
    if (cells.size() != header.size())
      throw DataError(where,
                      fmt::format("{} cells under a header of {}", cells.size(), header.size()),
                      kFormat);
    LatencyTable::Row row;
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (header[i] == kPolicy)
        row.policy = cells[i];
      else if (!header[i].starts_with('/'))
        row.measured.push_back(read_milliseconds(cells[i], where));
      else if (!cells[i].empty())
        row.settings.push_back({header[i], read_value(cells[i], where)});
    }
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty() || table.columns.empty())
    throw DataError(path, "it has no latencies", kFormat);
  return table;
}

Calibration::Calibration(config::Json document, config::Vocabulary vocabulary, LatencyTable table)
    : document_(std::move(document)), vocabulary_(std::move(vocabulary)), table_(std::move(table)) {
  if (document_.contains("sweep"))
    throw ConfigError("/sweep is there", "the rows of the table say what varies",
                      "remove it from the configuration");
}

std::vector<Seconds> Calibration::predict(const LatencyTable::Row& row) const {
  config::Json document = document_;
  for (const LatencyTable::Setting& setting : row.settings)
    config::assign(document, setting.pointer, setting.value, "the table");
  const config::Plan plan = config::expand(document, vocabulary_);
  Simulation simulation(plan.combinations.front());
  for (const LatencyTable::Setting& setting : row.settings)
    if (setting.pointer == kRatePointer) simulation.require_rate("the table sets a rate");
  const auto& policies = simulation.policies();
  const auto found = std::find_if(policies.begin(), policies.end(), [&](const auto& policy) {
    return policy.record.scheme == row.policy;
  });
  if (found == policies.end())
    throw ConfigError(fmt::format("there is no policy {}", excerpt(row.policy)),
                      "a row of the table names it", "add it to /policies, or give it that label");
  if (!found->policy)
    throw ConfigError(fmt::format("the policy {} cannot run", excerpt(row.policy)),
                      found->record.skipped, "change the row of the table");
  std::vector<Seconds> means(table_.columns.size());
  const std::uint32_t trials = simulation.config().trials.fixed();
  for (std::uint32_t trial = 0; trial < trials; ++trial) {
    stop_if_interrupted();
    const LatencyRecord record = simulation.run(trial, *found);
    for (std::size_t i = 0; i < means.size(); ++i)
      means[i] += value_of(record, *table_.columns[i]) / trials;
  }
  return means;
}

double Calibration::error_of(const std::string& policy) const {
  double sum = 0.0;
  std::size_t cells = 0;
  for (const LatencyTable::Row& row : table_.rows) {
    if (row.policy != policy) continue;
    const std::vector<Seconds> predicted = predict(row);
    for (std::size_t i = 0; i < predicted.size(); ++i) {
      if (std::isnan(row.measured[i])) continue;
      sum += std::pow(std::log(predicted[i] / row.measured[i]), 2);
      ++cells;
    }
  }
  return std::sqrt(sum / static_cast<double>(cells));
}

Calibration::Fit Calibration::fit(const std::vector<std::string>& pointers,
                                  const std::string& policy, std::uint32_t evaluations,
                                  const std::function<void(double)>& step) {
  const bool measured =
      std::any_of(table_.rows.begin(), table_.rows.end(), [&](const LatencyTable::Row& row) {
        return row.policy == policy && std::any_of(row.measured.begin(), row.measured.end(),
                                                   [](Seconds time) { return !std::isnan(time); });
      });
  if (!measured)
    throw ConfigError(
        fmt::format("no row of the table has a latency of the policy {}", excerpt(policy)),
        "there is nothing to fit", "give --policy the label of some rows");
  if (std::find(pointers.begin(), pointers.end(), kRatePointer) != pointers.end())
    Simulation(config::expand(document_, vocabulary_).combinations.front())
        .require_rate("--free moves the rate");
  std::vector<double> start;
  for (const std::string& pointer : pointers)
    start.push_back(std::log(number_at(document_, pointer, vocabulary_)));
  const auto set = [&](std::span<const double> logarithms) {
    for (std::size_t i = 0; i < pointers.size(); ++i)
      config::assign(document_, pointers[i], std::exp(logarithms[i]), "--free");
  };
  // A third of each number: the latest queries are not the same ones after a small step, so that
  // percentiles of the tail jump.
  constexpr double kStep = 0.3, kTolerance = 1e-5;
  const config::Json guess = document_;
  bool first = true;
  const Minimum found = nelder_mead(
      [&](std::span<const double> logarithms) {
        set(logarithms);
        double error = std::numeric_limits<double>::infinity();
        try {
          error = error_of(policy);
        } catch (const ConfigError&) {
          if (first) throw;  // else the search has left the range of a number
        }
        first = false;
        step(error);
        return error;
      },
      start, kStep, kTolerance, evaluations);
  if (!std::isfinite(found.value)) {
    document_ = guess;
    throw ConfigError(fmt::format("no numbers were found at which {} is stable", excerpt(policy)),
                      "in some row of the table, its queues grow without bound",
                      "write better first guesses into the configuration");
  }
  set(found.at);
  return {found.value, found.evaluations};
}

}  // namespace laggard::serving
