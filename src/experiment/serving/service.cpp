#include "experiment/serving/service.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/error.hpp"
#include "experiment/serving/purposes.hpp"
#include "faults/delay.hpp"
#include "faults/distributions.hpp"

namespace laggard::serving {
namespace {

/// Delays of workers that stay the same over rounds, or of rounds that share something. A service
/// belongs to neither.
constexpr std::array<std::string_view, 3> kOfWorkersAndRounds{"markov", "shared", "groups"};

/// A delay as the time of a service. `resampled`: it has the times of workers in rounds, of which
/// each service takes one at random.
class DrawnService final : public Service {
 public:
  DrawnService(std::unique_ptr<faults::Delay> delay, bool resampled)
      : delay_(std::move(delay)), resampled_(resampled) {
    if (delay_->needs_wall_clock())
      throw ConfigError("/serving/service is a load on ranks", "nobody waits in this experiment",
                        "use another kind: laggard list services");
  }
  Seconds draw(const Job& job) const override {
    if (!resampled_) return delay_->sample_for(job.address, job.queries);
    Stream stream = job.address.stream(Purpose::kDelay);
    const auto round = static_cast<std::uint32_t>(stream());
    const auto worker = static_cast<WorkerId>(stream());
    return delay_->sample_for({job.address.seed, round, worker, 0}, job.queries);
  }

 private:
  std::unique_ptr<faults::Delay> delay_;
  bool resampled_;
};

ServiceKind of_delay(const faults::DelayKind& delay) {
  ServiceKind result;
  static_cast<KindInfo&>(result) = delay;
  const bool resampled = delay.name == "trace";
  result.make = [make = delay.make, resampled](Fields& reader) -> std::unique_ptr<Service> {
    return std::make_unique<DrawnService>(make(reader), resampled);
  };
  return result;
}

}  // namespace

void RoundTrip::Config::fields(Fields& fields) {
  fields.number({"base", "round trip of the largest query on a quiet instance, seconds"}, base,
                faults::kPositiveDuration);
  fields.number({"size_mean", "mean time that smaller queries save, seconds"}, size_mean,
                faults::kDuration);
  fields.number({"size_largest", "longest time that a small query saves, seconds"}, size_largest,
                faults::kDuration);
  fields.number({"polling", "interval in which the frontend looks for queries, seconds"}, polling,
                faults::kDuration);
  fields.number({"jitter", "standard deviation of a normal part, seconds"}, jitter,
                faults::kDuration);
}

Seconds RoundTrip::draw(const Job& job) const {
  Seconds saved = config_.size_mean * std::numbers::ln2;
  if (!job.coded) {
    Stream size =
        faults::Address{job.address.seed, job.address.trial, job.address.worker}.stream(kQuerySize);
    saved = -config_.size_mean * std::log(uniform01_open_low(size));
  }
  Stream stream = job.address.stream(Purpose::kDelay);
  const Seconds jitter = config_.jitter * standard_normal(stream);
  const Seconds polling = config_.polling * uniform01(stream);
  return std::max(0.0, config_.base - std::min(saved, config_.size_largest) + polling + jitter);
}

const std::vector<ServiceKind>& services() {
  static const std::vector<ServiceKind> table = [] {
    std::vector<ServiceKind> kinds{
        kind<RoundTrip, Service>("round_trip", "the round trip in ParM's server")};
    for (const faults::DelayKind& delay : faults::delays())
      if (std::find(kOfWorkersAndRounds.begin(), kOfWorkersAndRounds.end(), delay.name) ==
          kOfWorkersAndRounds.end())
        kinds.push_back(of_delay(delay));
    return kinds;
  }();
  return table;
}

}  // namespace laggard::serving
