// Servers for tests: components from JSON, and simulations in one line.
#pragma once

#include <string>
#include <vector>

#include "config/reader.hpp"
#include "experiment/catalogue.hpp"
#include "experiment/serving/latency.hpp"
#include "experiment/serving/simulated_server.hpp"

namespace laggard::testing {

inline Component component(const std::string& role, const std::string& json) {
  return config::read_component(config::parse(json, "the test"), "/test", experiment::catalogue(),
                                role);
}

inline std::unique_ptr<serving::Policy> make_policy(const std::string& json,
                                                    const serving::Instances& instances) {
  return config::make(serving::policies(), component("policies", json), instances);
}
inline std::unique_ptr<serving::Service> make_service(const std::string& json) {
  return config::make(serving::services(), component("services", json));
}
inline std::unique_ptr<serving::Arrivals> make_arrivals(const std::string& json) {
  return config::make(serving::arrivals(), component("arrivals", json));
}

/// A server with all that its simulation needs.
struct TestServer {
  serving::ServerConfig config;
  std::unique_ptr<serving::Policy> policy;
  std::unique_ptr<serving::Service> service;
  std::unique_ptr<serving::Arrivals> arrivals = make_arrivals(R"({"kind": "poisson"})");
  std::vector<double> speeds;  ///< by instance; empty: all are 1
  serving::JobCosts costs;

  TestServer(const std::string& policy_json, const serving::Instances& instances,
             const std::string& service_json, double rate, std::uint32_t queries)
      : policy(make_policy(policy_json, instances)), service(make_service(service_json)) {
    config.rate = rate;
    config.queries = queries;
  }

  serving::Answers run(std::uint32_t trial = 0) const {
    serving::Answers answers;
    serving::SimulatedServer server({config, *arrivals, *service, {1, trial, 0}, speeds, costs},
                                    *policy);
    server.run(answers);
    return answers;
  }

  std::vector<double> latencies(std::uint32_t trial, std::uint32_t warmup = 0,
                                Seconds hold = 0.0) const {
    serving::Latencies result;
    serving::latencies(run(trial), config.batch, warmup, {hold, policy->waits_for_median()},
                       result);
    return result.seconds;
  }
};

inline constexpr Seconds kNever = std::numeric_limits<Seconds>::infinity();

}  // namespace laggard::testing
