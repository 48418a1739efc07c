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

std::vector<WorkerId> ConsecutiveStragglers::select(std::uint64_t seed, std::uint32_t trial,
                                                    std::uint32_t count) const {
  WorkerId first = 0;
  if (start_ == Start::kCenter) first = (count - count_) / 2;
  if (start_ == Start::kRandom) {
    Stream stream({seed, Purpose::kStragglers, trial, 0});
    first = uniform_index(stream, count - count_ + 1);
  }
  std::vector<WorkerId> lost(count_);
  std::iota(lost.begin(), lost.end(), first);
  return lost;
}

std::string ConsecutiveStragglers::conflict(std::uint32_t count) const {
  return nobody_left(count_, count);
}

void ListedStragglers::Config::fields(Fields& fields) {
  fields.integers({"workers", "indices of the workers that are lost in every trial"}, workers);
}

ListedStragglers::ListedStragglers(Config config) : workers_(std::move(config.workers)) {
  std::sort(workers_.begin(), workers_.end());
  const auto twice = std::adjacent_find(workers_.begin(), workers_.end());
  if (twice != workers_.end())
    throw ConfigError(fmt::format("/stragglers/workers lists {} twice", *twice),
                      "a worker is lost or it is not", "remove one of them");
}

std::string ListedStragglers::conflict(std::uint32_t count) const {
  if (!workers_.empty() && workers_.back() >= count)
    return fmt::format("there is no worker {} among {} workers", workers_.back(), count);
  return nobody_left(workers_.size(), count);
}

}  // namespace laggard::faults
