// Ranks and launchers that die or hang before the result file is there, and what is left of them.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "commands/launch.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using testing::Launch;
using testing::Outcome;
using testing::Process;
using testing::process_of;

constexpr int kFewTrials = 200;

/// Passed on by mpirun, it sends a rank a signal before the program begins, once.
std::string shim(const Launch& launch, int rank, const std::string& signal) {
  const auto path = launch.directory.write("shim.sh", R"(#!/bin/sh
if [ "$OMPI_COMM_WORLD_RANK" = )" + std::to_string(rank) +
                                                          R"( ] && mkdir "$0.sent" 2>/dev/null; then
  kill -)" + signal + R"( $$
fi
exec "$@"
)");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return "--mpirun-option=" + path.string();
}

/// A start may stand still so long: a busy machine needs most of it, and each stopped rank all of
/// it.
constexpr const char* kStartTimeout = "--start-timeout=6";

/// A rank that had not begun when mpirun died is unknown to the launcher: it ends in MPI_Init.
void check_nothing_left(const Launch& launch, int ranks = 4) {
  constexpr std::chrono::seconds kPatience{20};
  const auto start = std::chrono::steady_clock::now();
  for (int rank = 0; rank < ranks; ++rank) {
    CAPTURE(rank);
    pid_t process = 0;
    while ((process = process_of(rank, launch.result)) != 0 &&
           std::chrono::steady_clock::now() - start < kPatience)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    CHECK(process == 0);
  }
}

/// With one restart the run is complete in the end, without one there is nothing but a message.
void check_fault_before_begin(int rank, const std::string& signal) {
  const int restarts = GENERATE(0, 1);
  CAPTURE(rank, signal, restarts);
  const Launch launch(kFewTrials);
  const Outcome outcome =
      Process(launch.command_with(4, restarts, {kStartTimeout, shim(launch, rank, signal)}),
              testing::mpi_variables())
          .wait();
  CAPTURE(outcome.err);
  CHECK_THAT(outcome.err,
             Contains("rank " + std::to_string(rank)) || Contains("ended while the ranks started"));
  if (restarts == 0) {
    CHECK(outcome.code == 4);
    CHECK_THAT(outcome.err, Contains("it had no result file yet") || Contains("--start-timeout"));
    CHECK_FALSE(std::filesystem::exists(launch.result));
  } else {
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.err, Contains("starting again (1 of 1 restarts)"));
    CHECK(launch.complete());
  }
  check_nothing_left(launch);
}

// One case for each fault: CTest runs them side by side.

TEST_CASE("A master that is killed before it begins is reported", "[mpirun][launch][failures]") {
  check_fault_before_begin(0, "KILL");
}

TEST_CASE("A rank that is killed before it begins is reported", "[mpirun][launch][failures]") {
  check_fault_before_begin(2, "KILL");
}

TEST_CASE("A rank that is stopped before it begins is reported", "[mpirun][launch][failures]") {
  check_fault_before_begin(1, "STOP");
}

TEST_CASE("A run that is given up does not begin when mpirun wakes the stopped rank",
          "[mpirun][launch][failures]") {
  const Launch launch(kFewTrials);
  const auto stopped = launch.directory / "stopped";
  const auto shim_script = launch.directory.write("shim.sh", R"(#!/bin/sh
if [ "$OMPI_COMM_WORLD_RANK" = 1 ]; then
  echo $$ >)" + stopped.string() + R"(
  kill -STOP $$
fi
exec "$@"
)");
  // As mpirun does it, but the launcher gets no time for three seconds, as on a busy machine.
  const auto script = launch.directory.write("mpirun.sh", std::string("#!/bin/sh\n") +
                                                              testing::kMpiexec + R"( "$@" &
trap 'kill -STOP $PPID; kill -CONT $(cat )" + stopped.string() +
                                                              R"(); sleep 3; kill -CONT $PPID' TERM
while :; do wait; done
)");
  for (const auto& file : {shim_script, script})
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  const auto words =
      launch.command_with(4, 0, {kStartTimeout, "--mpirun-option=" + shim_script.string()});
  const Outcome outcome = Process(Launch::under(script, words), testing::mpi_variables()).wait();
  CAPTURE(outcome.err);
  CHECK(outcome.code == 4);
  CHECK_THAT(outcome.err, Contains("rank 1 did not start"));
  CHECK_FALSE(std::filesystem::exists(launch.result));
  check_nothing_left(launch);
}

#ifdef LAGGARD_CAN_KILL_AT_WRITE
/// A rank gets a signal while the others wait for it in a function of MPI.
void check_fault_in_mpi(const char* function, int rank, int signal) {
  CAPTURE(function, rank, signal);
  const Launch launch(kFewTrials);
  auto variables = testing::mpi_variables();
  const std::string order = std::string(function) + " " + std::to_string(rank) + " " +
                            std::to_string(signal) + " " + (launch.directory / "sent").string();
  const auto words =
      launch.command_with(4, 1,
                          {kStartTimeout, "--mpirun-option=-x",
                           std::string("--mpirun-option=LD_PRELOAD=") + testing::kSignalInMpi,
                           "--mpirun-option=-x", "--mpirun-option=SIGNAL_IN_MPI=" + order});
  const Outcome outcome = Process(words, variables).wait();
  CAPTURE(outcome.err);
  CHECK(std::filesystem::exists(launch.directory / "sent"));
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err,
             Contains("rank " + std::to_string(rank) + (signal == SIGKILL ? " on " : " hung")));
  CHECK_THAT(outcome.err, Contains("(1 of 1 restarts)"));
  CHECK(launch.complete());
  check_nothing_left(launch);
}

TEST_CASE("A rank that dies before it starts MPI is reported", "[mpirun][launch][failures]") {
  check_fault_in_mpi("MPI_Init_thread", GENERATE(0, 2), SIGKILL);
}

TEST_CASE("A rank that hangs before it starts MPI is reported", "[mpirun][launch][failures]") {
  check_fault_in_mpi("MPI_Init_thread", 2, SIGSTOP);
}

TEST_CASE("A rank that dies before the hosts are known is reported", "[mpirun][launch][failures]") {
  check_fault_in_mpi("MPI_Gather", GENERATE(0, 3), SIGKILL);
}

TEST_CASE("A rank that hangs before the hosts are known is reported",
          "[mpirun][launch][failures]") {
  check_fault_in_mpi("MPI_Gather", 3, SIGSTOP);
}

TEST_CASE("A rank that dies before it joins the others is reported", "[mpirun][launch][failures]") {
  check_fault_in_mpi("MPI_Comm_dup", GENERATE(0, 1), SIGKILL);
}

TEST_CASE("A master that hangs before it joins the others is reported",
          "[mpirun][launch][failures]") {
  check_fault_in_mpi("MPI_Comm_dup", 0, SIGSTOP);
}
#endif

TEST_CASE("mpirun that dies while it starts is started again", "[mpirun][launch]") {
  const Launch launch(kFewTrials);
  const std::string death = GENERATE("kill -KILL $$", "exit 1");
  const auto script = launch.directory.write("mpirun.sh", R"(#!/bin/sh
mkdir "$0.died" 2>/dev/null && )" + death + "\nexec " + testing::kMpiexec +
                                                              " \"$@\"\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  const Outcome outcome =
      Process(Launch::under(script, launch.command_with(3, 1, {})), testing::mpi_variables())
          .wait();
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err, Contains("starting again (1 of 1 restarts)"));
  CHECK(launch.complete());
}

TEST_CASE("mpirun that refuses is not started again", "[launch]") {
  const testing::TemporaryDirectory directory;
  const auto script = directory.write("mpirun.sh", R"(#!/bin/sh
echo "there are no nodes" >&2
echo once >>"$0.log"
exit 1
)");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  const Outcome outcome = testing::laggard({"launch", "-n", "2", "--mpirun", script.string(), "run",
                                            "c.json", "--output", (directory / "r.h5").string()});
  CHECK(outcome.code == 4);
  CHECK_THAT(outcome.err, Contains("there are no nodes\n") && Contains("it says why above"));
  CHECK(testing::text_of(script.string() + ".log") == "once\n");
}

TEST_CASE("Nothing outlives a launcher that is killed", "[mpirun][launch]") {
  const Launch launch;
  const bool script_around_it = GENERATE(false, true);
  auto words = launch.command(3);
  if (script_around_it) {
    const auto script = launch.directory.write(
        "mpirun.sh", std::string("#!/bin/sh\n") + testing::kMpiexec + " \"$@\"\nexit $?\n");
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    words = Launch::under(script, words);
  }
  const auto process = launch.writing(words);
  REQUIRE(process_of(0, launch.result) != 0);
  process->send(SIGKILL);
  CHECK(process->wait().signal == SIGKILL);
  check_nothing_left(launch, 3);
  CHECK(testing::laggard({"run", launch.config, "-q", "-o", launch.result, "--resume"}).code == 0);
  CHECK(launch.complete());
}

TEST_CASE("A run whose last worker dies starts again", "[mpirun][launch][failures]") {
  const Launch launch(3000);
  Process process(launch.command_with(2, 1, {}), testing::mpi_variables());
  process.wait_until([&] { return std::filesystem::exists(launch.result); });
  REQUIRE(launch.hit(1, SIGKILL));
  const Outcome outcome = process.wait();
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err,
             Contains("no worker rank is left") && Contains("resuming the run (1 of 1 restarts)"));
  CHECK(launch.complete());
}

TEST_CASE("A result that vanishes ends the run, and the message is true", "[mpirun][launch]") {
  const Launch launch;
  const auto folder = launch.directory / "results";
  std::string result = (folder / "r.h5").string();
  auto words = launch.command(3);
  *std::find(words.begin(), words.end(), launch.result) = result;
  Process process(words, testing::mpi_variables());
  process.wait_until([&] { return std::filesystem::exists(result); });
  SECTION("with its folder") {
    std::filesystem::remove_all(folder);
    const Outcome outcome = process.wait();
    CHECK(outcome.code == 4);
    CHECK_THAT(outcome.err,
               Contains("is gone with all that was in it") && !Contains("every trial"));
  }
  SECTION("by another name") {
    std::filesystem::rename(result, folder / "other.h5");
    const Outcome outcome = process.wait();
    CHECK(outcome.code == 4);
    CHECK_THAT(outcome.err,
               Contains("is no longer the file of this run") && Contains("moved or deleted"));
    std::filesystem::rename(folder / "other.h5", result);
    CHECK(testing::laggard({"run", launch.config, "-q", "-o", result, "--resume"}).code == 0);
    CHECK(testing::sorted_trials(result) == testing::sorted_trials(launch.expected));
  }
}

}  // namespace
}  // namespace laggard
