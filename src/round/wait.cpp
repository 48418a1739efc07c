#include "round/wait.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "config/reader.hpp"
#include "core/error.hpp"

namespace laggard::round {
namespace {

void refuse_relaunch(const WaitPolicy& policy, const std::string& where) {
  if (policy.relaunch())
    throw ConfigError(where + "/kind is 'relaunch'", "copies are sent once for a round",
                      "make it /wait itself, and the other policies its \"then\"");
}

}  // namespace

void WaitFastest::Config::fields(Fields& fields) {
  fields.integer({"count", "number of answers that are enough; must be given"}, count);
}

WaitFastest::WaitFastest(Config config) : config_(config) {
  if (config.count == 0)
    throw ConfigError("/wait/count is missing or 0", "the master would wait for nobody",
                      "set it to the number of answers that are enough");
}

std::string WaitFastest::conflict(std::uint32_t workers) const {
  if (config_.count <= workers) return "";
  return fmt::format("it waits for {} of {} workers", config_.count, workers);
}

void WaitDeadline::Config::fields(Fields& fields) {
  fields.number({"seconds", "time after the dispatch"}, seconds, kNonNegative);
}

void WaitAnyOf::Config::fields(Fields& fields) {
  fields.components({"policies", "wait policies; the first one that is satisfied ends the waiting"},
                    policies, "waits");
}

WaitAnyOf::WaitAnyOf(Config config) {
  if (config.policies.empty())
    throw ConfigError("/wait/policies is empty", "nothing would end the waiting",
                      "list at least one policy");
  for (const Component& policy : config.policies) {
    policies_.push_back(config::make(waits(), policy));
    refuse_relaunch(*policies_.back(), policy.where);
  }
}

bool WaitAnyOf::satisfied(const RoundState& state) const {
  return std::any_of(policies_.begin(), policies_.end(),
                     [&](const auto& policy) { return policy->satisfied(state); });
}

Seconds WaitAnyOf::deadline_s(const RoundState& state) const {
  Seconds earliest = std::numeric_limits<Seconds>::infinity();
  for (const auto& policy : policies_) earliest = std::min(earliest, policy->deadline_s(state));
  return earliest;
}

std::uint32_t WaitAnyOf::most_answers(std::uint32_t workers) const {
  std::uint32_t least = workers;
  for (const auto& policy : policies_) least = std::min(least, policy->most_answers(workers));
  return least;
}

std::string WaitAnyOf::conflict(std::uint32_t workers) const {
  for (const auto& policy : policies_)
    if (std::string why = policy->conflict(workers); !why.empty()) return why;
  return "";
}

void WaitRelaunch::Config::fields(Fields& fields) {
  fields.number({"factor", "copies are sent at this multiple of the median of the answers' times"},
                factor, {1.0, 1e6, false});
  fields.component({"then", "the policy that ends the waiting"}, then, "waits");
}

WaitRelaunch::WaitRelaunch(Config config)
    : factor_(config.factor), then_(config::make(waits(), config.then)) {
  refuse_relaunch(*then_, config.then.where);
}

const std::vector<WaitKind>& waits() {
  static const std::vector<WaitKind> table{
      kind<WaitAll, WaitPolicy>("all", "the master waits for every worker that will ever answer"),
      kind<WaitFastest, WaitPolicy>("fastest", "the master waits for the first `count` answers"),
      kind<WaitDeadline, WaitPolicy>("deadline",
                                     "the master waits until `seconds` after the dispatch"),
      kind<WaitRelaunch, WaitPolicy>(
          "relaunch",
          "late tasks are sent again to workers that are done, when half of all workers have "
          "answered; virtual clock only"),
      kind<WaitAnyOf, WaitPolicy>("any_of",
                                  "the master waits until one of several policies is satisfied"),
  };
  return table;
}

Arrivals without(const Arrivals& arrivals, const std::vector<WorkerId>& more) {
  Arrivals result = arrivals;
  for (const WorkerId worker : more)
    result.delay_s[worker] = std::numeric_limits<Seconds>::infinity();
  std::erase_if(result.order, [&](WorkerId worker) { return std::isinf(result.delay_s[worker]); });
  return result;
}

CutOff cut_off(const WaitPolicy& policy, const Arrivals& arrivals, std::uint32_t active) {
  const auto is_active = [active](WorkerId worker) { return worker < active; };
  const auto coming = static_cast<std::uint32_t>(
      std::count_if(arrivals.order.begin(), arrivals.order.end(), is_active));
  RoundState state{0, coming, active - coming, 0.0};
  std::vector<char> in(active);
  state.in = &in;
  for (const WorkerId worker : arrivals.order) {
    if (!is_active(worker)) continue;
    const Seconds arrival_s = arrivals.delay_s[worker];
    if (policy.satisfied(state) || arrival_s > policy.deadline_s(state)) break;
    state.elapsed_s = arrival_s;
    ++state.arrived;
    --state.coming;
    in[worker] = 1;
  }
  if (!policy.satisfied(state)) state.elapsed_s = policy.deadline_s(state);
  CutOff result{{}, state.elapsed_s};
  result.used.reserve(state.arrived);
  for (WorkerId worker = 0; worker < active; ++worker)
    if (in[worker] != 0) result.used.push_back(worker);
  return result;
}

}  // namespace laggard::round
