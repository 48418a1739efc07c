#include "round/time_model.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace laggard::round {
namespace {

constexpr Range kDuration{0.0, 1e9, false};
constexpr Range kRate{0.0, 1e18, false};

double time_of(double amount, double rate) {
  return rate > 0.0 ? amount / rate : 0.0;
}

struct Event {
  Seconds at_s;
  std::uint32_t place;  ///< among the drawn ones
  WorkerId worker;
};

/// By time, and as drawn at the same time.
void sort(std::vector<Event>& events) {
  const auto sooner = [](const Event& a, const Event& b) {
    return a.at_s < b.at_s || (a.at_s == b.at_s && a.place < b.place);
  };
  if (!std::is_sorted(events.begin(), events.end(), sooner))
    std::sort(events.begin(), events.end(), sooner);
}

}  // namespace

void TimeConfig::fields(Fields& fields) {
  fields.number({"compute_seconds", "one evaluation of f at one input, on a worker of speed 1"},
                compute_s, kDuration);
  fields.number({"latency_seconds", "time that each message takes, whatever its size"}, latency_s,
                kDuration);
  fields.number({"bandwidth", "bytes per second of a worker's link; 0: without limit"}, bandwidth,
                kRate);
  fields.number({"master_bandwidth",
                 "bytes per second of the master's link, which all that it sends and receives "
                 "shares; 0: without limit"},
                master_bandwidth, kRate);
  fields.number({"bytes_per_number", "size of a number in a message"}, bytes_per_number,
                {0.0, 1e6, true});
  fields.number({"codec_flops",
                 "floating-point operations per second at which the master encodes and decodes; "
                 "0: at once"},
                codec_flops, kRate);
  fields.boolean({"busy", "a worker that is late with one round starts the next one late"}, busy);
  fields.boolean(
      {"cancel", "with busy: when the master stops waiting, late workers are told to stop"},
      cancel);
}

void TimeConfig::check() const {
  if (cancel && !busy)
    throw ConfigError("/time/cancel is set without busy", "no worker would be late for a round",
                      "set /time/busy to true as well");
}

bool TimeConfig::is_free() const {
  return compute_s == 0.0 && latency_s == 0.0 && bandwidth == 0.0 && master_bandwidth == 0.0 &&
         codec_flops == 0.0 && !busy;
}

bool TimeModel::moves_nothing(const Backlog* backlog) const {
  return backlog == nullptr && config_.compute_s == 0.0 && config_.latency_s == 0.0 &&
         config_.bandwidth == 0.0 && config_.master_bandwidth == 0.0;
}

Arrivals TimeModel::arrivals(const RoundWork& work, const Arrivals& drawn, Backlog* backlog) const {
  const Seconds send_s = time_of(work.bytes_in, config_.master_bandwidth);
  const Seconds there_s = config_.latency_s + time_of(work.bytes_in, config_.bandwidth);
  const Seconds back_s = config_.latency_s + time_of(work.bytes_out, config_.bandwidth);
  if (backlog != nullptr) backlog->free_s.resize(work.active, 0.0);

  std::vector<Event> events;
  events.reserve(std::min<std::size_t>(work.active, drawn.order.size()));
  for (const WorkerId worker : drawn.order) {
    if (worker >= work.active) continue;
    Seconds done_s = (worker + 1.0) * send_s + there_s;
    if (backlog != nullptr) done_s = std::max(done_s, backlog->free_s[worker] - backlog->now_s);
    const Seconds compute_s = work.evaluations_of(worker) * config_.compute_s;
    done_s += compute_s * speed_of(worker) + drawn.delay_s[worker];
    if (backlog != nullptr) backlog->free_s[worker] = backlog->now_s + done_s;
    events.push_back({done_s + back_s, static_cast<std::uint32_t>(events.size()), worker});
  }
  sort(events);

  if (config_.master_bandwidth > 0.0) {
    const Seconds receive_s = time_of(work.bytes_out, config_.master_bandwidth);
    Seconds free_s = work.active * send_s;
    for (Event& event : events) event.at_s = free_s = std::max(free_s, event.at_s) + receive_s;
  }

  Arrivals result{drawn.delay_s, {}, drawn.again_s};
  result.order.reserve(events.size());
  for (const Event& event : events) {
    result.delay_s[event.worker] = event.at_s;
    result.order.push_back(event.worker);
  }
  return result;
}

std::vector<Seconds> TimeModel::trips_s(const RoundWork& work) const {
  const double bytes = work.bytes_in + work.bytes_out;
  const Seconds messages_s = 2.0 * config_.latency_s + time_of(bytes, config_.bandwidth) +
                             time_of(bytes, config_.master_bandwidth);
  std::vector<Seconds> trips_s(work.active);
  for (WorkerId worker = 0; worker < work.active; ++worker)
    trips_s[worker] = messages_s + work.evaluations_of(worker) * config_.compute_s;
  return trips_s;
}

void TimeModel::end(Backlog& backlog, Seconds elapsed_s) const {
  if (!config_.cancel) return;
  const Seconds told_s = backlog.now_s + elapsed_s + config_.latency_s;
  for (Seconds& free_s : backlog.free_s) free_s = std::min(free_s, told_s);
}

}  // namespace laggard::round
