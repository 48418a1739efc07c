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

/// The answers of the first N - S workers, one row each; fills `received`, ascending.
Matrix collect(const Matrix& inputs, int workers, std::vector<WorkerId>& received) {
  Matrix answers(workers, kColumns);
  std::vector<MPI_Request> requests(2 * workers);
  for (int n = 0; n < workers; ++n) {
    const auto receive = &requests[n], send = &requests[workers + n];
    MPI_Irecv(&answers(n, 0), kColumns, MPI_DOUBLE, n + 1, kTag, MPI_COMM_WORLD, receive);
    MPI_Isend(&inputs(n, 0), kColumns, MPI_DOUBLE, n + 1, kTag, MPI_COMM_WORLD, send);
  }
  for (int i = 0, n = 0; i < workers - kLost; ++i) {
    MPI_Waitany(workers, requests.data(), &n, MPI_STATUS_IGNORE);
    received.push_back(static_cast<WorkerId>(n));
  }
  std::sort(received.begin(), received.end());
  const Matrix first = answers(received, Eigen::all);
  MPI_Waitall(2 * workers, requests.data(),
              MPI_STATUSES_IGNORE);  // the late ones, for the next round
  return first;
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
      row = row.unaryExpr(&f);
      MPI_Send(row.data(), kColumns, MPI_DOUBLE, 0, kTag, MPI_COMM_WORLD);
      continue;
    }
    const auto code = schemes::make_scheme(scheme, {kData, static_cast<WorkerId>(ranks - 1)});
    const Matrix data = Matrix::Random(kData, kColumns);
    std::vector<WorkerId> received;
    const Matrix answers = collect(code->encode(data).inputs, ranks - 1, received);
    const schemes::Decoded decoded = code->decode(rows_of(answers, 0, answers.rows()), received);
    const double error = (decoded.estimates - data.unaryExpr(&f)).cwiseAbs().maxCoeff();
    std::printf("%s: the largest error is %.1e\n", scheme, error);
  }
  MPI_Finalize();
}
