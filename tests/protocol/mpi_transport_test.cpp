// The protocol over MPI: rank 0 runs the checks, the other ranks serve. The verdict is the same on
// all ranks, so that none waits for one that has left (R12).
#define CATCH_CONFIG_RUNNER
#include "transport/mpi_transport.hpp"

#include <mpi.h>

#include "protocol/transport_checks.hpp"
#include "transport/mpi_session.hpp"

namespace {

using namespace laggard::transport;

/// What rank 0 wants of the others next.
enum Part : int { kEnd, kServe, kTakeBlocks };

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
                         values[worker].data());
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

TEST_CASE("A message longer than MPI counts is refused", "[protocol]") {
  CHECK(mpi_count(2147483647U) == 2147483647);
  CHECK_THROWS_AS(mpi_count(2147483648U), laggard::RunError);
}

}  // namespace

int main(int argc, char** argv) {
  const MpiSession session;
  int failures = 0;
  if (session.rank() == 0) {
    failures = Catch::Session().run(argc, argv);
    agree(kEnd);
  } else {
    for (Part part = agree(kEnd); part != kEnd; part = agree(kEnd))
      part == kServe ? serve_as_worker(checks::checks_worker) : take_blocks();
  }
  MPI_Allreduce(MPI_IN_PLACE, &failures, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  return failures == 0 ? 0 : 1;
}
