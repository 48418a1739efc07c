#include "faults/placed_adversaries.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace laggard::faults {

void PlacedConfig::fields(Fields& fields) {
  fields.integer({"count", "E, workers that lie in every trial"}, count);
  fields.text({"placement",
               "who lies: any workers, neighbours anywhere, every second of neighbours anywhere, "
               "neighbours in the middle, or those that /adversaries/workers lists"},
              placement, {"random", "consecutive", "alternate", "centre", "listed"});
  fields.integers({"workers", "indices of the liars, for the placement 'listed'"}, workers);
  bound.fields(fields);
}

PlacedAdversaries::PlacedAdversaries(PlacedConfig config) : config_(std::move(config)) {
  auto& [count, placement, workers, bound] = config_;
  const bool listed = placement == "listed";
  if (!listed && !workers.empty())
    throw ConfigError("/adversaries/workers is set",
                      fmt::format("the placement '{}' chooses the liars itself", placement),
                      "leave it out, or set /adversaries/placement to \"listed\"");
  if (listed && workers.empty())
    throw ConfigError("/adversaries/workers is empty", "the placement 'listed' needs the liars",
                      "list them, or take another placement");
  if (listed && count != PlacedConfig().count && count != workers.size())
    throw ConfigError(fmt::format("/adversaries/count is {}", count),
                      fmt::format("/adversaries/workers lists {}", workers.size()),
                      "leave it out: the liars are those of the list");
  std::sort(workers.begin(), workers.end());
  const auto twice = std::adjacent_find(workers.begin(), workers.end());
  if (twice != workers.end())
    throw ConfigError(fmt::format("/adversaries/workers lists {} twice", *twice),
                      "a worker lies or it does not", "remove one of them");
}

std::size_t PlacedAdversaries::count() const {
  return config_.placement == "listed" ? config_.workers.size() : config_.count;
}

std::string PlacedAdversaries::conflict(std::uint32_t workers, std::uint32_t answers) const {
  if (!config_.workers.empty() && config_.workers.back() >= workers)
    return fmt::format("there is no worker {} among {} workers", config_.workers.back(), workers);
  if (config_.placement == "alternate" && 2 * std::uint64_t{config_.count} > workers + 1ULL)
    return fmt::format("{} liars with an honest worker between each two do not fit in {} workers",
                       config_.count, workers);
  return nobody_honest(count(), answers);
}

std::vector<Index> PlacedAdversaries::choose(const Occasion& at,
                                             std::span<const WorkerId> workers) const {
  const auto n = static_cast<std::uint32_t>(workers.size());
  std::vector<Index> rows;
  if (config_.placement == "listed") {
    for (std::size_t i = 0; i < workers.size(); ++i)
      if (std::binary_search(config_.workers.begin(), config_.workers.end(), workers[i]))
        rows.push_back(static_cast<Index>(i));
    return rows;
  }
  const std::uint32_t step = config_.placement == "alternate" ? 2 : 1;
  const std::uint32_t liars = std::min(config_.count, (n + step - 1) / step);
  Stream stream = at.stream(Purpose::kLiars);
  if (config_.placement == "random") {
    // The liars of a smaller count are among those of a larger one.
    const auto drawn = sample_without_replacement(stream, n, liars);
    rows.assign(drawn.begin(), drawn.end());
    std::sort(rows.begin(), rows.end());
    return rows;
  }
  if (liars == 0) return rows;
  const std::uint32_t length = step * (liars - 1) + 1;
  const std::uint32_t first =
      config_.placement == "centre" ? (n - length) / 2 : uniform_index(stream, n - length + 1);
  for (std::uint32_t i = 0; i < liars; ++i) rows.push_back(static_cast<Index>(first) + step * i);
  return rows;
}

Lies PlacedAdversaries::lie(const Occasion& at, const Collected& collected) const {
  const std::vector<Index> rows = choose(at, collected.workers);
  Lies lies;
  if (rows.empty()) return lies;
  const double bound = config_.bound.of(collected.answers);
  tell({at, rows, collected.workers, bound}, collected.answers);
  for (const Index row : rows) {
    auto answer = collected.answers.row(row);
    answer = answer.cwiseMax(-bound).cwiseMin(bound).eval();
    lies.liars.push_back(collected.workers[static_cast<std::size_t>(row)]);
  }
  return lies;
}

}  // namespace laggard::faults
