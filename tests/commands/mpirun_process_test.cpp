#include "commands/mpirun_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <thread>

#include "core/error.hpp"
#include "process.hpp"

namespace laggard::commands {
namespace {

using testing::TemporaryDirectory;

bool lives(pid_t process) {
  const std::string status = testing::text_of("/proc/" + std::to_string(process) + "/stat");
  return !status.empty() && status.find(") Z ") == std::string::npos;
}

/// The number that a script has written to a file.
pid_t number_in(const std::filesystem::path& file) {
  for (;;) {
    const std::string text = testing::text_of(file);
    if (text.ends_with('\n')) return std::stoi(text);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST_CASE("mpirun dies with its launcher, however that dies", "[launch]") {
  const TemporaryDirectory directory;
  const auto file = directory / "pid";
  const pid_t launcher = fork();
  if (launcher == 0) {
    const MpirunProcess mpirun({"sh", "-c", "echo $$ >" + file.string() + "; exec sleep 1000"},
                               "A=B");
    pause();
    _exit(1);
  }
  const pid_t mpirun = number_in(file);
  CHECK(lives(mpirun));
  kill(launcher, SIGKILL);
  waitpid(launcher, nullptr, 0);
  while (lives(mpirun)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST_CASE("mpirun is ended with what a script around it has started", "[launch]") {
  const TemporaryDirectory directory;
  const auto file = directory / "pid";
  MpirunProcess mpirun(
      {"sh", "-c", "trap '' TERM; (echo $$ >" + file.string() + "; exec sleep 1000); true"}, "A=B");
  number_in(file);
  CHECK_FALSE(mpirun.ended());
  mpirun.end();
  CHECK(mpirun.ended());
  CHECK(mpirun.signal() == SIGKILL);
}

TEST_CASE("mpirun gets the variable, and what it says is known", "[launch]") {
  MpirunProcess silent({"sh", "-c", "test \"$WORD\" = new"}, "WORD=new");
  while (!silent.ended()) silent.pause();
  CHECK(silent.signal() == 0);
  CHECK_FALSE(silent.wrote());
  MpirunProcess noisy({"sh", "-c",
                       "echo '[vm:123] PMIX ERROR: BAD-PARAM in file "
                       "../src/event/pmix_event_notification.c at line 1033' >&2"},
                      "WORD=new");
  while (!noisy.ended()) noisy.pause();
  CHECK_FALSE(noisy.wrote());
  CHECK_THROWS_AS(MpirunProcess({"/nowhere/mpirun"}, "WORD=new"), ConfigError);
}

TEST_CASE("Only Open MPI's known words about a death are noise", "[launch]") {
  CHECK(
      is_noise("[vm:01035] PMIX ERROR: BAD-PARAM in file "
               "../../../src/event/pmix_event_notification.c at line 1033\n"));
  CHECK(
      is_noise("[vm:07707] PMIX ERROR: UNREACHABLE in file "
               "../../../../../src/mca/ptl/base/ptl_base_connection_hdlr.c at line 388\n"));
  CHECK(
      is_noise("[vm:28292] PMIX ERROR: UNREACHABLE in file "
               "../../../src/server/pmix_server.c at line 3134\n"));
  CHECK_FALSE(is_noise(
      "[vm:28292] PMIX ERROR: BAD-PARAM in file ../../../src/server/pmix_server.c at 9\n"));
  CHECK_FALSE(is_noise("[vm:01035] PMIX ERROR: OUT-OF-RESOURCE in file client/pmix.c at line 7\n"));
  CHECK_FALSE(is_noise("laggard: warning: rank 1 on vm died or hung\n"));
  CHECK_FALSE(is_noise("[####......] 3/7 trials\n"));
  CHECK_FALSE(is_noise("There are not enough slots available in the system\n"));
  CHECK_FALSE(is_noise(""));
}

TEST_CASE("A message of Open MPI about a death is taken out as a whole", "[launch]") {
  const std::string frame(74, '-');
  const std::string death = frame +
                            "\nWARNING: Open MPI failed to TCP connect to a peer MPI process." +
                            "  This\nshould not happen.\n\n" + frame + "\n";
  const std::string refusal =
      frame + "\nThere are not enough slots available in the system\n" + frame + "\n";
  const auto shown = [](const std::string& text) {
    MpiNoise noise;
    std::string result;
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = text.find('\n', from) + 1;
      result += noise.without(std::string_view(text).substr(from, end - from));
      from = end;
    }
    return result + noise.rest();
  };
  CHECK(shown(death) == "");
  CHECK(shown(death + "laggard: rank 1 died\n" + death) == "laggard: rank 1 died\n");
  CHECK(shown(refusal) == refusal);
  CHECK(shown(death + refusal + death) == refusal);
  const std::string cut = death.substr(0, death.size() - 75);  // the end never comes
  CHECK(shown(cut) == cut);
  std::string endless = frame + "\n";
  for (int line = 0; line < 100; ++line) endless += "a line\n";
  CHECK(shown(endless) == endless);
}

}  // namespace
}  // namespace laggard::commands
