#include "transport/mpi_transport.hpp"

#include <cstring>

#include "core/error.hpp"
#include "core/stopwatch.hpp"

namespace laggard::transport {
namespace {

constexpr int kMaster = 0;

/// Takes the whole message that a probe found.
void receive_bytes(const MPI_Status& found, std::vector<std::byte>& bytes) {
  int size = 0;
  MPI_Get_count(&found, MPI_BYTE, &size);
  bytes.resize(static_cast<std::size_t>(size));
  MPI_Recv(bytes.data(), size, MPI_BYTE, found.MPI_SOURCE, found.MPI_TAG, MPI_COMM_WORLD,
           MPI_STATUS_IGNORE);
}

WireHeader header_of(const std::vector<std::byte>& message) {
  WireHeader header;
  std::memcpy(&header, message.data(), sizeof header);
  return header;
}

std::string text_of(const std::vector<std::byte>& bytes, std::size_t from = 0) {
  return {reinterpret_cast<const char*>(bytes.data()) + from, bytes.size() - from};
}

}  // namespace

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

void MpiTransport::dispatch(std::uint32_t index, const BlockId& block, MatrixView inputs) {
  const int rank = static_cast<int>(1 + index % worker_ranks_);
  sends_.send_block(rank, kTask, kTaskPayload, {block, static_cast<std::uint32_t>(inputs.cols())},
                    inputs.data());
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
  Incoming incoming{arrival, {}};
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

void MpiTransport::abandon_round(Matrix inputs, Matrix results) {
  abandoned_.push_back(std::move(inputs));  // a matrix that is moved keeps its memory
  abandoned_.push_back(std::move(results));
}

namespace {

/// One worker rank.
class WorkerRank {
 public:
  explicit WorkerRank(const BlockFunctionFactory& factory) : factory_(factory) {}

  void serve() {
    Backoff backoff;
    for (;;) {
      int there = 0;
      MPI_Status found;
      MPI_Iprobe(kMaster, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &found);
      if (there == 0) {
        sends_.reap();
        backoff.pause();
        continue;
      }
      backoff.reset();
      receive_bytes(found, message_);
      if (found.MPI_TAG == kStop) break;
      handle(found.MPI_TAG);
    }
    sends_.send_text(kMaster, kStop, "");
    sends_.wait();
  }

 private:
  /// The master wants no more; tasks that it sent before are still to be received.
  static bool stopping() {
    int there = 0;
    MPI_Iprobe(kMaster, kStop, MPI_COMM_WORLD, &there, MPI_STATUS_IGNORE);
    return there != 0;
  }

  void handle(int tag) {
    try {
      if (tag == kJob) {
        function_.reset();
        function_ = factory_(text_of(message_));
      } else {
        compute();
      }
    } catch (const Error& error) {
      report(error.code(), error.what());
    } catch (const std::exception& error) {
      const RunError shown = describe(error);
      report(shown.code(), shown.what());
    }
  }

  void compute() {
    WireHeader header = header_of(message_);
    inputs_.resize(header.block.count, header.columns);
    if (header.separate != 0)
      MPI_Recv(inputs_.data(), mpi_count(header.values()), MPI_DOUBLE, kMaster, kTaskPayload,
               MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    else
      std::memcpy(inputs_.data(), message_.data() + sizeof header,
                  header.values() * sizeof(double));
    if (!function_ || stopping()) return;  // without a function: the master was told why
    header.columns = static_cast<std::uint32_t>(function_->outputs());
    std::vector<double> outputs = sends_.buffer(header.values());
    const Stopwatch watch;
    (*function_)(header.block, rows_of(inputs_, 0, inputs_.rows()),
                 MatrixSpan(outputs.data(), inputs_.rows(), function_->outputs()));
    header.compute_s = watch.elapsed();
    sends_.send_block_owned(kMaster, kResult, kResultPayload, header, std::move(outputs));
  }

  void report(ExitCode code, const std::string& what) {
    sends_.send_text(kMaster, kError, std::string(1, static_cast<char>(code)) + what);
  }

  const BlockFunctionFactory& factory_;
  std::unique_ptr<BlockFunction> function_;
  SendPool sends_;
  std::vector<std::byte> message_;
  Matrix inputs_;
};

}  // namespace

void serve_as_worker(const BlockFunctionFactory& factory) {
  WorkerRank(factory).serve();
}

}  // namespace laggard::transport
