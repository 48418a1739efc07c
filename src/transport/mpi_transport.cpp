#include "transport/mpi_transport.hpp"

#include <algorithm>
#include <cstring>

#include "core/error.hpp"
#include "core/stopwatch.hpp"

namespace laggard::transport {
MpiTransport::~MpiTransport() {
  for (std::uint32_t rank = 1; rank <= worker_ranks_; ++rank)
    sends_.send_text(static_cast<int>(rank), kStop, "");
  // Sends that nobody takes would block MPI_Finalize, on either side. The ranks say when they have
  // sent their last.
  const Placement nowhere = [](const BlockId&) -> double* { return nullptr; };
  Backoff backoff;
  while (stopped_ < worker_ranks_ || !requests_.empty() || sends_.in_flight() > 0) {
    bool progress = false;
    try {
      progress = accept_message(nowhere);
      complete_payload();
      sends_.reap();
    } catch (const Error&) {  // the first one is already being dealt with
      progress = true;
    }
    ready_.clear();
    progress ? backoff.reset() : backoff.pause();
  }
}

void MpiTransport::configure(const std::string& job) {
  for (std::uint32_t rank = 1; rank <= worker_ranks_; ++rank)
    sends_.send_text(static_cast<int>(rank), kJob, job);
}

void MpiTransport::dispatch(std::uint32_t index, const BlockId& block, MatrixView inputs,
                            std::span<const Seconds> delays) {
  const int rank = static_cast<int>(1 + index % worker_ranks_);
  sends_.send_block(rank, kTask, kTaskPayload, {block, static_cast<std::uint32_t>(inputs.cols())},
                    inputs.data(), delays);
}

bool MpiTransport::accept_message(const Placement& place) {
  int there = 0;
  MPI_Status found;
  // Messages of one rank do not overtake each other, so that a head is seen before its payload.
  MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &found);
  if (there == 0) return false;
  receive_bytes(found, message_);
  if (found.MPI_TAG == kStop) {
    ++stopped_;
    return true;
  }
  if (found.MPI_TAG == kError)
    throw Error(static_cast<ExitCode>(message_.front()), text_of(message_, 1));
  const WireHeader header = header_of(message_);
  double* target = place(header.block);
  const Arrival arrival{header.block, header.compute_s};
  if (header.separate == 0) {
    if (target != nullptr)
      std::memcpy(target, message_.data() + sizeof header, header.values() * sizeof(double));
    ready_.push_back(arrival);
    return true;
  }
  Incoming incoming{arrival, received_++, {}};
  if (target == nullptr) {
    incoming.dropped.resize(header.values());
    target = incoming.dropped.data();
  }
  incoming_.push_back(std::move(incoming));
  requests_.push_back(MPI_REQUEST_NULL);
  MPI_Irecv(target, mpi_count(header.values()), MPI_DOUBLE, found.MPI_SOURCE, kResultPayload,
            MPI_COMM_WORLD, &requests_.back());
  return true;
}

void MpiTransport::complete_payload() {
  if (requests_.empty()) return;
  int which = MPI_UNDEFINED, done = 0;
  MPI_Testany(mpi_count(requests_.size()), requests_.data(), &which, &done, MPI_STATUS_IGNORE);
  if (done == 0 || which == MPI_UNDEFINED) return;
  const auto at = static_cast<std::ptrdiff_t>(which);
  ready_.push_back(incoming_[static_cast<std::size_t>(which)].arrival);
  incoming_.erase(incoming_.begin() + at);
  requests_.erase(requests_.begin() + at);
}

std::optional<Arrival> MpiTransport::receive(Seconds patience, const Placement& place) {
  const Stopwatch watch;
  Backoff backoff;
  for (;;) {
    complete_payload();
    if (ready_.empty() && accept_message(place)) backoff.reset();
    if (!ready_.empty()) {
      const Arrival arrival = ready_.front();
      ready_.pop_front();
      return arrival;
    }
    if (watch.elapsed() >= patience) return std::nullopt;
    backoff.pause();
  }
}

void MpiTransport::finish_round() {
  sends_.wait();
}

void MpiTransport::retire_round(Matrix inputs, Matrix results) {
  retired_.push_back({std::move(inputs), std::move(results), sends_.next(), received_});
  sends_.reap();
  std::uint64_t oldest_receive = received_;
  for (const Incoming& incoming : incoming_)
    oldest_receive = std::min(oldest_receive, incoming.number);
  while (!retired_.empty() && retired_.front().sends <= sends_.oldest() &&
         retired_.front().receives <= oldest_receive)
    retired_.pop_front();
}

void MpiTransport::abandon_round(Matrix inputs, Matrix results) {
  abandoned_.push_back(std::move(inputs));  // a matrix that is moved keeps its memory
  abandoned_.push_back(std::move(results));
}

}  // namespace laggard::transport
