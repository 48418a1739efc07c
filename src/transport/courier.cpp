#include "transport/courier.hpp"

#include "core/stopwatch.hpp"

namespace laggard::transport {

std::optional<Message> Courier::receive(Seconds patience) {
  const Stopwatch watch;
  Backoff backoff;
  for (;;) {
    int there = 0;
    MPI_Status found;
    MPI_Iprobe(MPI_ANY_SOURCE, kMessage, comm_, &there, &found);
    if (there != 0) {
      receive_bytes(comm_, found, message_);
      return Message{static_cast<std::uint32_t>(found.MPI_SOURCE), text_of(message_)};
    }
    sends_.reap();
    if (watch.elapsed() >= patience) return std::nullopt;
    backoff.pause();
  }
}

RankGroups split_into_groups(std::uint32_t groups) {
  int rank = 0, size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  const auto own = static_cast<std::uint32_t>(rank);
  const auto others = static_cast<std::uint64_t>(size - 1);
  RankGroups split;
  int color = MPI_UNDEFINED;
  for (std::uint32_t i = 0; i < groups; ++i) {
    const auto first = static_cast<std::uint32_t>(1 + others * i / groups);
    split.led_by.push_back(first);
    if (own < first) continue;
    color = static_cast<int>(i);
    split.leader = first;
  }
  MPI_Comm_split(MPI_COMM_WORLD, color, rank, &split.group);
  const bool writes = own == 0 || split.leads(own);
  MPI_Comm_split(MPI_COMM_WORLD, writes ? 0 : MPI_UNDEFINED, rank, &split.leaders);
  return split;
}

}  // namespace laggard::transport
