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

Seconds TimeModel::there_s(const RoundWork& work) const {
  return config_.latency_s + time_of(work.bytes_in, config_.bandwidth);
}

Seconds TimeModel::back_s(const RoundWork& work) const {
  return config_.latency_s + time_of(work.bytes_out, config_.bandwidth);
}

Link TimeModel::link_after_dispatch(const RoundWork& work) const {
  return {config_.master_bandwidth, work.active * time_of(work.bytes_in, config_.master_bandwidth)};
}

std::vector<Reply> TimeModel::replies(const RoundWork& work, const Arrivals& drawn,
                                      Backlog* backlog) const {
  const Seconds send_s = time_of(work.bytes_in, config_.master_bandwidth);
  const Seconds to_worker_s = there_s(work), to_master_s = back_s(work);
  if (backlog != nullptr) backlog->free_s.resize(work.active, 0.0);
  std::vector<Reply> replies;
  replies.reserve(std::min<std::size_t>(work.active, drawn.order.size()));
  for (const WorkerId worker : drawn.order) {
    if (worker >= work.active) continue;
    Seconds done_s = (worker + 1.0) * send_s + to_worker_s;
    if (backlog != nullptr) done_s = std::max(done_s, backlog->free_s[worker] - backlog->now_s);
    done_s += compute_s(work, worker, worker) + drawn.delay_s[worker];
    if (backlog != nullptr) backlog->free_s[worker] = backlog->now_s + done_s;
    replies.push_back({done_s + to_master_s, static_cast<std::uint32_t>(replies.size()), worker});
  }
  // By time, and as drawn at the same time.
  const auto sooner = [](const Reply& a, const Reply& b) {
    return a.at_s < b.at_s || (a.at_s == b.at_s && a.place < b.place);
  };
  if (!std::is_sorted(replies.begin(), replies.end(), sooner))
    std::sort(replies.begin(), replies.end(), sooner);
  return replies;
}

Arrivals TimeModel::arrivals(const RoundWork& work, const Arrivals& drawn, Backlog* backlog) const {
  const std::vector<Reply> all = replies(work, drawn, backlog);
  Link link = link_after_dispatch(work);
  Arrivals result{drawn.delay_s, {}};
  result.order.reserve(all.size());
  for (const Reply& reply : all) {
    result.delay_s[reply.worker] = link.pass(reply.at_s, work.bytes_out);
    result.order.push_back(reply.worker);
  }
  return result;
}

void TimeModel::end(Backlog& backlog, Seconds elapsed_s) const {
  if (!config_.cancel) return;
  const Seconds told_s = backlog.now_s + elapsed_s + config_.latency_s;
  for (Seconds& free_s : backlog.free_s) free_s = std::min(free_s, told_s);
}

}  // namespace laggard::round
