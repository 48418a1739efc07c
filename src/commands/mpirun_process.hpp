// mpirun as a child process that does not outlive the launcher.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/mpi_noise.hpp"
#include "core/types.hpp"

namespace laggard::commands {

/// mpirun, in a process group of its own: Ctrl-C is for this process, which passes it on. The
/// system kills mpirun when this process dies, and the ranks (status_file.hpp) when mpirun does.
/// What mpirun and the ranks write to stderr comes through here, without noise.
class MpirunProcess {
 public:
  /// `variable` ("NAME=VALUE") is added to its environment. Errors: ConfigError if there is no such
  /// program.
  MpirunProcess(const std::vector<std::string>& command, const std::string& variable);
  ~MpirunProcess();
  MpirunProcess(const MpirunProcess&) = delete;
  MpirunProcess& operator=(const MpirunProcess&) = delete;

  void send(int signal) const;
  bool ended();
  /// False if it is still there after `patience_s`.
  bool ends_within(Seconds patience_s);
  /// Ranks that hang or lost their master would keep it for ever.
  void end();
  /// The same, once the run is lost: what the ranks say from now on only confuses.
  void end_in_silence();
  /// Passes on what there is to be read; waits for more for a moment.
  void pause();

  /// The signal that killed it, or 0.
  int signal() const { return signal_; }
  /// Whether it has written anything but noise to stderr.
  bool wrote() const { return wrote_; }

 private:
  void pass_on_output();
  void pass_on(std::string_view line);
  void write(const std::string& text);

  pid_t pid_ = 0;
  int output_ = -1;  // the reading end of its stderr; -1 once that is closed
  std::string partial_line_;
  MpiNoise noise_;
  bool ended_ = false, silent_ = false, wrote_ = false;
  int signal_ = 0;
};

}  // namespace laggard::commands
