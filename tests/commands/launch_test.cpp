// Ranks that are killed or stopped in mid-run, under the program's own launcher.
#include "commands/launch.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>

namespace laggard {
namespace {

using Catch::Contains;
using testing::kTrials;
using testing::Launch;
using testing::Outcome;
using testing::Process;
using testing::process_of;
using testing::TemporaryDirectory;

TEST_CASE("launch hands on what the run returns", "[mpirun][launch]") {
  const Launch launch(200);
  const Outcome done = Process(launch.command(4), testing::mpi_variables()).wait();
  CAPTURE(done.err);
  CHECK(done.code == 0);
  CHECK(launch.complete());
  const Outcome wrong =
      Process(launch.command(4, {"--set", "/wokers=3"}), testing::mpi_variables()).wait();
  CHECK(wrong.code == 2);
  CHECK_THAT(wrong.err, Contains("/wokers"));
  const Outcome nothing = testing::laggard({"launch", "-n", "2", "check", launch.config});
  CHECK(nothing.code == 2);
  CHECK_THAT(nothing.err, Contains("launch starts `run`"));
  const Outcome nobody = testing::laggard(
      {"launch", "-n", "2", "--mpirun", "nompi", "run", launch.config, "-o", launch.result});
  CHECK(nobody.code == 2);
  CHECK_THAT(nobody.err, Contains("cannot start 'nompi'"));
}

/// Files of the launcher beside a result.
std::size_t status_files(const std::filesystem::path& folder) {
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    found += entry.path().filename().string().starts_with(".laggard-launch-") ? 1 : 0;
  return found;
}

TEST_CASE_METHOD(Launch, "the launcher's file lies where hosts share it, while the run lasts",
                 "[mpirun][launch]") {
  const auto process = begun(3);
  CHECK(status_files(directory / "") == 1);
  process->send(SIGINT);
  CHECK(process->wait().code == 130);
  CHECK(status_files(directory / "") == 0);
}

TEST_CASE("a master that cannot tell its launcher says so", "[mpirun][launch]") {
  const Launch launch;
  const Outcome outcome = Process({testing::kProgram, "run", launch.config, "-o", launch.result},
                                  {"LAGGARD_STATUS=/nowhere/.laggard-launch-x"})
                              .wait();
  CHECK(outcome.code == 4);
  CHECK_THAT(outcome.err, Contains("laggard: cannot open the launcher's file '/nowhere/") &&
                              Contains("No such file") && Contains("--output"));
  CHECK_FALSE(std::filesystem::exists(launch.result));
}

TEST_CASE("launch resumes only what the dead master had begun", "[launch]") {
  const TemporaryDirectory directory;
  const bool begun = GENERATE(false, true);
  // Dies at first, and returns 0 when it is started again.
  const auto mpirun = directory.write("mpirun.sh", R"(#!/bin/sh
folder=$(dirname "$0")
echo "$@" >>"$folder/log"
if [ -e "$folder/died" ]; then echo "exit 0" >"$LAGGARD_STATUS"; exit; fi
touch "$folder/died"
echo ")" + std::string(begun ? "writing" : "running") +
                                                       R"( 1 somewhere" >"$LAGGARD_STATUS"
)");
  std::filesystem::permissions(mpirun, std::filesystem::perms::owner_all);
  const Outcome outcome =
      testing::laggard({"launch", "-n", "2", "--mpirun", mpirun.string(), "run", "c.json",
                        "--overwrite", "--output", (directory / "new" / "r.h5").string()});
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  std::istringstream log(testing::text_of(directory / "log"));
  std::string first, second;
  std::getline(log, first);
  std::getline(log, second);
  CHECK_THAT(first, Contains("--overwrite") && !Contains("--resume"));
  if (begun) {
    CHECK_THAT(second, Contains("--resume") && !Contains("--overwrite"));
    CHECK_THAT(outcome.err,
               Contains("the master died (") && Contains("; resuming the run (1 of 3"));
  } else {
    CHECK(second == first);
    CHECK_THAT(outcome.err, Contains("the master died (") && Contains("; starting again (1 of 3"));
  }
  CHECK(status_files(directory / "new") == 0);
}

TEST_CASE_METHOD(Launch, "a run outlives a worker rank that hangs", "[mpirun][launch][failures]") {
  const auto process = begun(4);
  REQUIRE(hit(2, SIGSTOP));
  const Outcome outcome = process->wait();
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err, Contains("warning: rank 2") && Contains("went to other ranks"));
  CHECK(complete());
  CHECK(process_of(2, result) == 0);
  const hdf5::File file(result, hdf5::Access::kReadOnly);
  const auto failures = hdf5::read_rows<FailureRecord>(file, "/failures");
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].rank == 2);
}

TEST_CASE_METHOD(Launch, "workers of a dead rank stay lost if that is wanted",
                 "[mpirun][launch][failures]") {
  const auto process =
      begun(4, {"--set", "/failures/workers=\"lost\"", "--set", "/output/workers=true"});
  REQUIRE(hit(2, SIGKILL));
  const Outcome outcome = process->wait();
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  const hdf5::File file(result, hdf5::Access::kReadOnly);
  const auto rows = hdf5::read_rows<TrialRecord>(file, "/trials");
  REQUIRE(rows.size() == kTrials);
  CHECK(rows.front().received == 21);
  CHECK(rows.back().received <= 16);  // 24 less the 8 of rank 2
  std::size_t failed = 0;
  for (const auto& row : hdf5::read_rows<WorkerRecord>(file, "/workers")) {
    if (row.trial != kTrials - 1 || row.rank != 2) continue;
    if (row.status == WorkerStatus::kLost) continue;  // one of the three of the configuration
    REQUIRE(row.status == WorkerStatus::kFailed);
    ++failed;
  }
  CHECK(failed >= 5);  // of its 8 workers
}

TEST_CASE_METHOD(Launch, "after the death of the master, launch goes on by itself",
                 "[mpirun][launch][failures]") {
  std::filesystem::remove(result);
  std::vector<std::string> words = command_with(3, 1, {});
  words.emplace_back("--overwrite");
  const auto process = writing(words);
  REQUIRE(hit(0, SIGKILL));
  const Outcome outcome = process->wait();
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err, Contains("the master died (rank 0 on ") &&
                              Contains("; resuming the run (1 of 1 restarts)"));
  CHECK(complete());
}

TEST_CASE_METHOD(Launch, "signals to launch end the run in good order",
                 "[mpirun][launch][interrupt]") {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) {
    CAPTURE(signal);
    const auto process = begun(4);
    process->send(signal);
    const Outcome outcome = process->wait();
    CAPTURE(outcome.err);
    CHECK(outcome.code == 130);
    CHECK_THAT(outcome.err, Contains("holds every finished trial"));
    CHECK(process_of(0, result) == 0);
  }
}

TEST_CASE("other groups run the trials of a group whose master or worker dies",
          "[mpirun][launch][failures][groups]") {
  const Launch launch;
  for (const int rank : {1, 2}) {  // of a group of two
    CAPTURE(rank);
    const auto process = launch.begun(5, {"--groups", "2"});
    REQUIRE(launch.hit(rank, SIGKILL));
    const Outcome outcome = process->wait();
    CAPTURE(outcome.err);
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.err, Contains("warning: rank " + std::to_string(rank)));
    CHECK(launch.complete());
  }
}

// The two below kill ranks at moments that differ from run to run of the test.

/// A few; LAGGARD_KILLS may say how many, where there is time.
int kills() {
  const char* wanted = std::getenv("LAGGARD_KILLS");
  return wanted == nullptr ? 6 : std::stoi(wanted);
}

TEST_CASE("Worker ranks are killed, and no trial is lost or repeated",
          "[mpirun][launch][failures][faults]") {
  const Launch launch;
  std::mt19937 random{std::random_device{}()};
  int killed = 0;
  for (int run = 0; killed < kills(); ++run) {
    const auto process = launch.begun(7);
    std::vector<int> ranks{1, 2, 3, 4, 5, 6};
    std::shuffle(ranks.begin(), ranks.end(), random);
    for (int i = 0; i < 1 + (run + 2) % 5 && killed < kills(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 300));
      if (launch.hit(ranks[static_cast<std::size_t>(i)], SIGKILL)) ++killed;
    }
    const Outcome outcome = process->wait();
    CAPTURE(run, killed, outcome.err);
    REQUIRE(outcome.code == 0);
    REQUIRE(launch.complete());
  }
}

TEST_CASE("The master is killed again and again, and no trial is lost or repeated",
          "[mpirun][launch][failures][faults]") {
  const Launch launch;
  std::mt19937 random{std::random_device{}()};
  std::filesystem::remove(launch.result);
  std::size_t before = 0;
  for (int killed = 0; killed < kills();) {
    const auto process = launch.writing(launch.command(3, {"--resume"}));
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 100));
    const bool sent = launch.hit(0, SIGKILL);
    const Outcome outcome = process->wait();
    CAPTURE(killed, outcome.err);
    if (!sent || outcome.code == 0) {  // complete: once more from the beginning
      REQUIRE(launch.complete());
      std::filesystem::remove(launch.result);
      before = 0;
      continue;
    }
    ++killed;
    REQUIRE(outcome.code == 4);
    REQUIRE_THAT(outcome.err, Contains("the master died") && Contains("--resume"));
    const std::size_t now = testing::trials_of(launch.result).size();
    REQUIRE(now >= before);
    before = now;
  }
  REQUIRE(Process(launch.command(3, {"--resume"}), testing::mpi_variables()).wait().code == 0);
  REQUIRE(launch.complete());
}

}  // namespace
}  // namespace laggard
