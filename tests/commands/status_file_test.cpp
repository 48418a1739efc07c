#include "commands/status_file.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>

#include "core/error.hpp"
#include "temporary.hpp"
#include "transport/mpi_session.hpp"

namespace laggard::commands {
namespace {

using State = StatusFile::State;
using testing::TemporaryDirectory;

/// A process that does what a master does and then waits to be killed.
class Master {
 public:
  Master(const StatusFile& file, const std::function<void()>& life) {
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    pid_ = fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      setenv("LAGGARD_STATUS", file.path().c_str(), 1);
      announce_rank(true);
      life();
      if (write(ready[1], "x", 1) != 1) _exit(1);
      pause();
      _exit(1);
    }
    char byte = 0;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    close(ready[1]);
  }
  ~Master() { die(); }
  Master(const Master&) = delete;
  Master& operator=(const Master&) = delete;

  pid_t id() const { return pid_; }
  void die() {
    if (pid_ == 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
};

TEST_CASE("The launcher sees what becomes of the master", "[launch]") {
  const TemporaryDirectory directory;
  const StatusFile file(directory / "results");
  CHECK(file.path().parent_path().string() == (directory / "results").string());
  CHECK(file.status().state == State::kNotStarted);
  const bool begun = GENERATE(false, true);
  Master master(file, [&] {
    if (begun) announce_file();
  });
  const auto running = file.status();
  CHECK(running.state == State::kRunning);
  CHECK(running.master == master.id());
  CHECK(running.host == transport::host_name());
  CHECK(running.has_file == begun);
  master.die();
  CHECK(file.status().state == State::kDied);
  CHECK(file.status().has_file == begun);
}

TEST_CASE("The exit code counts, alive or dead", "[launch]") {
  const TemporaryDirectory directory;
  const StatusFile file(directory / "");
  Master master(file, [] {
    announce_file();
    announce_exit(130);
  });
  CHECK(file.status().state == State::kExited);
  CHECK(file.status().code == 130);
  master.die();
  CHECK(file.status().state == State::kExited);
}

TEST_CASE("The launcher's file goes with it, and needs a directory", "[launch]") {
  const TemporaryDirectory directory;
  std::filesystem::path path;
  {
    const StatusFile file(directory / "");
    const StatusFile other(directory / "");
    path = file.path();
    CHECK(path.string() != other.path().string());
    CHECK(std::filesystem::exists(path));
  }
  CHECK_FALSE(std::filesystem::exists(path));
  const auto taken = directory.write("file", "");
  CHECK_THROWS_AS(StatusFile(taken), ConfigError);
}

}  // namespace
}  // namespace laggard::commands
