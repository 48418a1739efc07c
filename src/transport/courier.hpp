// Messages of any length between rank 0 and others that each work on their own.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "transport/backoff.hpp"
#include "transport/pulse.hpp"
#include "transport/wire.hpp"

namespace laggard::transport {

struct Message {
  std::uint32_t from = 0;
  std::string text;  ///< any bytes
};

class Courier {
 public:
  /// Collective over `comm`; rank 0 names the others that it writes to, they name it.
  Courier(MPI_Comm comm, std::vector<int> peers)
      : comm_(comm), pulse_(comm, std::move(peers)), sends_(comm) {}

  void send(std::uint32_t to, const std::string& text) {
    sends_.send_text(static_cast<int>(to), kMessage, text);
  }
  /// The next message, or nothing after `patience`.
  std::optional<Message> receive(Seconds patience);
  /// Until everything that was sent has been taken.
  void wait() { sends_.wait(); }

  Seconds silence_s(std::uint32_t peer) const { return pulse_.silence_s(static_cast<int>(peer)); }
  /// Sends to a peer that failed are left alone.
  void give_up(std::uint32_t peer) { sends_.give_up(static_cast<int>(peer)); }

 private:
  MPI_Comm comm_;
  Pulse pulse_;
  SendPool sends_;
  std::vector<std::byte> message_;
};

/// How the ranks of MPI_COMM_WORLD are split: rank 0 is alone, the others are in groups of
/// neighbours, as equal as can be.
struct RankGroups {
  MPI_Comm group = MPI_COMM_NULL;    ///< of this rank; its rank 0 leads
  MPI_Comm leaders = MPI_COMM_NULL;  ///< rank 0 and the leaders, group i's at 1 + i; null on others
  std::vector<std::uint32_t> led_by;  ///< rank in MPI_COMM_WORLD of every group's leader
  std::uint32_t leader = 0;           ///< that of this rank

  /// Whether this rank, which is `rank`, leads its group.
  bool leads(std::uint32_t rank) const { return rank != 0 && rank == leader; }
  bool is_leader(std::uint32_t rank) const {
    return std::binary_search(led_by.begin(), led_by.end(), rank);
  }
};

/// Collective over MPI_COMM_WORLD, which must have more ranks than `groups`.
RankGroups split_into_groups(std::uint32_t groups);

}  // namespace laggard::transport
