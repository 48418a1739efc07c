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

  void configure(const std::string& job) override;
  std::shared_ptr<Round> open(Round round) override;
  void dispatch(const Round& round, const Block& block, std::span<const Seconds> delays) override;
  std::optional<Arrival> receive(Seconds patience) override;

 private:
  /// Sends what the blocks of the round share, unless the rank has it.
  void share(const Round& round, int rank, const Block& block);

  /// Values on their way to the results of their round, which they hold, or to nobody.
  struct Incoming {
    Arrival arrival;
    int rank;
    std::shared_ptr<Matrix> results;
    std::vector<double> dropped;
  };

  bool accept_message();
  /// The head of a batch of results from byte `at` on; returns where the next one begins.
  std::size_t accept_result(std::size_t at, int rank, std::shared_ptr<Round>& round);
  Arrival next_ready();
  void begin_payload(const WireHeader& header, int rank, const Round* round);
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
  Pulse pulse_;
  Stopwatch since_look_;
  bool anyone_failed_ = false;
  std::string job_;
  SendPool sends_;
  std::vector<MPI_Request> requests_;  // of incoming_, index by index
  std::vector<Incoming> incoming_;
  std::deque<Arrival> ready_;
  std::vector<std::byte> message_;
  std::vector<std::optional<std::uint32_t>> shared_;  // by rank: the round whose values it has
  std::vector<char> stopped_;  // by rank: its last message is there, and its pulse may end
  std::vector<Incoming> never_received_;  // what failed ranks may still write to, for ever
};

/// The other ranks' loop: computes until the master says stop, or has no pulse any more. Errors are
/// sent to the master.
void serve_as_worker(const BlockFunctionFactory& factory, MPI_Comm comm = MPI_COMM_WORLD);

}  // namespace laggard::transport
