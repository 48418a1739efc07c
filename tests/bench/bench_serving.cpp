// How fast servers are simulated, in events and in queries per second of processor time.
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "config/reader.hpp"
#include "experiment/catalogue.hpp"
#include "experiment/serving/latency.hpp"
#include "experiment/serving/simulated_server.hpp"

namespace laggard::serving {
namespace {

constexpr int kRepetitions = 5;

/// Other programs on the machine do not count.
double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class Table, class... Context>
auto make(const Table& table, const char* role, const char* json, const Context&... context) {
  const auto component = config::read_component(config::parse(json, "the benchmark"), "",
                                                experiment::catalogue(), role);
  return config::make(table, component, context...);
}

/// The least time of several runs; latencies and percentiles are a part of them.
void measure(const char* policy_json, const char* service_json, std::uint32_t transfers) {
  const Instances instances{12, 6, 2};
  const auto policy = make(policies(), "policies", policy_json, instances);
  const auto service = make(services(), "services", service_json);
  const auto arrivals = make(serving::arrivals(), "arrivals", R"({"kind": "poisson"})");
  ServerConfig config;
  config.queries = 1'000'000;
  config.transfers.count = transfers;
  Answers answers;
  Latencies seen;
  double simulation = 1e300, all = 1e300;
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    const double start = processor_seconds();
    SimulatedServer server({config, *arrivals, *service, {1, 0, 0}}, *policy);
    server.run(answers);
    const double middle = processor_seconds();
    latencies(answers, 1, 2000, {0.0, policy->waits_for_median()}, seen);
    summarise(seen);
    simulation = std::min(simulation, middle - start);
    all = std::min(all, processor_seconds() - start);
  }
  std::printf("%-32s %-22.22s %6.2f M events/s %6.2f M queries/s, with percentiles %5.2f\n",
              policy_json, service_json, 1e-6 * static_cast<double>(answers.events) / simulation,
              1e-6 * config.queries / simulation, 1e-6 * config.queries / all);
}

}  // namespace
}  // namespace laggard::serving

int main() {
  using laggard::serving::measure;
  constexpr const char* kExponential =
      R"({"kind": "shifted_exponential", "shift": 0.01, "mean": 0.01})";
  constexpr const char* kRoundTrip = R"({"kind": "round_trip"})";
  for (const char* policy :
       {R"({"kind": "equal_resources"})", R"({"kind": "parm"})", R"({"kind": "coded", "k": 4})",
        R"({"kind": "approximate_backup"})", R"({"kind": "replication"})"}) {
    measure(policy, kExponential, 0);
    measure(policy, kRoundTrip, 4);
  }
}
