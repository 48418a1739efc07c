#include "experiment/serving/transfers.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"

namespace laggard::serving {

void TransferConfig::fields(Fields& fields) {
  fields.integer({"count", "transfers at any time"}, count, 0, 10'000);
  fields.integer({"among", "instances that they connect; 0: those that serve queries"}, among);
  fields.number({"smallest_bytes", "smallest size of a transfer"}, smallest, kPositive);
  fields.number({"largest_bytes", "largest size of a transfer"}, largest, kPositive);
  fields.number({"bandwidth", "of an instance's link in each direction, bytes/s"}, bandwidth,
                kPositive);
  fields.number({"slowdown",
                 "a job on an instance with n transfers takes 1 + slowdown n^exponent "
                 "E times as long, E exponential with mean 1"},
                slowdown, kNonNegative);
  fields.number({"exponent", "of n in the slowdown"}, exponent, {0.0, 10.0, false});
}

void TransferConfig::check(std::uint32_t instances) const {
  if (count == 0) return;
  if (smallest > largest)
    throw ConfigError(fmt::format("/serving/transfers/smallest_bytes is {}", smallest),
                      fmt::format("largest_bytes is {}", largest), "swap them");
  if (among != 0 && among < instances)
    throw ConfigError(fmt::format("/serving/transfers/among is {}", among),
                      fmt::format("{} instances serve queries", instances),
                      "give at least as many, or 0");
  if (std::max(among, instances) < 2)
    throw ConfigError("/serving/transfers connect pairs of instances", "there is only one",
                      "set /serving/transfers/count to 0, or use more instances");
}

Transfers::Transfers(const TransferConfig& config, std::uint32_t instances,
                     const faults::Occasion& trial)
    : config_(config),
      instances_(std::max(config.among, instances)),
      touching_(instances_),
      out_(instances_),
      in_(instances_) {
  for (std::uint32_t flow = 0; flow < config.count; ++flow)
    flows_.push_back({trial.of(flow).stream(kTransfers)});
  for (std::uint32_t n = 0; n <= config.count; ++n)
    strength_.push_back(n == 0 ? 0.0 : config.slowdown * std::pow(n, config.exponent));
  for (Flow& flow : flows_) begin(flow);
  share_links();
  // They all begin together; after this many changes each, the start is forgotten.
  constexpr std::size_t kChanges = 50;
  for (std::size_t i = 0; i < kChanges * flows_.size(); ++i) advance();
  next_ -= now_;
  now_ = 0.0;
}

void Transfers::begin(Flow& flow) {
  flow.from = uniform_index(flow.stream, instances_);
  flow.to = uniform_index(flow.stream, instances_ - 1);
  if (flow.to >= flow.from) ++flow.to;
  flow.size = config_.smallest + (config_.largest - config_.smallest) * uniform01(flow.stream);
  flow.left = flow.size;
  flow.returns = false;
  ++touching_[flow.from];
  ++touching_[flow.to];
  ++out_[flow.from];
  ++in_[flow.to];
}

void Transfers::share_links() {
  Seconds soonest = std::numeric_limits<Seconds>::infinity();
  for (std::size_t i = 0; i < flows_.size(); ++i) {
    Flow& flow = flows_[i];
    flow.rate = config_.bandwidth / std::max(out_[flow.from], in_[flow.to]);
    const Seconds time = flow.left / flow.rate;
    if (time >= soonest) continue;
    soonest = time;
    first_ = i;
  }
  next_ = now_ + soonest;
}

void Transfers::advance() {
  for (Flow& flow : flows_) flow.left = std::max(0.0, flow.left - (next_ - now_) * flow.rate);
  now_ = next_;
  Flow& flow = flows_[first_];
  --out_[flow.from];
  --in_[flow.to];
  if (flow.returns) {
    --touching_[flow.from];
    --touching_[flow.to];
    begin(flow);
  } else {
    std::swap(flow.from, flow.to);
    flow.left = flow.size;
    flow.returns = true;
    ++out_[flow.from];
    ++in_[flow.to];
  }
  share_links();
}

double Transfers::factor(std::uint32_t instance, const faults::Address& job) const {
  const std::uint32_t n = touching_[instance];
  if (n == 0) return 1.0;
  Stream stream = job.stream(kSlowdown);
  return 1.0 - strength_[n] * std::log(uniform01_open_low(stream));
}

}  // namespace laggard::serving
