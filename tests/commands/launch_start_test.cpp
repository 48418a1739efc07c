// Ranks and launchers that die or hang before the result file is there, and what is left of them.
#include <catch2/catch.hpp>
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

TEST_CASE("A rank that is killed or stopped before it begins is reported",
          "[mpirun][launch][failures]") {
  const Launch launch(kFewTrials);
  const auto [rank, signal] =
      GENERATE(table<int, std::string>({{0, "KILL"}, {2, "KILL"}, {1, "STOP"}}));
  CAPTURE(rank, signal);
  const int restarts = GENERATE(0, 1);
  const Outcome outcome =
      Process(launch.command_with(4, restarts, {"--start-timeout=10", shim(launch, rank, signal)}),
              testing::mpi_variables())
          .wait();
  CAPTURE(outcome.err);
  CHECK_THAT(outcome.err,
             Contains("rank " + std::to_string(rank)) || Contains("ended while the ranks started"));
  if (restarts == 0) {
    CHECK(outcome.code == 4);
    CHECK_FALSE(std::filesystem::exists(launch.result));
  } else {
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.err, Contains("starting again (1 of 1 restarts)"));
    CHECK(launch.complete());
  }
  for (int other = 0; other < 4; ++other) CHECK(process_of(other, launch.result) == 0);
}

#ifdef LAGGARD_CAN_KILL_AT_WRITE
TEST_CASE("A rank that is killed or stopped while the others wait for it in MPI is reported",
          "[mpirun][launch][failures]") {
  const Launch launch(kFewTrials);
  struct Case {
    const char* function;
    int rank, signal;
  };
  const auto fault = GENERATE(values<Case>({{"MPI_Init_thread", 0, SIGKILL},
                                            {"MPI_Init_thread", 2, SIGKILL},
                                            {"MPI_Init_thread", 2, SIGSTOP},
                                            {"MPI_Gather", 0, SIGKILL},
                                            {"MPI_Gather", 3, SIGKILL},
                                            {"MPI_Gather", 3, SIGSTOP},
                                            {"MPI_Comm_dup", 0, SIGKILL},
                                            {"MPI_Comm_dup", 0, SIGSTOP},
                                            {"MPI_Comm_dup", 1, SIGKILL}}));
  CAPTURE(fault.function, fault.rank, fault.signal);
  auto variables = testing::mpi_variables();
  const std::string order = std::string(fault.function) + " " + std::to_string(fault.rank) + " " +
                            std::to_string(fault.signal) + " " +
                            (launch.directory / "sent").string();
  const auto words =
      launch.command_with(4, 1,
                          {"--start-timeout=10", "--mpirun-option=-x",
                           std::string("--mpirun-option=LD_PRELOAD=") + testing::kSignalInMpi,
                           "--mpirun-option=-x", "--mpirun-option=SIGNAL_IN_MPI=" + order});
  const Outcome outcome = Process(words, variables).wait();
  CAPTURE(outcome.err);
  CHECK(std::filesystem::exists(launch.directory / "sent"));
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err, Contains("rank " + std::to_string(fault.rank) +
                                   (fault.signal == SIGKILL ? " on " : " hung")));
  CHECK_THAT(outcome.err, Contains("(1 of 1 restarts)"));
  CHECK(launch.complete());
  for (int other = 0; other < 4; ++other) CHECK(process_of(other, launch.result) == 0);
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
  for (int rank = 0; rank < 3; ++rank)
    while (process_of(rank, launch.result) != 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
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
