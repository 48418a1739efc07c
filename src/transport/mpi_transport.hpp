// The workers on the ranks 1..P-1 of a communicator.
#pragma once

#include <deque>

#include "core/stopwatch.hpp"
#include "transport/backoff.hpp"
#include "transport/pulse.hpp"
#include "transport/wire.hpp"

namespace laggard::transport {

/// The master's side, on rank 0. No call waits for one particular worker. A rank without a pulse
/// has failed; what was sent to it and expected from it is left alone, with its memory. When it
/// shows up again, it takes part again.
class MpiTransport final : public Transport {
 public:
  /// Collective with serve_as_worker() on the other ranks. `first_rank` is what rank 0 of `comm` is
  /// called in results.
  explicit MpiTransport(MPI_Comm comm = MPI_COMM_WORLD, std::uint32_t first_rank = 0);
  /// Tells the worker ranks to stop and takes in what they still send: each finishes the block it
  /// is at and drops the others. If one has failed, no rank may finalize MPI any more.
  ~MpiTransport() override;

  std::uint32_t worker_ranks() const override { return roster_.ranks(); }
  std::uint32_t rank_of(std::uint32_t index) const override {
    return first_rank_ + roster_.host_of(index);
  }
  bool is_lost(std::uint32_t index) const override { return roster_.is_lost(index); }
  bool any_lost() const override { return roster_.any_lost(); }
  void set_failure_rule(const FailureRule& rule) override { roster_.set_rule(rule); }
  void configure(const std::string& job) override;
  void dispatch(std::uint32_t index, const BlockId& block, MatrixView inputs,
                std::span<const Seconds> delays) override;
  std::optional<Arrival> receive(Seconds patience, const Placement& place) override;
  void finish_round() override;
  void retire_round(Matrix inputs, Matrix results) override;
  void abandon_round(Matrix inputs, Matrix results) override;

 private:
  /// Values on their way into their place.
  struct Incoming {
    Arrival arrival;
    std::uint64_t number;
    int rank;
    std::vector<double> dropped;  // where nobody waits for them
  };

  /// The matrices of a round that ended before all its messages had come and gone.
  struct Retired {
    Matrix inputs, results;
    std::uint64_t sends, receives;  // the first ones that do not refer to them
  };

  bool accept_message(const Placement& place);
  Arrival next_ready();
  void begin_payload(const WireHeader& header, int rank, double* target);
  /// Moves one payload that is complete to ready_.
  void complete_payload();
  void forget_payload(std::size_t at);
  /// Every now and then. Errors: NoRanksLeft.
  void look_for_failures();
  void fail(std::uint32_t rank);
  void revive(std::uint32_t rank);
  /// Takes in what comes until `done`, and lets go of ranks that fail meanwhile.
  template <class Done>
  void drain_until(Done done);

  MPI_Comm comm_;
  std::uint32_t first_rank_;
  Roster roster_;
  Pulse pulse_;
  Stopwatch since_look_;
  bool anyone_failed_ = false;
  std::string job_;
  SendPool sends_;
  std::vector<MPI_Request> requests_;  // of incoming_, index by index
  std::vector<Incoming> incoming_;
  std::uint64_t received_ = 0;  // payloads begun
  std::deque<Retired> retired_;
  std::deque<Arrival> ready_;
  std::vector<std::byte> message_;
  std::vector<char> stopped_;  // by rank: it has said goodbye and needs no pulse any more
  // What failed ranks and cut rounds may still refer to, for ever.
  std::vector<Incoming> never_received_;
  std::vector<Matrix> abandoned_;
  bool round_has_failure_ = false;
};

/// The other ranks' loop: computes until the master says stop, or has no pulse any more. Errors are
/// sent to the master.
void serve_as_worker(const BlockFunctionFactory& factory, MPI_Comm comm = MPI_COMM_WORLD);

}  // namespace laggard::transport
