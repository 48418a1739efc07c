// How the launcher learns what becomes of the ranks: mpirun itself returns 0 once ranks may die.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace laggard::commands {

/// Under `laggard launch` (which sets the variable LAGGARD_STATUS) every rank has a record in the
/// file that the variable names. The record says how far the rank has come, and counts the seconds
/// until the pulse of the rank (transport/pulse.hpp) can tell the other ranks that it lives; that
/// of the master always counts. A rank holds a lock on its record as long as it lives. It dies with
/// its mpirun, even if it hangs, and leaves when its launcher is gone. Elsewhere nothing happens.
///
/// To be called before MPI_Init, which waits for ever for a rank that does not come.
void announce_process();
/// MPI_Init is done.
void announce_mpi();
/// Of the master: all ranks have found each other. Errors: RunError if the launcher cannot be told
/// what becomes of this master.
void announce_start();
/// From now on there is a result file of this run, with which --resume can go on.
void announce_file();
/// The process is about to end with this exit code.
void announce_exit(int code);
/// The same for a master that has lost all its workers: it would get on if it were started again.
void announce_exit_without_workers(int code);

/// How far a rank has come. The master alone goes on after kJoined.
enum class Stage { kNotBegun, kBegun, kInMpi, kJoined, kRunning, kWriting, kExited, kNoWorkers };

struct RankStatus {
  Stage stage = Stage::kNotBegun;
  int number = 0;           ///< exit code of kExited and kNoWorkers, else the process id
  std::string host = {};    ///< where the process is
  std::uint64_t beats = 0;  ///< grows while the process lives and is not stopped
  bool gone = false;        ///< the process has ended; false where there are no locks to tell
};

/// The launcher's side.
class StatusFile {
 public:
  /// An empty file in a folder that the hosts share, which is made if it is not there. Errors:
  /// ConfigError.
  StatusFile(const std::filesystem::path& folder, std::uint32_t ranks);
  ~StatusFile();
  StatusFile(const StatusFile&) = delete;
  StatusFile& operator=(const StatusFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

  RankStatus master() { return look(1).front(); }
  std::vector<RankStatus> all() { return look(seen_alive_.size()); }

 private:
  std::vector<RankStatus> read(std::size_t ranks) const;
  std::vector<RankStatus> look(std::size_t ranks);

  std::filesystem::path path_;
  int file_ = -1;
  std::vector<char> seen_alive_;  // by rank
};

}  // namespace laggard::commands
