// Coded computing between the ranks of a program of your own: rank 0 encodes K rows, every other
// rank computes one coded row, and rank 0 decodes as soon as all but S of them have answered.
//     mpirun -n 17 own_program
#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <schemes/make_scheme.hpp>

using namespace laggard;

constexpr int kData = 4, kColumns = 3, kLost = 1, kTag = 0;

double f(double x) {
  return x * std::sin(x);
}

/// Rows on their way to the workers and back. The matrices must live until all requests are done,
/// which is long after the first answers were used.
struct Round {
  Matrix inputs, answers;
  std::vector<MPI_Request> requests;  // of all answers, then of all inputs

  int workers() const { return static_cast<int>(inputs.rows()); }
  void wait_for_the_late() { MPI_Waitall(2 * workers(), requests.data(), MPI_STATUSES_IGNORE); }
};

void begin(Round& round) {
  const int workers = round.workers();
  round.answers.resize(workers, kColumns);
  round.requests.resize(2 * workers);
  for (int n = 0; n < workers; ++n) {
    const auto receive = &round.requests[n], send = &round.requests[workers + n];
    MPI_Irecv(&round.answers(n, 0), kColumns, MPI_DOUBLE, n + 1, kTag, MPI_COMM_WORLD, receive);
    MPI_Isend(&round.inputs(n, 0), kColumns, MPI_DOUBLE, n + 1, kTag, MPI_COMM_WORLD, send);
  }
}

/// Waits for the first N - S answers; returns who sent them, ascending.
std::vector<WorkerId> first_answers(Round& round) {
  std::vector<WorkerId> received;
  for (int i = 0, n = 0; i < round.workers() - kLost; ++i) {
    MPI_Waitany(round.workers(), round.requests.data(), &n, MPI_STATUS_IGNORE);
    received.push_back(static_cast<WorkerId>(n));
  }
  std::sort(received.begin(), received.end());
  return received;
}

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0, ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  for (const char* scheme : {R"({"kind": "bacc"})", R"({"kind": "letcc"})"}) {
    if (rank > 0) {
      Matrix row(1, kColumns);
      MPI_Recv(row.data(), kColumns, MPI_DOUBLE, 0, kTag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
      // The last rank is as late as can be: it answers after rank 0 has decoded.
      if (rank == ranks - 1) MPI_Barrier(MPI_COMM_WORLD);
      row = row.unaryExpr(&f);
      MPI_Send(row.data(), kColumns, MPI_DOUBLE, 0, kTag, MPI_COMM_WORLD);
      if (rank < ranks - 1) MPI_Barrier(MPI_COMM_WORLD);
      continue;
    }
    const auto code = schemes::make_scheme(scheme, {kData, static_cast<WorkerId>(ranks - 1)});
    const Matrix data = Matrix::Random(kData, kColumns);
    Round round{code->encode(data).inputs};
    begin(round);
    const std::vector<WorkerId> received = first_answers(round);
    const Matrix answers = round.answers(received, Eigen::all);
    const schemes::Decoded decoded = code->decode(rows_of(answers, 0, answers.rows()), received);
    const double error = (decoded.estimates - data.unaryExpr(&f)).cwiseAbs().maxCoeff();
    std::printf("%s: the largest error is %.1e\n", scheme, error);
    MPI_Barrier(MPI_COMM_WORLD);
    round.wait_for_the_late();
  }
  MPI_Finalize();
}
