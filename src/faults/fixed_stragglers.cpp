#include "faults/fixed_stragglers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/error.hpp"
#include "faults/nobody.hpp"

namespace laggard::faults {

void ConsecutiveStragglers::Config::fields(Fields& fields) {
  fields.integer({"count", "S, neighbouring workers lost in every trial"}, count);
  fields.text({"start", "where the run of lost workers begins"}, start,
              {"random", "center", "first"});
}

ConsecutiveStragglers::ConsecutiveStragglers(Config config)
    : count_(config.count),
      start_(config.start == "center"  ? Start::kCenter
             : config.start == "first" ? Start::kFirst
                                       : Start::kRandom) {}

std::vector<WorkerId> ConsecutiveStragglers::select(const Occasion& at,
                                                    std::uint32_t workers) const {
  WorkerId first = 0;
  if (start_ == Start::kCenter) first = (workers - count_) / 2;
  if (start_ == Start::kRandom) {
    Stream stream = at.stream(Purpose::kStragglers);
    first = uniform_index(stream, workers - count_ + 1);
  }
  std::vector<WorkerId> lost(count_);
  std::iota(lost.begin(), lost.end(), first);
  return lost;
}

double ConsecutiveStragglers::loss_probability(WorkerId worker, std::uint32_t workers) const {
  const std::uint32_t starts = workers - count_ + 1;
  const WorkerId first = start_ == Start::kCenter ? (workers - count_) / 2 : 0;
  if (start_ != Start::kRandom) return worker >= first && worker - first < count_ ? 1.0 : 0.0;
  const std::uint32_t from = worker < count_ ? 0 : worker - count_ + 1;
  const std::uint32_t to = std::min(worker + 1, starts);
  return static_cast<double>(to - std::min(from, to)) / starts;
}

std::string ConsecutiveStragglers::conflict(std::uint32_t workers) const {
  return nobody_left(count_, workers);
}

void ListedStragglers::Config::fields(Fields& fields) {
  fields.integers({"workers", "indices of the workers that are lost in every trial"}, workers);
}

namespace {

/// Sorted. Errors: ConfigError if one is listed twice.
std::vector<WorkerId> distinct(std::vector<WorkerId> workers) {
  std::sort(workers.begin(), workers.end());
  const auto twice = std::adjacent_find(workers.begin(), workers.end());
  if (twice != workers.end())
    throw ConfigError(fmt::format("/stragglers/workers lists {} twice", *twice),
                      "a worker is lost or it is not", "remove one of them");
  return workers;
}

}  // namespace

ListedStragglers::ListedStragglers(Config config) : workers_(distinct(std::move(config.workers))) {}

double ListedStragglers::loss_probability(WorkerId worker, std::uint32_t) const {
  return std::binary_search(workers_.begin(), workers_.end(), worker) ? 1.0 : 0.0;
}

std::string ListedStragglers::conflict(std::uint32_t workers) const {
  if (!workers_.empty() && workers_.back() >= workers)
    return fmt::format("there is no worker {} among {} workers", workers_.back(), workers);
  return nobody_left(workers_.size(), workers);
}

void PeriodicStragglers::Config::fields(Fields& fields) {
  fields.integer(
      {"period", "number of consecutive workers of a group; groups of parm and learned have k + r"},
      period, 1);
  fields.integers({"workers", "positions in a group, counted from 0, whose workers are lost"},
                  workers);
}

PeriodicStragglers::PeriodicStragglers(Config config)
    : period_(config.period), positions_(distinct(std::move(config.workers))) {
  if (!positions_.empty() && positions_.back() >= period_)
    throw ConfigError(fmt::format("/stragglers/workers lists {}", positions_.back()),
                      fmt::format("positions are below /stragglers/period, {}", period_),
                      fmt::format("use numbers from 0 to {}", period_ - 1));
}

std::vector<WorkerId> PeriodicStragglers::select(const Occasion&, std::uint32_t workers) const {
  std::vector<WorkerId> lost;
  for (std::uint64_t first = 0; first < workers; first += period_)
    for (const std::uint32_t position : positions_)
      if (first + position < workers) lost.push_back(static_cast<WorkerId>(first + position));
  return lost;
}

std::uint32_t PeriodicStragglers::expected(std::uint32_t workers) const {
  const auto in_last = std::lower_bound(positions_.begin(), positions_.end(), workers % period_);
  return workers / period_ * static_cast<std::uint32_t>(positions_.size()) +
         static_cast<std::uint32_t>(in_last - positions_.begin());
}

double PeriodicStragglers::loss_probability(WorkerId worker, std::uint32_t) const {
  return std::binary_search(positions_.begin(), positions_.end(), worker % period_) ? 1.0 : 0.0;
}

std::string PeriodicStragglers::conflict(std::uint32_t workers) const {
  return nobody_left(expected(workers), workers);
}

}  // namespace laggard::faults
