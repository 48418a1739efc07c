#include "transport/pulse.hpp"

#include <chrono>
#include <csignal>

namespace laggard::transport {
namespace {

constexpr char kSign = 1;
/// To the dead, signs would pile up in MPI's buffers; who comes back is answered again.
constexpr Seconds kSendsUntilSilent_s = 30.0;

}  // namespace

Pulse::Pulse(MPI_Comm comm, std::vector<int> peers) {
  for (const int peer : peers) {
    outgoing_.push_back({peer});
    heard_[peer] = 0;
  }
  int provided = MPI_THREAD_SINGLE;
  MPI_Query_thread(&provided);
  // The same on all ranks, which have the same MPI.
  const bool silent = provided < MPI_THREAD_MULTIPLE || peers.empty();
  if (!silent) MPI_Comm_dup(comm, &comm_);  // its own, so that nobody else's probe finds a sign
  any_ = true;
  if (silent) return;
  // Signals are for the thread that does the work.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { beat(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Pulse::~Pulse() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Pulse::beat() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    send_signs();
    take_signs();
    ++beats_;
    wake_.wait_for(lock, std::chrono::duration<Seconds>(kBeat_s));
  }
}

void Pulse::send_signs() {
  for (Outgoing& outgoing : outgoing_) {
    if (silence_s(outgoing.peer) > kSendsUntilSilent_s) continue;
    int done = 0;
    MPI_Test(&outgoing.request, &done, MPI_STATUS_IGNORE);
    if (done == 0) continue;
    MPI_Isend(&kSign, 1, MPI_CHAR, outgoing.peer, 0, comm_, &outgoing.request);
  }
}

void Pulse::take_signs() {
  for (;;) {
    int there = 0;
    MPI_Status found;
    MPI_Iprobe(MPI_ANY_SOURCE, 0, comm_, &there, &found);
    if (there == 0) return;
    char sign = 0;
    MPI_Recv(&sign, 1, MPI_CHAR, found.MPI_SOURCE, 0, comm_, MPI_STATUS_IGNORE);
    heard_.at(found.MPI_SOURCE) = beats_.load();
  }
}

}  // namespace laggard::transport
