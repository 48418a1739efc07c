// The simulations of one combination of the sweep.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "experiment/serving/config.hpp"
#include "experiment/serving/latency.hpp"
#include "experiment/serving/rows.hpp"

namespace laggard::serving {

/// Of a configuration.
inline constexpr std::string_view kRatePointer = "/serving/rate";

/// One policy; without the object it is skipped for the reason in the record.
struct ActivePolicy {
  PointRecord record;
  std::unique_ptr<Policy> policy;
};

/// Everything that a combination works with. Its trials are independent of each other; its policies
/// have the same arrivals, services and transfers in each trial.
class Simulation {
 public:
  /// Errors: ConfigError, DataError. What makes no sense together is no error but a skipped point.
  explicit Simulation(const config::Combination& combination);

  const Config& config() const { return config_; }
  const std::vector<ActivePolicy>& policies() const { return policies_; }

  /// One trial of one policy, into the objects that they share. The row says nothing of latencies
  /// if the queues grew without bound, or would in a longer trial.
  LatencyRecord run(std::uint32_t trial, const ActivePolicy& policy);
  /// The same with a server that was made for the trial and the policy.
  LatencyRecord run(Server& server, std::uint32_t trial, const ActivePolicy& policy);
  /// What a server for the trial works with; `server` must outlive it.
  Scene scene(std::uint32_t trial, const ServerConfig& server) const {
    return {server, *arrivals_, *service_, {config_.seed, trial, 0}, speeds_, costs_};
  }
  /// Of the last trial, by query behind the warm-up; their order is lost with the next call of
  /// run(). Empty if it was unstable.
  const Answers& answers() const { return answers_; }
  const Latencies& last_latencies() const { return latencies_; }

  /// From the next trial on. Errors: ConfigError where arrivals have a rate of their own.
  void set_rate(double rate);
  /// Errors: ConfigError where /serving/rate does not count, which `purpose` sets.
  void require_rate(const std::string& purpose) const;
  /// Queries per second that come.
  double rate() const;
  /// Queries per second that the readers of the first line can serve at most, from the mean of many
  /// services without transfers. Policies whose redundancy is served first reach less.
  double capacity(const Policy& policy) const;
  /// Queries per second that all its instances can serve at most, those of the second line as well,
  /// times margin(): beyond that, queues grow without bound.
  double limit(const Policy& policy) const;
  /// How many times as large as the mean of the draws allows the rates may be. At least 1.
  double margin() const { return margin_; }
  /// Upper estimate of the memory of a trial.
  double bytes() const;

 private:
  /// Jobs per second that the readers of a line can serve at such a speed; those of both lines read
  /// the first one.
  double jobs_per_second(const Staff& staff, Line line, double speed) const;
  /// Queries per second at so many jobs per second of the instances, if a batch needs so many; the
  /// frontend's link may serve less.
  double served(double jobs_per_second, double work) const;

  Config config_;
  std::unique_ptr<Arrivals> arrivals_;
  std::unique_ptr<Service> service_;
  std::vector<double> speeds_;  // by instance; empty: all are 1
  JobCosts costs_;
  Seconds mean_service_s_ = 0.0;  // of many
  double margin_ = 1.0;
  std::vector<ActivePolicy> policies_;
  Answers answers_;
  Latencies latencies_;
};

}  // namespace laggard::serving
