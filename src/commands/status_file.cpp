#include "commands/status_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "core/error.hpp"
#include "transport/mpi_session.hpp"

namespace laggard::commands {
namespace {

constexpr const char* kVariable = "LAGGARD_STATUS";

int announced = -1;  // open, and locked, until this process ends
int failure = 0;     // errno of opening it

/// Another host sees it when its pages are written back, at the latest when this process ends.
void put(const std::string& text) {
  if (announced < 0) return;
  // One write of few bytes: whoever reads sees all of the line or nothing.
  [[maybe_unused]] const auto written = pwrite(announced, text.data(), text.size(), 0);
}

/// "running 4711 node3"
void put_running(const char* word) {
  put(fmt::format("{} {} {}\n", word, getpid(), transport::host_name()));
}

/// Opened for each reading, which is when NFS looks whether another host has written.
std::string first_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace

void announce_rank(bool master) {
  const char* path = std::getenv(kVariable);
  if (path == nullptr) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!master) return;
  announced = open(path, O_RDWR | O_CLOEXEC);
  failure = announced < 0 ? errno : 0;
  flock(announced, LOCK_EX | LOCK_NB);
  put_running("running");
}

void require_launcher() {
  if (failure != 0)
    throw RunError(fmt::format("cannot open the launcher's file '{}' on {}", std::getenv(kVariable),
                               transport::host_name()),
                   std::strerror(failure),
                   "name an --output in a directory that this host shares with the launcher");
}

void announce_file() {
  put_running("writing");
}

void announce_exit(int code) {
  put(fmt::format("exit {}\n", code));
}

StatusFile::StatusFile(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  std::string name = (std::filesystem::absolute(folder) / ".laggard-launch-XXXXXX").string();
  file_ = mkostemp(name.data(), O_CLOEXEC);
  if (file_ < 0)
    throw ConfigError(fmt::format("cannot write to the directory '{}'", folder.string()),
                      std::strerror(errno), "name another file with --output");
  path_ = name;
}

StatusFile::~StatusFile() {
  close(file_);
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

StatusFile::Status StatusFile::status() const {
  // Nobody else may hold the lock when the master takes it, which it does before it writes.
  if (first_line(path_).empty()) return {};
  // A master that is gone by now has written all that it will.
  const bool free = flock(file_, LOCK_EX | LOCK_NB) == 0;
  if (free) flock(file_, LOCK_UN);
  std::istringstream line(first_line(path_));
  std::string word;
  int number = 0;
  Status status;
  line >> word >> number >> status.host;
  if (word == "exit") return {.state = State::kExited, .code = number};
  status.has_file = word == "writing";
  status.state = free ? State::kDied : State::kRunning;
  status.master = number;
  return status;
}

}  // namespace laggard::commands
