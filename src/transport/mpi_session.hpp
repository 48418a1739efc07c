// MPI_Init and MPI_Finalize as an object.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace laggard::transport {

/// True if a launcher (mpirun, srun) started this process; a process started by hand skips MPI,
/// whose initialisation takes longer than a small run.
bool started_by_launcher();

/// The rank of this process, as the launcher's variables say before MPI does.
std::optional<std::uint32_t> announced_rank();

class MpiSession {
 public:
  MpiSession();
  /// Finalizes, unless an exception is on its way: that would wait for ranks that no longer talk.
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  std::uint32_t rank() const { return rank_; }
  std::uint32_t size() const { return size_; }

  /// Skips finalization: where ranks that worked as equals stop at different places, it would wait
  /// for ever. The launcher ends the others when it sees the exit code.
  void abandon() { exceptions_ = -1; }

  /// A rank has died: no process may finalize any more, it would hang. main() leaves by _exit().
  static void give_up() { given_up_ = true; }
  static bool given_up() { return given_up_; }

  /// Host names of the ranks. Collective; the answer is on rank 0.
  std::vector<std::string> hosts() const;

 private:
  std::uint32_t rank_ = 0;
  std::uint32_t size_ = 1;
  int exceptions_;
  static inline bool given_up_ = false;
};

/// Of this machine, without MPI.
std::string host_name();

/// "Open MPI v4.1.4", from the library in use.
std::string mpi_version();

/// What a library says of its version, without what it adds: "MPICH Version: 4.0.2".
std::string short_version(std::string_view text);

}  // namespace laggard::transport
