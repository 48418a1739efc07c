// What the master spends per task, against a bare MPI echo of the same bytes in the same run. A
// round hands a batch of tasks to the worker ranks in turn and takes all results back.
#include <mpi.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <limits>
#include <vector>

#include "core/allocation.hpp"
#include "core/stopwatch.hpp"
#include "transport/backoff.hpp"
#include "transport/mpi_session.hpp"
#include "transport/mpi_transport.hpp"

namespace laggard {
namespace {

using transport::Arrival;
using transport::BlockId;

constexpr int kTaskTag = 11, kResultTag = 12;

/// One measurement: `tasks` per round of `values` doubles each, `rounds` times.
struct Load {
  Index values;
  std::uint32_t tasks;
  std::uint32_t rounds;
};

constexpr std::array kLoads{Load{1, 256, 40},    Load{64, 256, 40},  Load{384, 256, 20},
                            Load{1024, 128, 20}, Load{8192, 64, 10}, Load{131'072, 16, 20}};
constexpr int kRepetitions = 15;

class Identity final : public transport::BlockFunction {
 public:
  void operator()(const BlockId&, MatrixView inputs, MatrixSpan outputs) const override {
    outputs = inputs;
  }
};

std::unique_ptr<transport::BlockFunction> make_identity(const std::string&) {
  return std::make_unique<Identity>();
}

/// The least wall time of `rounds` calls, the first of which (it connects the ranks) does not
/// count.
template <class Round>
Seconds least_time(std::uint32_t rounds, Round run_round) {
  run_round(0U);
  Seconds least = std::numeric_limits<Seconds>::infinity();
  for (std::uint32_t round = 1; round <= rounds; ++round) {
    const Stopwatch watch;
    run_round(round);
    least = std::min(least, watch.elapsed());
  }
  return least;
}

/// Seconds per task through the transport, as the master of a run uses it.
double transport_master(const Load& load) {
  const auto inputs = std::make_shared<const Matrix>(Matrix::Random(load.tasks, load.values));
  const auto outputs = std::make_shared<Matrix>(load.tasks, load.values);
  transport::MpiTransport transport;
  transport.configure(std::to_string(load.values));
  const auto run_round = [&](std::uint32_t) {
    const auto round = transport.open({0, 0, 1, inputs, outputs, {}});
    for (std::uint32_t task = 0; task < load.tasks; ++task)
      transport.dispatch(*round, {task, 1}, {});
    for (std::uint32_t missing = load.tasks; missing > 0;)
      if (transport.receive(1.0)) --missing;
  };
  return least_time(load.rounds, run_round) / load.tasks;
}

/// The same exchange with nothing around it: receives posted ahead, one send per task, and a worker
/// that does nothing but receive, copy and send.
template <class WaitForOne>
double echo_master(const Load& load, std::uint32_t ranks, WaitForOne wait_for_one) {
  const Matrix inputs = Matrix::Random(load.tasks, load.values);
  Matrix outputs(load.tasks, load.values);
  const auto count = static_cast<int>(load.values);
  std::vector<MPI_Request> sends(load.tasks), receives(load.tasks);
  const auto run_round = [&](std::uint32_t) {
    for (std::uint32_t task = 0; task < load.tasks; ++task) {
      const int rank = static_cast<int>(1 + task % (ranks - 1));
      MPI_Irecv(outputs.row(task).data(), count, MPI_DOUBLE, rank, kResultTag, MPI_COMM_WORLD,
                &receives[task]);
      MPI_Isend(inputs.row(task).data(), count, MPI_DOUBLE, rank, kTaskTag, MPI_COMM_WORLD,
                &sends[task]);
    }
    for (std::uint32_t task = 0; task < load.tasks; ++task) wait_for_one(receives);
    MPI_Waitall(static_cast<int>(load.tasks), sends.data(), MPI_STATUSES_IGNORE);
  };
  return least_time(load.rounds, run_round) / load.tasks;
}

void wait_any(std::vector<MPI_Request>& requests) {
  int which = 0;
  MPI_Waitany(static_cast<int>(requests.size()), requests.data(), &which, MPI_STATUS_IGNORE);
}

void poll_any(std::vector<MPI_Request>& requests) {
  transport::Backoff backoff;
  for (;;) {
    int which = 0, done = 0;
    MPI_Testany(static_cast<int>(requests.size()), requests.data(), &which, &done,
                MPI_STATUS_IGNORE);
    if (done != 0) return;
    backoff.pause();
  }
}

std::uint32_t tasks_of_rank(const Load& load, std::uint32_t ranks, std::uint32_t rank) {
  return (load.tasks + ranks - 1 - rank) / (ranks - 1);
}

void echo_worker(const Load& load, std::uint32_t ranks, std::uint32_t rank, bool polling) {
  std::vector<double> values(static_cast<std::size_t>(load.values)), outputs(values.size());
  const auto count = static_cast<int>(load.values);
  const std::uint32_t messages = tasks_of_rank(load, ranks, rank) * (load.rounds + 1);
  for (std::uint32_t i = 0; i < messages; ++i) {
    transport::Backoff backoff;
    for (int there = polling ? 0 : 1; there == 0;) {
      MPI_Iprobe(0, kTaskTag, MPI_COMM_WORLD, &there, MPI_STATUS_IGNORE);
      if (there == 0) backoff.pause();
    }
    MPI_Recv(values.data(), count, MPI_DOUBLE, 0, kTaskTag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    std::copy(values.begin(), values.end(), outputs.begin());  // what the worker computes
    MPI_Send(outputs.data(), count, MPI_DOUBLE, 0, kResultTag, MPI_COMM_WORLD);
  }
}

/// Least seconds per task over the repetitions.
struct Least {
  double transport = std::numeric_limits<double>::infinity();
  double blocking = std::numeric_limits<double>::infinity();
  double polling = std::numeric_limits<double>::infinity();
};

Least measure(const Load& load, const transport::MpiSession& session) {
  Least least;
  for (int i = 0; i < kRepetitions; ++i) {
    MPI_Barrier(MPI_COMM_WORLD);
    if (session.rank() == 0) {
      least.transport = std::min(least.transport, transport_master(load));
      least.blocking = std::min(least.blocking, echo_master(load, session.size(), wait_any));
      least.polling = std::min(least.polling, echo_master(load, session.size(), poll_any));
    } else {
      transport::serve_as_worker(make_identity);
      echo_worker(load, session.size(), session.rank(), false);
      echo_worker(load, session.size(), session.rank(), true);
    }
  }
  return least;
}

}  // namespace
}  // namespace laggard

int main() {
  using namespace laggard;
  keep_freed_memory();  // as in the program
  const transport::MpiSession session;
  if (session.size() < 2) {
    std::fprintf(stderr, "bench_master: one rank is not enough; use mpirun -n 2\n");
    return 2;
  }
  if (session.rank() == 0)
    std::printf(
        "%u ranks; least wall time per task of all rounds; target: ratio <= 1.3\n"
        "%10s %12s %12s %12s %10s %10s\n",
        session.size(), "bytes", "master us", "echo us", "polling us", "to echo", "to polling");
  for (const Load& load : kLoads) {
    const Least least = measure(load, session);
    if (session.rank() != 0) continue;
    std::printf("%10ld %12.3f %12.3f %12.3f %10.2f %10.2f\n", static_cast<long>(load.values) * 8,
                least.transport * 1e6, least.blocking * 1e6, least.polling * 1e6,
                least.transport / least.blocking, least.transport / least.polling);
    std::fflush(stdout);
  }
}
