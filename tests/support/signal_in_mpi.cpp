// Preloaded into the program under test: sends a signal to one rank where it calls a function of
// MPI that all ranks call, before it takes part. SIGNAL_IN_MPI is "FUNCTION RANK SIGNAL FILE". The
// signal makes the file, and no second signal is sent while the file exists.
#include <fcntl.h>
#include <mpi.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>

namespace {

void send_signal(const char* function) {
  const char* order = std::getenv("SIGNAL_IN_MPI");
  const char* own = std::getenv("OMPI_COMM_WORLD_RANK");
  if (order == nullptr || own == nullptr) return;
  std::istringstream words(order);
  std::string where, rank, file;
  int signal = 0;
  words >> where >> rank >> signal >> file;
  if (where != function || rank != own) return;
  const int made = open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY, 0600);
  if (made < 0) return;
  close(made);
  kill(getpid(), signal);
}

}  // namespace

extern "C" {

int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  send_signal("MPI_Init_thread");
  return PMPI_Init_thread(argc, argv, required, provided);
}

int MPI_Gather(const void* sent, int send_count, MPI_Datatype send_type, void* received,
               int receive_count, MPI_Datatype receive_type, int root, MPI_Comm comm) {
  send_signal("MPI_Gather");
  return PMPI_Gather(sent, send_count, send_type, received, receive_count, receive_type, root,
                     comm);
}

int MPI_Comm_dup(MPI_Comm comm, MPI_Comm* made) {
  send_signal("MPI_Comm_dup");
  return PMPI_Comm_dup(comm, made);
}
}
