// The protocol over MPI: rank 0 runs the checks, the other ranks serve. The verdict is the same on
// all ranks, so that none waits for one that has left (R12).
#define CATCH_CONFIG_RUNNER
#include "transport/mpi_transport.hpp"

#include <mpi.h>

#include "protocol/transport_checks.hpp"
#include "transport/mpi_session.hpp"

namespace {

using namespace laggard::transport;

/// Rank 0 says whether there is one more check.
int agree(int value) {
  MPI_Bcast(&value, 1, MPI_INT, 0, MPI_COMM_WORLD);
  return value;
}

TEST_CASE("The protocol, over MPI", "[protocol]") {
  for (const checks::Check& check : checks::all()) {
    DYNAMIC_SECTION(check.name) {
      agree(1);
      MpiTransport transport;
      check.run(transport);
    }
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
    agree(0);
  } else {
    while (agree(0) == 1) serve_as_worker(checks::checks_worker);
  }
  MPI_Allreduce(MPI_IN_PLACE, &failures, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  return failures == 0 ? 0 : 1;
}
