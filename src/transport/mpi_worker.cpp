#include <cstring>

#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "transport/held_answers.hpp"
#include "transport/mpi_session.hpp"
#include "transport/mpi_transport.hpp"

namespace laggard::transport {
namespace {

constexpr int kMaster = 0;

/// One worker rank.
class WorkerRank {
 public:
  WorkerRank(const BlockFunctionFactory& factory, MPI_Comm comm)
      : factory_(factory), comm_(comm), pulse_(comm, {kMaster}), sends_(comm) {}

  /// Until the master says stop or is gone.
  void serve() {
    try {
      serve_tasks();
    } catch (const Abandoned&) {
      MpiSession::give_up();
      return;
    }
    if (text_of(message_) == kStopWithoutFinalize) MpiSession::give_up();
    sends_.send_text(kMaster, kStop, "");
    sends_.wait();
  }

 private:
  void serve_tasks() {
    Backoff backoff;
    for (;;) {
      send_due();
      int there = 0;
      MPI_Status found;
      MPI_Iprobe(kMaster, MPI_ANY_TAG, comm_, &there, &found);
      if (there == 0) {
        sends_.reap();
        if (abandoned(backoff)) throw Abandoned();
        held_.empty() ? backoff.pause() : backoff.pause(held_.next_due_s() - clock_.elapsed());
        continue;
      }
      backoff.reset();
      receive_bytes(comm_, found, message_);
      if (found.MPI_TAG == kStop) return;
      handle(found.MPI_TAG);
    }
  }

  /// The master is gone, and with it whoever could use an answer.
  struct Abandoned {};

  bool abandoned(const Backoff& backoff) const {
    return backoff.sleeping() && pulse_.silence_s(kMaster) > Pulse::kMasterGone_s;
  }

  void receive_payload(const WireHeader& header) {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Irecv(inputs_.data(), mpi_count(header.values()), MPI_DOUBLE, kMaster, kTaskPayload, comm_,
              &request);
    Backoff backoff;
    for (;;) {
      int done = 0;
      MPI_Test(&request, &done, MPI_STATUS_IGNORE);
      if (done != 0) return;
      if (abandoned(backoff)) throw Abandoned();
      backoff.pause();
    }
  }

  /// The master wants no more; tasks that it sent before are still to be received. The look passes
  /// all of them, so that it is taken now and then only.
  bool stopping() {
    constexpr Seconds kEvery_s = 0.02;
    if (since_look_.elapsed() < kEvery_s) return false;
    since_look_.restart();
    int there = 0;
    MPI_Iprobe(kMaster, kStop, comm_, &there, MPI_STATUS_IGNORE);
    return there != 0;
  }

  void handle(int tag) {
    if (tag == kTask) return compute_all();
    if (tag != kJob) return;
    function_.reset();
    try_to([&] { function_ = factory_(text_of(message_)); });
  }

  /// Whether it went well; if not, the master is told.
  template <class Work>
  bool try_to(Work&& work) {
    try {
      work();
      return true;
    } catch (const Error& error) {
      report(error.code(), error.what());
    } catch (const std::exception& error) {
      const RunError shown = describe(error);
      report(shown.code(), shown.what());
    }
    return false;
  }

  /// Answers whose time has come. Those of earlier rounds have no values left.
  void send_due() {
    // A look at the clock costs as much as a small task.
    while (!held_.empty() && held_.next_due_s() <= clock_.elapsed()) {
      HeldAnswer answer = held_.pop();
      WireHeader header{answer.arrival.block, static_cast<std::uint32_t>(answer.values.size())};
      header.compute_s = answer.arrival.compute_s;
      sends_.send_block_owned(kMaster, kResult, kResultPayload, header, std::move(answer.values));
    }
    sends_.flush();
  }

  /// The tasks of a message. Answers share messages as long as that holds none of them up. After an
  /// error the rest is received all the same: values that come alone would be taken for a task.
  void compute_all() {
    constexpr Seconds kLongestHold_s = 100e-6;
    Seconds held_s = 0.0;
    bool well = function_ != nullptr;  // if there is none, the master was told why
    for (std::size_t at = 0; at < message_.size();) {
      const WireHeader header = header_of(message_, at);
      const Seconds received_s = receive(header, at + sizeof header);
      at += sizeof header + header.tail_bytes();
      if (well) well = try_to([&] { held_s += compute(header, received_s); });
      if (held_s < kLongestHold_s) continue;
      sends_.flush();
      held_s = 0.0;
    }
    sends_.flush();
  }

  /// Delays and inputs of a task, which begin at byte `at`. Returns when it came, if it is delayed.
  Seconds receive(const WireHeader& header, std::size_t at) {
    const Seconds received_s = header.delayed != 0 ? clock_.elapsed() : 0.0;
    delays_.resize(header.delayed != 0 ? header.block.count : 0);
    if (header.delayed != 0)
      std::memcpy(delays_.data(), message_.data() + at, header.delay_bytes());
    at += header.delay_bytes();
    inputs_.resize(header.block.count, header.columns);
    if (header.separate != 0)
      receive_payload(header);
    else
      std::memcpy(inputs_.data(), message_.data() + at, header.values() * sizeof(double));
    return received_s;
  }

  /// Returns the time of the forward call.
  Seconds compute(WireHeader header, Seconds received_s) {
    if (stopping()) return 0.0;
    if (header.shared != 0) {
      function_->share(header.block, rows_of(inputs_, 0, inputs_.rows()));
      return 0.0;
    }
    const Index columns = header.outputs;
    header.columns = header.outputs;
    std::vector<double> outputs = sends_.buffer(header.values());
    const Stopwatch watch;
    (*function_)(header.block, rows_of(inputs_, 0, inputs_.rows()),
                 MatrixSpan(outputs.data(), inputs_.rows(), columns));
    header.compute_s = watch.elapsed();
    if (!delays_.empty()) {
      held_.release_before(header.oldest_round);
      held_.hold({header.block, header.compute_s},
                 MatrixView(outputs.data(), inputs_.rows(), columns), delays_,
                 received_s + header.compute_s);
      sends_.recycle(std::move(outputs));
      return header.compute_s;
    }
    header.delayed = 0;
    sends_.send_block_owned(kMaster, kResult, kResultPayload, header, std::move(outputs));
    return header.compute_s;
  }

  void report(ExitCode code, const std::string& what) {
    sends_.send_text(kMaster, kError, std::string(1, static_cast<char>(code)) + what);
  }

  const BlockFunctionFactory& factory_;
  MPI_Comm comm_;
  Pulse pulse_;
  std::unique_ptr<BlockFunction> function_;
  SendPool sends_;
  std::vector<std::byte> message_;
  Matrix inputs_;
  std::vector<Seconds> delays_;
  HeldAnswers held_;
  Stopwatch clock_;
  Stopwatch since_look_;
};

}  // namespace

void serve_as_worker(const BlockFunctionFactory& factory, MPI_Comm comm) {
  WorkerRank(factory, comm).serve();
}

}  // namespace laggard::transport
