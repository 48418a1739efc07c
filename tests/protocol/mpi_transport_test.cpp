// The protocol over MPI: rank 0 runs the checks, the other ranks serve. The verdict is the same on
// all ranks, so that none waits for one that has left (R12).
#define CATCH_CONFIG_RUNNER
#include "transport/mpi_transport.hpp"

#include <fmt/format.h>
#include <mpi.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <sstream>
#include <string_view>
#include <thread>

#include "protocol/transport_checks.hpp"
#include "transport/mpi_session.hpp"

namespace {

using namespace laggard;
using namespace laggard::transport;

/// What rank 0 wants of the others next.
enum Part : int { kEnd, kServe, kTakeBlocks, kOutlastSilence };

Part agree(Part part) {
  int value = part;
  MPI_Bcast(&value, 1, MPI_INT, 0, MPI_COMM_WORLD);
  return static_cast<Part>(value);
}

constexpr int kHowMany = 100, kMismatches = 101;  // tags

/// Takes as many blocks as rank 0 says, head by head with the payload behind it, until it says 0.
/// Says how many had the values of another block.
void take_blocks() {
  for (;;) {
    int count = 0;
    MPI_Recv(&count, 1, MPI_INT, 0, kHowMany, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    if (count == 0) return;
    int mismatches = 0;
    for (int i = 0; i < count; ++i) {
      MPI_Status found;
      MPI_Probe(0, kTask, MPI_COMM_WORLD, &found);
      std::vector<std::byte> message;
      receive_bytes(MPI_COMM_WORLD, found, message);
      const WireHeader header = header_of(message);
      std::vector<double> values(header.values());
      MPI_Recv(values.data(), mpi_count(values.size()), MPI_DOUBLE, 0, kTaskPayload, MPI_COMM_WORLD,
               MPI_STATUS_IGNORE);
      if (values.front() != header.block.first_worker) ++mismatches;
    }
    MPI_Send(&mismatches, 1, MPI_INT, 0, kMismatches, MPI_COMM_WORLD);
  }
}

/// Has a rank take `count` more blocks, while `sends` (if there is one) goes on sending. Returns
/// how many had the values of another one.
int take(int rank, int count, SendPool* sends) {
  MPI_Send(&count, 1, MPI_INT, rank, kHowMany, MPI_COMM_WORLD);
  if (count == 0) return 0;
  for (int there = 0; there == 0;) {
    if (sends != nullptr) sends->reap();
    MPI_Iprobe(rank, kMismatches, MPI_COMM_WORLD, &there, MPI_STATUS_IGNORE);
  }
  int mismatches = 0;
  MPI_Recv(&mismatches, 1, MPI_INT, rank, kMismatches, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  return mismatches;
}

TEST_CASE("The protocol, over MPI", "[protocol]") {
  for (const checks::Check& check : checks::all()) {
    DYNAMIC_SECTION(check.name) {
      agree(kServe);
      {
        MpiTransport transport;
        check.run(transport);
      }
      CHECK_FALSE(MpiSession::given_up());  // nobody died
    }
  }
}

/// Ranks that take some of what is on its way, in every number: the sends that follow begin at
/// every fill of the pool.
TEST_CASE("Nothing comes between a head and its payload", "[protocol]") {
  int ranks = 0;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  constexpr int kBlocks = 100, kValues = 500;
  std::vector<std::vector<double>> values;
  for (int i = 0; i < kBlocks; ++i) values.emplace_back(kValues, i);
  for (int first = 1; first <= 32; ++first) {
    agree(kTakeBlocks);
    SendPool sends(MPI_COMM_WORLD);
    for (int i = 0; i < kBlocks; ++i)
      for (int rank = 1; rank < ranks; ++rank) {
        const auto worker = static_cast<std::uint32_t>(i);
        sends.send_block(rank, kTask, kTaskPayload, {{0, 0, worker, 1}, kValues},
                         values[worker].data(), nullptr);
      }
    int mismatches = 0;
    for (int rank = 1; rank < ranks; ++rank)
      mismatches += take(rank, rank == ranks - 1 ? first : 32, nullptr);
    sends.reap();
    for (int rank = 1; rank < ranks; ++rank) {
      mismatches += take(rank, kBlocks - (rank == ranks - 1 ? first : 32), &sends);
      take(rank, 0, nullptr);
    }
    sends.wait();
    CHECK(mismatches == 0);
  }
}

/// Signals that ranks of this machine send to themselves, as the job text says: "SIGNAL RANK
/// WORKER" at that worker's block in the first round.
class Mortal final : public BlockFunction {
 public:
  Mortal(int signal, WorkerId worker) : signal_(signal), worker_(worker) {}
  void operator()(const BlockId& block, MatrixView inputs, MatrixSpan outputs) const override {
    if (signal_ != 0 && block.round == 0 && block.first_worker == worker_) raise(signal_);
    scale_(block, inputs, outputs);
  }
  static constexpr Index kValues = 3000;  // more than MPI sends ahead

 private:
  int signal_;
  WorkerId worker_;
  checks::Scale scale_{1.0, kValues, -1};
};

std::unique_ptr<BlockFunction> mortal_worker(const std::string& job) {
  std::istringstream text(job);
  int signal = 0, mortal = 0, rank = 0;
  WorkerId worker = 0;
  text >> signal >> mortal >> worker;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return std::make_unique<Mortal>(rank == mortal ? signal : 0, worker);
}

std::vector<pid_t> processes;  // of the ranks; on rank 0

/// Two rounds whose blocks are dispatched in turn; those of ranks that fail once more.
class TwoRounds {
 public:
  explicit TwoRounds(Transport& transport) : transport_(transport) {
    for (int shift = 0; shift < 2; ++shift)
      rounds_.push_back(checks::open(transport,
                                     checks::whole_numbers(kBlocks, Mortal::kValues, shift),
                                     Mortal::kValues, static_cast<std::uint32_t>(shift)));
    for (std::uint32_t block = 0; block < kBlocks; ++block)
      for (std::uint32_t round = 0; round < 2; ++round) dispatch(round, block);
  }

  /// Until every block has been answered.
  void run() {
    while (!missing_.empty()) {
      const auto arrival = transport_.receive(0.0);  // who only polls learns of failures, too
      if (!arrival) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        continue;
      }
      if (arrival->failed != 0) {
        failed.insert(arrival->failed);
        for (const auto& [task, rank] : std::map(missing_))
          if (rank == arrival->failed) dispatch(task.first - rounds_[0]->number, task.second);
      } else {
        missing_.erase({arrival->block.round, arrival->block.first_worker});
      }
    }
  }
  void check_results() const {
    for (const auto& round : rounds_) checks::check_results(*round, 1.0);
  }

  std::set<std::uint32_t> failed;

 private:
  static constexpr std::uint32_t kBlocks = 64;

  void dispatch(std::uint32_t round, std::uint32_t block) {
    missing_[{rounds_[round]->number, block}] = transport_.roster().rank_of(block);
    checks::dispatch_block(transport_, *rounds_[round], block);
  }

  Transport& transport_;
  std::vector<std::shared_ptr<Round>> rounds_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> missing_;  // the rank of each
};

std::string mortal_job(int signal) {
  const auto ranks = static_cast<int>(processes.size()) - 1;
  return fmt::format("{} 1 {}", signal, 2 * ranks);  // rank 1 has every ranks-th block
}

/// In a job of its own, because MPI cannot be finalized afterwards.
TEST_CASE("A rank dies with two rounds in flight", "[.death]") {
  MpiTransport transport;
  transport.set_failure_rule({2.0, true});
  transport.configure(mortal_job(SIGKILL));
  TwoRounds rounds(transport);
  if (transport.roster().ranks() == 1) {
    CHECK_THROWS_AS(rounds.run(), NoRanksLeft);
    return;
  }
  rounds.run();
  CHECK(rounds.failed.contains(1));
  CHECK_FALSE(transport.roster().alive(1));
  rounds.check_results();
}

TEST_CASE("A rank stops for a while with two rounds in flight", "[.stop]") {
  MpiTransport transport;
  transport.set_failure_rule({2.0, true});
  transport.configure(mortal_job(SIGSTOP));
  TwoRounds rounds(transport);
  if (transport.roster().ranks() == 1) {
    CHECK_THROWS_AS(rounds.run(), NoRanksLeft);
    CHECK(kill(processes[1], SIGCONT) == 0);
    return;
  }
  rounds.run();
  CHECK(rounds.failed.contains(1));
  rounds.check_results();
  CHECK(kill(processes[1], SIGCONT) == 0);
  while (!transport.roster().alive(1)) transport.receive(0.05);
  // What it still owed has been taken in or is on its way while others are computed.
  TwoRounds next(transport);
  next.run();
  next.check_results();
  rounds.check_results();
}

/// Computes the block of worker 0 for longer than a rank may be silent.
class OutlastsSilence final : public BlockFunction {
 public:
  static constexpr int kSilentBeats = 3;
  void operator()(const BlockId& block, MatrixView, MatrixSpan outputs) const override {
    outputs.setZero();
    if (block.first_worker != 0) return;
    std::this_thread::sleep_for(
        std::chrono::duration<Seconds>((kSilentBeats + 2) * Pulse::kBeat_s));
  }
};

std::unique_ptr<BlockFunction> outlasting_worker(const std::string&) {
  return std::make_unique<OutlastsSilence>();
}

/// With three ranks: one works and one has stopped. Only the beats of real time can show this.
TEST_CASE("Ranks that have stopped are not missed while one still computes", "[protocol]") {
  int ranks = 0;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  if (ranks != 3) return;
  agree(kOutlastSilence);
  {
    MpiTransport transport;
    transport.set_failure_rule({OutlastsSilence::kSilentBeats * Pulse::kBeat_s, true});
    transport.configure("");
    checks::dispatch_all(transport, *checks::open(transport, Matrix::Zero(8, 1), 1));
  }
  CHECK_FALSE(MpiSession::given_up());
}

TEST_CASE("A message longer than MPI counts is refused", "[protocol]") {
  CHECK(mpi_count(2147483647U) == 2147483647);
  CHECK_THROWS_AS(mpi_count(2147483648U), RunError);
}

/// A rank has died in this job: no rank may finalize MPI. Whoever runs it reads what Catch says.
[[noreturn]] void leave(int code) {
  std::fflush(nullptr);
  _exit(code);
}

void run_mortal(int argc, char** argv, const MpiSession& session) {
  processes.resize(session.size());
  const pid_t own = getpid();
  MPI_Gather(&own, sizeof own, MPI_BYTE, processes.data(), sizeof own, MPI_BYTE, 0, MPI_COMM_WORLD);
  if (session.rank() == 0) leave(Catch::Session().run(argc, argv));
  serve_as_worker(mortal_worker);
  leave(0);
}

}  // namespace

int main(int argc, char** argv) {
  const MpiSession session;
  if (argc > 1 && std::string_view(argv[1]).starts_with("[.")) run_mortal(argc, argv, session);
  int failures = 0;
  if (session.rank() == 0) {
    failures = Catch::Session().run(argc, argv);
    agree(kEnd);
  } else {
    for (Part part = agree(kEnd); part != kEnd; part = agree(kEnd)) {
      if (part == kServe) serve_as_worker(checks::checks_worker);
      if (part == kTakeBlocks) take_blocks();
      if (part == kOutlastSilence) serve_as_worker(outlasting_worker);
    }
  }
  MPI_Allreduce(MPI_IN_PLACE, &failures, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  return failures == 0 ? 0 : 1;
}
