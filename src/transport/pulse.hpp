// Signs of life between ranks.
#pragma once

#include <mpi.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "core/types.hpp"

namespace laggard::transport {

/// A rank tells its peers several times a second that it is there, from a thread of its own: in a
/// long computation it has a pulse, killed or stopped it has none. No MPI call ever reports that a
/// peer died. Time is counted in beats of this thread, so that a process that was stopped itself
/// does not blame the others. Where MPI has no MPI_THREAD_MULTIPLE, nobody is ever silent.
class Pulse {
 public:
  static constexpr Seconds kBeat_s = 0.2;
  /// After such a silence of rank 0 the others leave. Long, because a debugger or an overloaded
  /// node may hold it up.
  static constexpr Seconds kMasterGone_s = 30.0;

  /// Collective over `comm`; `peers` are ranks in it.
  Pulse(MPI_Comm comm, std::vector<int> peers);
  ~Pulse();
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

  /// Whether this process has made one: from then on its peers see whether it lives.
  static bool any() { return any_; }

  /// Since the last sign of life of a peer.
  Seconds silence_s(int peer) const {
    const std::uint64_t heard = heard_.at(peer);  // first: it never is ahead of beats_
    return kBeat_s * static_cast<double>(beats_ - heard);
  }

 private:
  struct Outgoing {
    int peer;
    MPI_Request request = MPI_REQUEST_NULL;
  };

  void beat();
  void send_signs();
  void take_signs();

  static inline std::atomic<bool> any_ = false;
  MPI_Comm comm_ = MPI_COMM_NULL;
  std::vector<Outgoing> outgoing_;
  std::map<int, std::atomic<std::uint64_t>> heard_;  // in beats; the keys never change
  std::atomic<std::uint64_t> beats_ = 0;
  bool stop_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace laggard::transport
