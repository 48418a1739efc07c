// A run under the program's own launcher, for tests that kill or stop its processes.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <sstream>

#include "mpirun.hpp"
#include "results.hpp"

namespace laggard::testing {

/// The process of a rank, found by the variables that mpirun gives its ranks and by the result file
/// on its command line; 0 if it is not there.
inline pid_t process_of(int rank, const std::string& result) {
  const std::string wanted = "OMPI_COMM_WORLD_RANK=" + std::to_string(rank);
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (text_of(entry.path() / "cmdline").find(result) == std::string::npos) continue;
    std::istringstream variables(text_of(entry.path() / "environ"));
    for (std::string variable; std::getline(variables, variable, '\0');)
      if (variable == wanted) return std::stoi(name);
  }
  return 0;
}

/// Long enough that the run has not ended when a slow machine sends the signal.
constexpr int kTrials = 10000;

/// A configuration, what it gives without a fault, and runs of it under `laggard launch`.
class Launch {
 public:
  explicit Launch(int trials = kTrials) {
    config = directory
                 .write("c.json", R"({"data_points": 8, "workers": 24, "worker_block": 2,
        "schemes": [{"kind": "bacc"}], "stragglers": {"kind": "random", "count": 3},
        "failures": {"timeout_seconds": 1}, "trials": )" +
                                      std::to_string(trials) + "}")
                 .string();
    REQUIRE(laggard({"run", config, "-q", "-o", expected}).code == 0);
  }

  /// `launch -n RANKS --restarts RESTARTS OPTION ... run CONFIG ...`
  std::vector<std::string> command_with(int ranks, int restarts,
                                        const std::vector<std::string>& options) const {
    std::vector<std::string> words = command(ranks);
    *std::find(words.begin(), words.end(), "0") = std::to_string(restarts);
    words.insert(std::find(words.begin(), words.end(), "run"), options.begin(), options.end());
    return words;
  }

  std::vector<std::string> command(int ranks, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{testing::kProgram,
                                   "launch",
                                   "-n",
                                   std::to_string(ranks),
                                   "--restarts",
                                   "0",
                                   "--mpirun",
                                   testing::kMpiexec,
                                   "run",
                                   config,
                                   "-q",
                                   "-o",
                                   result};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  /// The same command with a script instead of mpirun.
  static std::vector<std::string> under(const std::filesystem::path& script,
                                        std::vector<std::string> words) {
    std::replace(words.begin(), words.end(), std::string(testing::kMpiexec), script.string());
    return words;
  }

  /// A run without an older file, seen writing its first trials.
  std::unique_ptr<Process> begun(int ranks, const std::vector<std::string>& more = {}) const {
    std::filesystem::remove(result);
    return writing(command(ranks, more));
  }

  /// The same, with whatever file there is.
  std::unique_ptr<Process> writing(const std::vector<std::string>& words) const {
    const auto size = [&] {
      std::error_code none;
      const auto bytes = std::filesystem::file_size(result, none);
      return none ? 0 : bytes;
    };
    std::error_code none;
    const auto before = std::filesystem::last_write_time(result, none);
    auto process = std::make_unique<Process>(words, mpi_variables());
    process->wait_until(
        [&] { return size() > 0 && std::filesystem::last_write_time(result, none) != before; });
    const auto first = size();
    process->wait_until([&] { return size() != first; });
    return process;
  }

  /// False if the rank was not there any more.
  bool hit(int rank, int signal) const {
    const pid_t pid = process_of(rank, result);
    return pid != 0 && ::kill(pid, signal) == 0;
  }

  bool complete() const { return sorted_trials(result) == sorted_trials(expected); }

  TemporaryDirectory directory;
  std::string result = (directory / "r.h5").string();
  std::string expected = (directory / "expected.h5").string();
  std::string config;
};

}  // namespace laggard::testing
