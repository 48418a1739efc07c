#include "commands/status_file.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "core/error.hpp"

namespace laggard::commands {
namespace {

constexpr const char* kVariable = "LAGGARD_STATUS";
constexpr std::size_t kLongest = 32;

int announced = -1;  // open, and locked, until this process ends

void put(const std::string& text) {
  if (announced < 0) return;
  // One write of few bytes: whoever reads sees all of it or nothing.
  if (pwrite(announced, text.data(), text.size(), 0) < 0) return;
}

}  // namespace

void announce_rank(bool master) {
  const char* path = std::getenv(kVariable);
  if (path == nullptr) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!master) return;
  announced = open(path, O_RDWR | O_CLOEXEC);
  if (announced < 0) return;  // the launcher is on another machine
  flock(announced, LOCK_EX | LOCK_NB);
  put("running " + std::to_string(getpid()) + "\n");
}

// Blanks cover what is left of a longer text.
void announce_exit(int code) {
  put("exit " + std::to_string(code) + "\n          ");
}

StatusFile::StatusFile() {
  std::error_code failure;
  std::string name = (std::filesystem::temp_directory_path(failure) / "laggard-XXXXXX").string();
  file_ = mkostemp(name.data(), O_CLOEXEC);
  if (file_ < 0)
    throw RunError("cannot make a temporary file '" + name + "'", std::strerror(errno),
                   "set TMPDIR to a directory that can be written");
  path_ = name;
}

StatusFile::~StatusFile() {
  close(file_);
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

StatusFile::Status StatusFile::status() const {
  // First the lock: a master that is gone now has written all that it will.
  const bool free = flock(file_, LOCK_EX | LOCK_NB) == 0;
  if (free) flock(file_, LOCK_UN);
  std::array<char, kLongest> text{};
  if (pread(file_, text.data(), text.size() - 1, 0) <= 0) return {};
  int number = 0;
  if (std::sscanf(text.data(), "exit %d\n", &number) == 1) return {State::kExited, number, 0};
  if (free || std::sscanf(text.data(), "running %d\n", &number) != 1) return {State::kDied, 0, 0};
  return {State::kRunning, 0, number};
}

}  // namespace laggard::commands
