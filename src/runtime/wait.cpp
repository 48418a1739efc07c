#include "runtime/wait.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "config/reader.hpp"
#include "core/error.hpp"

namespace laggard::runtime {

void WaitFastest::Config::fields(Fields& fields) {
  fields.integer({"count", "answers that are enough"}, count, 1);
}

std::string WaitFastest::conflict(std::uint32_t workers) const {
  if (config_.count <= workers) return "";
  return fmt::format("it waits for {} of {} workers", config_.count, workers);
}

void WaitDeadline::Config::fields(Fields& fields) {
  fields.number({"seconds", "time after the dispatch"}, seconds, kNonNegative);
}

void WaitAnyOf::Config::fields(Fields& fields) {
  fields.components({"policies", "wait policies; whichever is satisfied first"}, policies, "waits");
}

WaitAnyOf::WaitAnyOf(Config config) {
  if (config.policies.empty())
    throw ConfigError("/wait/policies is empty", "nothing would end the waiting",
                      "list at least one policy");
  for (const Component& policy : config.policies)
    policies_.push_back(config::make(waits(), policy));
}

bool WaitAnyOf::satisfied(const RoundState& state) const {
  return std::any_of(policies_.begin(), policies_.end(),
                     [&](const auto& policy) { return policy->satisfied(state); });
}

Seconds WaitAnyOf::deadline_s() const {
  Seconds earliest = std::numeric_limits<Seconds>::infinity();
  for (const auto& policy : policies_) earliest = std::min(earliest, policy->deadline_s());
  return earliest;
}

std::string WaitAnyOf::conflict(std::uint32_t workers) const {
  for (const auto& policy : policies_)
    if (std::string why = policy->conflict(workers); !why.empty()) return why;
  return "";
}

const std::vector<WaitKind>& waits() {
  static const std::vector<WaitKind> table{
      kind<WaitAll, WaitPolicy>("all", "everybody who will ever answer"),
      kind<WaitFastest, WaitPolicy>("fastest", "the first `count` answers"),
      kind<WaitDeadline, WaitPolicy>("deadline", "until `seconds` after the dispatch"),
      kind<WaitAnyOf, WaitPolicy>("any_of", "whichever of several policies comes first"),
  };
  return table;
}

CutOff cut_off(const WaitPolicy& policy, std::span<const WorkerId> workers,
               std::span<const Seconds> arrivals, std::uint32_t lost) {
  std::vector<std::size_t> order;  // empty: as they are
  if (!std::is_sorted(arrivals.begin(), arrivals.end())) {
    order.resize(workers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return arrivals[a] < arrivals[b]; });
  }

  CutOff result;
  result.used.reserve(workers.size());
  const Seconds deadline_s = policy.deadline_s();
  RoundState state{0, static_cast<std::uint32_t>(workers.size()), lost, 0.0};
  for (std::size_t i = 0; i < workers.size(); ++i) {
    const std::size_t next = order.empty() ? i : order[i];
    if (policy.satisfied(state) || arrivals[next] > deadline_s) break;
    state.elapsed_s = arrivals[next];
    ++state.arrived;
    --state.coming;
    result.used.push_back(workers[next]);
  }
  if (!policy.satisfied(state)) state.elapsed_s = deadline_s;
  result.time_s = state.elapsed_s;
  if (!std::is_sorted(result.used.begin(), result.used.end()))
    std::sort(result.used.begin(), result.used.end());
  return result;
}

}  // namespace laggard::runtime
