// What a round takes on the virtual clock beside its delays: messages, computing, and the master's
// own work.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "core/fields.hpp"
#include "core/types.hpp"
#include "round/wait.hpp"

namespace laggard::round {

/// The keys of /time. Zero: it takes no time, or has no limit.
struct TimeConfig {
  Seconds compute_s = 0.0;        ///< f at one input, on a worker of speed 1
  Seconds latency_s = 0.0;        ///< of a message, whatever its size
  double bandwidth = 0.0;         ///< of a worker's link, bytes/s
  double master_bandwidth = 0.0;  ///< of the master's link, bytes/s
  double bytes_per_number = 8.0;  ///< in messages
  double codec_flops = 0.0;       ///< at which the master encodes and decodes, flop/s
  bool busy = false;              ///< a worker that is late with a round starts the next one late
  bool cancel = false;            ///< the master tells late workers to stop, at the end of a round

  void fields(Fields& fields);
  /// Errors: ConfigError for `cancel` without `busy`.
  void check() const;
  /// Whether nothing takes any time.
  bool is_free() const;
};

/// What a round asks of each of its workers.
struct RoundWork {
  std::uint32_t active = 0;                  ///< workers 0..active-1 get a message
  double bytes_in = 0.0;                     ///< of the message to a worker
  double bytes_out = 0.0;                    ///< of its answer
  std::span<const double> evaluations = {};  ///< of f, by worker; empty: one each

  double evaluations_of(WorkerId worker) const {
    return evaluations.empty() ? 1.0 : evaluations[worker];
  }
};

/// Workers that are not done with earlier rounds of the same trial. The owner sets `now_s` before
/// each round; a new object is a trial that begins with idle workers.
struct Backlog {
  Seconds now_s = 0.0;            ///< when the round's first message is sent
  std::vector<Seconds> free_s{};  ///< by worker: when it can begin, on the same clock
};

/// The master's link, which serves whoever asks for it first.
class Link {
 public:
  /// `bandwidth` 0: everything passes at once. It is free from `free_s` on.
  Link(double bandwidth, Seconds free_s) : bandwidth_(bandwidth), free_s_(free_s) {}

  /// When so many bytes have passed for which somebody asks at `at_s`, after all that asked before.
  Seconds pass(Seconds at_s, double bytes) {
    if (bandwidth_ <= 0.0) return at_s;
    return free_s_ = std::max(free_s_, at_s) + bytes / bandwidth_;
  }

 private:
  double bandwidth_;
  Seconds free_s_;
};

/// An answer that reaches the master's link.
struct Reply {
  Seconds at_s;
  std::uint32_t place;  ///< among the drawn ones
  WorkerId worker;
};

/// When the answers of a round are with the master. Worker n receives its message at
///
///     s_n = (n + 1) B_in / W + latency + B_in / w
///
/// where W and w are the bandwidths of the master and of a worker: the messages leave one after the
/// other, by the number of the worker. It begins then, or when it is done with its last round if
/// that is later, and its answer reaches the master's link at
///
///     a_n = begin_n + evaluations_n compute speed_n + delay_n + B_out / w + latency.
///
/// The answers pass the master's link one after the other in the order of a_n, each in B_out / W,
/// after the last message to a worker has left. A worker that never answers gets its message all
/// the same. Time is counted from the moment at which the first message begins to leave.
///
/// O(N log N), and O(N) where the order of the answers is that of the delays.
class TimeModel {
 public:
  /// Takes no time.
  TimeModel() = default;
  /// `speeds`: by worker; empty: all are 1.
  TimeModel(const TimeConfig& config, std::vector<double> speeds)
      : config_(config), speeds_(std::move(speeds)) {}

  const TimeConfig& config() const { return config_; }
  /// Whether answers come when their delays say, so that arrivals() need not be asked.
  bool moves_nothing(const Backlog* backlog) const;

  /// `drawn` has the delays; the result has the times of the answers of the active workers. Those
  /// that come at the same time keep their order. With a backlog, it knows then when they are done.
  Arrivals arrivals(const RoundWork& work, const Arrivals& drawn, Backlog* backlog) const;

  // The parts that it is made of.

  /// a_n, ascending; with a backlog, it knows then when the workers are done.
  std::vector<Reply> replies(const RoundWork& work, const Arrivals& drawn, Backlog* backlog) const;
  /// The master's link, which is busy until all messages have left.
  Link link_after_dispatch(const RoundWork& work) const;
  /// From the master's link to a worker, and back to it.
  Seconds there_s(const RoundWork& work) const;
  Seconds back_s(const RoundWork& work) const;
  /// A task on a worker, without delays.
  Seconds compute_s(const RoundWork& work, WorkerId task, WorkerId worker) const {
    return work.evaluations_of(task) * config_.compute_s * speed_of(worker);
  }

  /// The round ended `elapsed_s` after its beginning: who is still at work is known to `backlog`.
  void end(Backlog& backlog, Seconds elapsed_s) const;

  /// What an operation of the master takes.
  Seconds codec_s(double flops) const {
    return config_.codec_flops > 0.0 ? flops / config_.codec_flops : 0.0;
  }

 private:
  double speed_of(WorkerId worker) const { return speeds_.empty() ? 1.0 : speeds_[worker]; }

  TimeConfig config_;
  std::vector<double> speeds_;
};

}  // namespace laggard::round
