#include "transport/mpi_transport.hpp"

#include <algorithm>
#include <cstring>

#include "core/error.hpp"
#include "transport/mpi_session.hpp"

namespace laggard::transport {
namespace {

std::uint32_t size_of(MPI_Comm comm) {
  int size = 1;
  MPI_Comm_size(comm, &size);
  return static_cast<std::uint32_t>(size);
}

std::vector<int> ranks_after_the_first(MPI_Comm comm) {
  std::vector<int> ranks;
  for (std::uint32_t rank = 1; rank < size_of(comm); ++rank)
    ranks.push_back(static_cast<int>(rank));
  return ranks;
}

}  // namespace

MpiTransport::MpiTransport(MPI_Comm comm, std::uint32_t first_rank)
    : Transport(Roster(size_of(comm) - 1, first_rank)),
      comm_(comm),
      pulse_(comm, ranks_after_the_first(comm)),
      sends_(comm),
      shared_(size_of(comm)),
      stopped_(size_of(comm), 0) {}

MpiTransport::~MpiTransport() {
  if (anyone_failed_) MpiSession::give_up();
  const std::string how = MpiSession::given_up() ? kStopWithoutFinalize : "";
  for (std::uint32_t rank = 1; rank <= roster_.ranks(); ++rank)
    sends_.send_text(static_cast<int>(rank), kStop, how);
  for (std::uint32_t rank = 1; rank <= roster_.ranks(); ++rank)
    if (!roster_.alive(rank)) sends_.give_up(static_cast<int>(rank));
  // Sends that nobody takes would block MPI_Finalize, on either side. The ranks say when they have
  // sent their last.
  drain_until([this] {
    const auto stopped = std::count(stopped_.begin(), stopped_.end(), 1);
    return stopped >= roster_.living() && requests_.empty() && sends_.in_flight() == 0;
  });
  if (anyone_failed_) MpiSession::give_up();
}

template <class Done>
void MpiTransport::drain_until(Done done) {
  Backoff backoff;
  while (!done()) {
    bool progress = false;
    try {
      progress = accept_message();
      complete_payload();
      sends_.reap();
      if (!progress) look_for_failures();
    } catch (const Error&) {  // the first one is already being dealt with
      progress = true;
    }
    ready_.clear();
    progress ? backoff.reset() : backoff.pause();
  }
}

void MpiTransport::configure(const std::string& job) {
  job_ = job;
  shared_.assign(shared_.size(), std::nullopt);
  for (std::uint32_t rank = 1; rank <= roster_.ranks(); ++rank)
    if (roster_.alive(rank)) sends_.send_text(static_cast<int>(rank), kJob, job);
}

std::shared_ptr<Round> MpiTransport::open(Round round) {
  sends_.reap();  // rounds before it have sends that are done: their inputs are not needed any more
  return Transport::open(std::move(round));
}

void MpiTransport::dispatch(const Round& round, const Block& block,
                            std::span<const Seconds> delays) {
  const auto rank = static_cast<int>(roster_.host_of(round.block_of(block.first_worker)));
  share(round, rank, block);
  const MatrixView inputs = round.inputs_of(block);
  WireHeader header{round.id_of(block), static_cast<std::uint32_t>(inputs.cols())};
  header.outputs = static_cast<std::uint32_t>(round.results->cols());
  header.oldest_round = rounds_.oldest();
  sends_.send_block(rank, kTask, kTaskPayload, header, inputs.data(), round.inputs, delays);
}

void MpiTransport::share(const Round& round, int rank, const Block& block) {
  std::optional<std::uint32_t>& shared = shared_[static_cast<std::size_t>(rank)];
  if (!round.shared || shared == round.number) return;
  shared = round.number;
  BlockId id = round.id_of(block);
  id.count = static_cast<std::uint32_t>(round.shared->rows());
  WireHeader header{id, static_cast<std::uint32_t>(round.shared->cols())};
  header.shared = 1;
  header.oldest_round = rounds_.oldest();
  sends_.send_block(rank, kTask, kTaskPayload, header, round.shared->data(), round.shared);
}

bool MpiTransport::accept_message() {
  int there = 0;
  MPI_Status found;
  // Messages of one rank do not overtake each other, so that a head is seen before its payload.
  MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm_, &there, &found);
  if (there == 0) return false;
  receive_bytes(comm_, found, message_);
  if (anyone_failed_) revive(static_cast<std::uint32_t>(found.MPI_SOURCE));
  if (found.MPI_TAG == kStop) {
    stopped_[static_cast<std::size_t>(found.MPI_SOURCE)] = 1;
    return true;
  }
  if (found.MPI_TAG == kError)
    throw Error(static_cast<ExitCode>(message_.front()), text_of(message_, 1));
  std::shared_ptr<Round> round;
  for (std::size_t at = 0; at < message_.size();) at = accept_result(at, found.MPI_SOURCE, round);
  return true;
}

std::size_t MpiTransport::accept_result(std::size_t at, int rank, std::shared_ptr<Round>& round) {
  const WireHeader header = header_of(message_, at);
  at += sizeof header;
  // Mostly all results of a message are of one round.
  if (!round || round->number != header.block.round) round = rounds_.find(header.block.round);
  if (header.separate != 0) {
    begin_payload(header, rank, round.get());
    return at;
  }
  if (round)
    std::memcpy(round->results_from(header.block.first_worker), message_.data() + at,
                header.values() * sizeof(double));
  ready_.push_back({header.block, header.compute_s});
  return at + header.tail_bytes();
}

void MpiTransport::begin_payload(const WireHeader& header, int rank, const Round* round) {
  Incoming incoming{{header.block, header.compute_s}, rank, nullptr, {}};
  double* target = nullptr;
  if (round != nullptr) {
    incoming.results = round->results;
    target = round->results_from(header.block.first_worker);
  } else {
    incoming.dropped.resize(header.values());
    target = incoming.dropped.data();
  }
  incoming_.push_back(std::move(incoming));
  requests_.push_back(MPI_REQUEST_NULL);
  MPI_Irecv(target, mpi_count(header.values()), MPI_DOUBLE, rank, kResultPayload, comm_,
            &requests_.back());
}

void MpiTransport::complete_payload() {
  if (requests_.empty()) return;
  int which = MPI_UNDEFINED, done = 0;
  MPI_Testany(mpi_count(requests_.size()), requests_.data(), &which, &done, MPI_STATUS_IGNORE);
  if (done == 0 || which == MPI_UNDEFINED) return;
  ready_.push_back(incoming_[static_cast<std::size_t>(which)].arrival);
  forget_payload(static_cast<std::size_t>(which));
}

void MpiTransport::forget_payload(std::size_t at) {
  incoming_.erase(incoming_.begin() + static_cast<std::ptrdiff_t>(at));
  requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(at));
}

void MpiTransport::look_for_failures() {
  constexpr Seconds kEvery_s = 0.05;
  if (since_look_.elapsed() < kEvery_s) return;
  since_look_.restart();
  for (std::uint32_t rank = 1; rank <= roster_.ranks(); ++rank)
    if (roster_.alive(rank) && stopped_[rank] == 0 &&
        pulse_.silence_s(static_cast<int>(rank)) > roster_.rule().timeout_s)
      fail(rank);
  if (anyone_failed_ && roster_.living() == 0)
    throw NoRanksLeft("every worker rank has died or hangs", "none gives a sign of life",
                      "look at the nodes; --resume continues after the trials that are finished");
}

void MpiTransport::fail(std::uint32_t rank) {
  anyone_failed_ = true;
  roster_.fail(rank);
  sends_.give_up(static_cast<int>(rank));
  for (std::size_t at = incoming_.size(); at-- > 0;) {
    if (incoming_[at].rank != static_cast<int>(rank)) continue;
    never_received_.push_back(std::move(incoming_[at]));
    forget_payload(at);
  }
  ready_.push_back({{}, 0.0, roster_.name_of(rank)});
}

void MpiTransport::revive(std::uint32_t rank) {
  if (roster_.alive(rank)) return;
  roster_.revive(rank);
  shared_[rank].reset();
  sends_.send_text(static_cast<int>(rank), kJob, job_);  // it may have missed one
}

Arrival MpiTransport::next_ready() {
  const Arrival arrival = ready_.front();
  ready_.pop_front();
  return arrival;
}

std::optional<Arrival> MpiTransport::receive(Seconds patience) {
  sends_.flush();
  if (!ready_.empty()) return next_ready();
  const Stopwatch watch;
  Backoff backoff;
  for (;;) {
    if (sends_.queued() > 0) sends_.reap();
    complete_payload();
    if (ready_.empty() && accept_message()) backoff.reset();
    const bool over = watch.elapsed() >= patience;
    // Where patience is short, or every look takes long, nobody would get to sleep.
    if (ready_.empty() && (over || backoff.sleeping())) look_for_failures();
    if (!ready_.empty()) return next_ready();
    if (over) return std::nullopt;
    backoff.pause(patience - watch.elapsed());
  }
}

}  // namespace laggard::transport
