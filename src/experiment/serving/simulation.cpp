#include "experiment/serving/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "experiment/serving/simulated_server.hpp"
#include "faults/speeds.hpp"
#include "schemes/scheme.hpp"
#include "sweep/experiment.hpp"

namespace laggard::serving {
namespace {

constexpr std::uint32_t kDraws = 10'000;  // services whose mean is taken
constexpr double kErrors = 4.0;           // standard errors by which the true mean may be smaller

const Config& config_of(const config::Combination& combination) {
  const auto* config = dynamic_cast<const Config*>(combination.config.get());
  if (config == nullptr)
    throw ConfigError(fmt::format("/experiment is '{}'", combination.config->experiment),
                      "only the experiment 'serving' has what is asked for",
                      "give a configuration of that kind");
  return *config;
}

void make_policy(const Component& component, const ServingConfig& serving, ActivePolicy& point) {
  try {
    point.policy = config::make(policies(), component, serving.instances);
    Server::check_jobs(point.policy->jobs(), serving.server, component.where);
    point.record.active = point.policy->staff().all();
    if (point.policy->jobs().group > 0) point.record.data_points = point.policy->jobs().group;
  } catch (const schemes::Inapplicable& inapplicable) {
    point.record.skipped = fmt::format("{}: {}", component.where, inapplicable.what());
  }
}

double number_or_nan(const NumberOrRule& value) {
  return value.rule.empty() ? value.number : kNaN;
}

}  // namespace

Simulation::Simulation(const config::Combination& combination) : config_(config_of(combination)) {
  const ServingConfig& serving = config_.serving;
  arrivals_ = config::make(serving::arrivals(), serving.arrivals);
  service_ = config::make(services(), serving.service);
  const double queries = serving.server.batch;
  std::vector<Seconds> services(kDraws);
  for (std::uint32_t batch = 0; batch < kDraws; ++batch) {
    services[batch] = service_->draw({{config_.seed, 0, batch, 0}, false, queries});
    mean_service_s_ += services[batch] / kDraws;
  }
  double squares = 0.0;
  for (const Seconds service : services)
    squares += (service - mean_service_s_) * (service - mean_service_s_);
  const Seconds error_s = std::sqrt(squares) / kDraws;
  costs_ = job_costs(config_);
  mean_service_s_ += costs_.compute_s;
  margin_ = mean_service_s_ / std::max(mean_service_s_ - kErrors * error_s, 0.5 * mean_service_s_);
  const auto speeds = config::make(faults::speeds(), config_.speeds);
  const std::uint32_t instances = serving.instances.deployed + serving.instances.extra;
  const std::string conflict = speeds->conflict(instances);
  if (conflict.empty()) speeds_ = speeds->factors(config_.seed, instances);
  for (const Component& component : config_.policies) {
    ActivePolicy point;
    point.record = sweep::point_of(combination, static_cast<std::uint32_t>(policies_.size()),
                                   schemes::label_of(component));
    point.record.workers = instances;
    point.record.data_points = serving.instances.k;
    point.record.skipped = conflict;
    if (conflict.empty()) make_policy(component, serving, point);
    policies_.push_back(std::move(point));
  }
}

LatencyRecord Simulation::run(std::uint32_t trial, const ActivePolicy& active) {
  SimulatedServer server(scene(trial, config_.serving.server), *active.policy);
  return run(server, trial, active);
}

LatencyRecord Simulation::run(Server& server, std::uint32_t trial, const ActivePolicy& active) {
  const ServingConfig& serving = config_.serving;
  const Policy& policy = *active.policy;
  server.run(answers_);

  LatencyRecord row;
  row.point = active.record.point;
  row.trial = trial;
  row.utilisation = answers_.busy_s / (answers_.end_s * policy.staff().all());
  row.unstable = rate() > limit(policy) || is_unstable(answers_, policy.staff().all()) ? 1 : 0;
  latencies_ = {};
  if (row.unstable != 0) return row;
  latencies(answers_, serving.server.batch, serving.warmup,
            {serving.hold, policy.waits_for_median()}, latencies_);
  Latencies sorted = latencies_;
  const LatencySummary summary = summarise(sorted);
  row.median = summary.median;
  row.mean = summary.mean;
  row.p99 = summary.p99;
  row.p995 = summary.p995;
  row.p999 = summary.p999;
  row.approximated = summary.approximated;
  const double substitutes = row.approximated == 0.0 ? 0.0 : row.approximated * policy.accuracy();
  row.accuracy = (1.0 - row.approximated) * number_or_nan(serving.accuracy) + substitutes;
  return row;
}

void Simulation::require_rate(const std::string& purpose) const {
  if (const double own = arrivals_->own_rate(); own > 0.0)
    throw ConfigError(
        fmt::format("/serving/arrivals/kind is '{}'", config_.serving.arrivals.kind),
        fmt::format("{}, but those queries come at {:.4g} per second all the same", purpose, own),
        "choose other arrivals: laggard list arrivals");
}

void Simulation::set_rate(double rate) {
  require_rate("rates are tried");
  config_.serving.server.rate = rate;
}

double Simulation::rate() const {
  const double own = arrivals_->own_rate();
  return own > 0.0 ? own : config_.serving.server.rate;
}

double Simulation::jobs_per_second(const Staff& staff, Line line, double speed) const {
  const auto of_one = [&](double factor) {
    return 1.0 / (factor * mean_service_s_ / speed + costs_.messages_s());
  };
  const bool second = line == Line::kSecond;
  if (speeds_.empty()) return (second ? staff.second : staff.first + staff.both) * of_one(1.0);
  double jobs = 0.0;
  for (std::uint32_t i = 0; i < staff.all(); ++i)
    if ((i >= staff.first && i < staff.first + staff.second) == second) jobs += of_one(speeds_[i]);
  return jobs;
}

double Simulation::served(double jobs_per_second, double work) const {
  const Seconds link_s = costs_.link_s();
  const double passed = link_s > 0.0 ? std::min(jobs_per_second, 1.0 / link_s) : jobs_per_second;
  return config_.serving.server.batch * passed / work;
}

double Simulation::capacity(const Policy& policy) const {
  return served(jobs_per_second(policy.staff(), Line::kFirst, 1.0), policy.work());
}

double Simulation::limit(const Policy& policy) const {
  const double speed = policy.speed({0, policy.jobs().copies > 1 ? 1U : 0U});  // of the second line
  return margin_ * served(jobs_per_second(policy.staff(), Line::kFirst, 1.0) +
                              jobs_per_second(policy.staff(), Line::kSecond, speed),
                          policy.least_work());
}

double Simulation::bytes() const {
  const ServerConfig& server = config_.serving.server;
  double most = 0.0;
  for (const ActivePolicy& active : policies_) {
    if (!active.policy) continue;
    const JobCounts jobs = active.policy->jobs();
    const double of_group = jobs.group == 0 ? 0.0 : (jobs.coded + 6.0) / jobs.group;
    most = std::max(most, 16.0 + jobs.copies + of_group);
  }
  // Arrivals, and latencies twice: as they came and sorted.
  const double of_query = 26.0 + (config_.write_queries ? sizeof(QueryRecord) : 0.0);
  return server.queries * (of_query + most / server.batch);
}

}  // namespace laggard::serving
