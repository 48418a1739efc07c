// How the launcher learns what became of the master: mpirun itself returns 0 once ranks may die.
#pragma once

#include <filesystem>
#include <string>

namespace laggard::commands {

/// Under `laggard launch` (which sets the variable LAGGARD_STATUS), a rank dies with its mpirun,
/// even if it hangs; and the master holds a lock on the file that the variable names as long as it
/// lives. Elsewhere nothing happens.
void announce_rank(bool master);
/// Errors: RunError if this is the master of a launcher that cannot be told what becomes of it.
void require_launcher();
/// From now on there is a result file of this run, with which --resume can go on.
void announce_file();
/// Writes the exit code for the launcher to read.
void announce_exit(int code);

/// The launcher's side.
class StatusFile {
 public:
  /// An empty file in a folder that the hosts share, which is made if it is not there. Errors:
  /// ConfigError.
  explicit StatusFile(const std::filesystem::path& folder);
  ~StatusFile();
  StatusFile(const StatusFile&) = delete;
  StatusFile& operator=(const StatusFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

  enum class State { kNotStarted, kRunning, kDied, kExited };
  struct Status {
    State state = State::kNotStarted;
    int code = 0;           ///< of kExited
    bool has_file = false;  ///< of kRunning and kDied: there is a result file
    int master = 0;         ///< process id, of kRunning
    std::string host = {};  ///< where that is
  };
  Status status() const;

 private:
  std::filesystem::path path_;
  int file_ = -1;
};

}  // namespace laggard::commands
