#include "transport/mpi_session.hpp"

#include <catch2/catch.hpp>

namespace laggard::transport {
namespace {

TEST_CASE("The version of MPI is one line, whatever else the library says", "[transport]") {
  CHECK(short_version("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4") ==
        "Open MPI v4.1.4");
  CHECK(short_version(
            "MPICH Version:\t4.0.2\nMPICH Release date:\tThu Apr  7\nMPICH CC:\tgcc, cc\n") ==
        "MPICH Version: 4.0.2");
  CHECK(short_version("Intel(R) MPI Library 2021.9 for Linux* OS\n") ==
        "Intel(R) MPI Library 2021.9 for Linux* OS");
}

}  // namespace
}  // namespace laggard::transport
