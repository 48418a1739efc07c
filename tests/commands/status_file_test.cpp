#include "commands/status_file.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "core/error.hpp"
#include "temporary.hpp"
#include "transport/mpi_session.hpp"

namespace laggard::commands {
namespace {

using testing::TemporaryDirectory;

/// A process that does what a rank does and then waits to be killed.
class Rank {
 public:
  Rank(const StatusFile& file, int rank, const std::function<void()>& life) {
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    pid_ = fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      // As after exec: a copy of the launcher's file would keep the launcher's lock.
      dup2(ready[1], STDIN_FILENO);
      close_range(STDERR_FILENO + 1, ~0U, 0);
      setenv("LAGGARD_STATUS", file.path().c_str(), 1);
      setenv("OMPI_COMM_WORLD_RANK", std::to_string(rank).c_str(), 1);
      announce_process();
      life();
      if (write(STDIN_FILENO, "x", 1) != 1) _exit(1);
      pause();
      _exit(1);
    }
    close(ready[1]);
    char byte = 0;
    const auto size = read(ready[0], &byte, 1);  // 0 if it has ended too early
    close(ready[0]);
    REQUIRE(size == 1);
  }
  ~Rank() { die(); }
  Rank(const Rank&) = delete;
  Rank& operator=(const Rank&) = delete;

  pid_t id() const { return pid_; }
  void die() {
    if (pid_ == 0) return;
    kill(pid_, SIGKILL);
    wait();
  }
  /// The status with which it has ended.
  int wait() {
    int status = -1;
    waitpid(std::exchange(pid_, 0), &status, 0);
    return status;
  }

 private:
  pid_t pid_ = 0;
};

TEST_CASE("The launcher sees what becomes of the master", "[launch]") {
  const TemporaryDirectory directory;
  StatusFile file(directory / "results", 1);
  CHECK(file.path().parent_path().string() == (directory / "results").string());
  CHECK(file.master().stage == Stage::kNotBegun);
  const bool writes = GENERATE(false, true);
  Rank master(file, 0, [&] {
    announce_mpi();
    announce_start();
    if (writes) announce_file();
  });
  const auto running = file.master();
  CHECK(running.stage == (writes ? Stage::kWriting : Stage::kRunning));
  CHECK_FALSE(running.gone);
  CHECK(running.number == master.id());
  CHECK(running.host == transport::host_name());
  master.die();
  CHECK(file.master().stage == running.stage);
  CHECK(file.master().gone);
}

TEST_CASE("The launcher sees which rank is missing", "[launch]") {
  const TemporaryDirectory directory;
  StatusFile file(directory / "", 4);
  const Rank begun(file, 1, [] {});
  Rank further(file, 3, [] { announce_mpi(); });
  const auto stages = [&] {
    std::vector<Stage> found;
    for (const RankStatus& rank : file.all()) found.push_back(rank.stage);
    return found;
  };
  CHECK(stages() == std::vector{Stage::kNotBegun, Stage::kBegun, Stage::kNotBegun, Stage::kInMpi});
  further.die();
  const auto ranks = file.all();
  CHECK(ranks[3].gone);
  CHECK_FALSE(ranks[1].gone);
  CHECK_FALSE(ranks[0].gone);
}

TEST_CASE("A rank that lives gives signs of life, and a stopped one none", "[launch]") {
  const TemporaryDirectory directory;
  StatusFile file(directory / "", 2);
  const Rank first(file, 0, [] {}), second(file, 1, [] {});
  const auto beats = [&](std::size_t rank) { return file.all()[rank].beats; };
  const auto wait_for_beat = [&](std::size_t rank) {
    for (const auto before = beats(rank); beats(rank) == before;)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  };
  wait_for_beat(0);
  wait_for_beat(1);
  kill(second.id(), SIGSTOP);
  waitpid(second.id(), nullptr, WUNTRACED);
  const auto stopped = beats(1);
  wait_for_beat(0);
  wait_for_beat(0);
  CHECK(beats(1) == stopped);
  CHECK_FALSE(file.all()[1].gone);
}

TEST_CASE("The file may lose its folder while a run goes on", "[launch]") {
  const TemporaryDirectory directory;
  StatusFile file(directory / "results", 1);
  const Rank master(file, 0, [&] {
    std::filesystem::remove_all(directory / "results");
    announce_mpi();
    announce_exit(3);
  });
  CHECK(file.master().stage == Stage::kExited);
  CHECK(file.master().number == 3);
}

TEST_CASE("A rank leaves when its launcher is gone", "[launch]") {
  const TemporaryDirectory directory;
  auto file = std::make_unique<StatusFile>(directory / "", 1);
  Rank orphan(*file, 0, [] {});
  file.reset();
  const int status = orphan.wait();
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == static_cast<int>(ExitCode::kFailed));
}

TEST_CASE("The exit code counts, alive or dead", "[launch]") {
  const TemporaryDirectory directory;
  StatusFile file(directory / "", 1);
  const bool without_workers = GENERATE(false, true);
  Rank master(file, 0, [&] {
    announce_file();
    if (without_workers) announce_exit_without_workers(130);
    announce_exit(130);
  });
  const Stage stage = without_workers ? Stage::kNoWorkers : Stage::kExited;
  CHECK(file.master().stage == stage);
  CHECK(file.master().number == 130);
  master.die();
  CHECK(file.master().stage == stage);
}

TEST_CASE("The launcher's file goes with it, and needs a directory", "[launch]") {
  const TemporaryDirectory directory;
  std::filesystem::path path;
  {
    const StatusFile file(directory / "", 1);
    const StatusFile other(directory / "", 1);
    path = file.path();
    CHECK(path.string() != other.path().string());
    CHECK(std::filesystem::exists(path));
  }
  CHECK_FALSE(std::filesystem::exists(path));
  const auto taken = directory.write("file", "");
  CHECK_THROWS_AS(StatusFile(taken, 1), ConfigError);
}

}  // namespace
}  // namespace laggard::commands
