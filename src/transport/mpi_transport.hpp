// The workers on the ranks 1..P-1 of MPI_COMM_WORLD.
#pragma once

#include <deque>

#include "transport/backoff.hpp"
#include "transport/wire.hpp"

namespace laggard::transport {

/// The master's side, on rank 0. No call waits for one particular worker.
class MpiTransport final : public Transport {
 public:
  explicit MpiTransport(std::uint32_t ranks) : worker_ranks_(ranks - 1) {}
  /// Tells the worker ranks to stop and takes in what they still send: each finishes the block it
  /// is at and drops the others.
  ~MpiTransport() override;

  std::uint32_t worker_ranks() const override { return worker_ranks_; }
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
    std::vector<double> dropped;  // where nobody waits for them
  };

  /// The matrices of a round that ended before all its messages had come and gone.
  struct Retired {
    Matrix inputs, results;
    std::uint64_t sends, receives;  // the first ones that do not refer to them
  };

  bool accept_message(const Placement& place);
  /// Moves one payload that is complete to ready_.
  void complete_payload();

  std::uint32_t worker_ranks_;
  SendPool sends_;
  std::vector<MPI_Request> requests_;  // of incoming_, index by index
  std::vector<Incoming> incoming_;
  std::uint64_t received_ = 0;  // payloads begun
  std::deque<Retired> retired_;
  std::deque<Arrival> ready_;
  std::vector<std::byte> message_;
  std::uint32_t stopped_ = 0;  // worker ranks that will not send any more
  std::vector<Matrix> abandoned_;
};

/// The other ranks' loop: computes until the master says stop. Errors are sent to the master.
void serve_as_worker(const BlockFunctionFactory& factory);

}  // namespace laggard::transport
