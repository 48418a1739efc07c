// Runs programs the way a user does: as a process of its own, without a shell.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "places.hpp"
#include "temporary.hpp"

extern char** environ;

namespace laggard::testing {

struct Outcome {
  int code = -1;   ///< exit status; -1 if a signal ended it
  int signal = 0;  ///< that signal, or 0
  std::string out;
  std::string err;
};

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A running program; its output goes to files, so that it never waits for a reader.
class Process {
 public:
  using Arguments = std::vector<std::string>;

  /// `variables` are added to the environment, as "NAME=VALUE".
  explicit Process(Arguments arguments, const Arguments& variables = {},
                   const std::string& standard_output = "") {
    const std::string out = standard_output.empty() ? (files_ / "out").string() : standard_output;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    const int create = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), create, 0600);
    const std::string err = (files_ / "err").string();
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), create, 0600);
    std::vector<char*> argv, env;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    for (char** variable = environ; *variable != nullptr; ++variable) env.push_back(*variable);
    Arguments added = variables;
    for (std::string& variable : added) env.push_back(variable.data());
    env.push_back(nullptr);
    const int failure = posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), env.data());
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) throw std::runtime_error("cannot start " + arguments[0]);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (pid_ <= 0) return;
    send(SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  void send(int signal) const { ::kill(pid_, signal); }

  bool running() {
    if (!ended_ && waitpid(pid_, &status_, WNOHANG) == pid_) ended_ = true;
    return !ended_;
  }

  /// Waits until the process ends or `condition` holds, without guessing how long that takes.
  bool wait_until(const std::function<bool()>& condition) {
    while (!condition()) {
      if (!running()) return condition();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  Outcome wait() {
    while (!ended_ && waitpid(pid_, &status_, 0) != pid_) {
    }
    ended_ = true;
    pid_ = 0;
    Outcome outcome;
    if (WIFEXITED(status_)) outcome.code = WEXITSTATUS(status_);
    if (WIFSIGNALED(status_)) outcome.signal = WTERMSIG(status_);
    outcome.out = text_of(files_ / "out");
    outcome.err = text_of(files_ / "err");
    return outcome;
  }

 private:
  TemporaryDirectory files_;
  pid_t pid_ = 0;
  int status_ = 0;
  bool ended_ = false;
};

/// Runs the program under test to its end.
inline Outcome laggard(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{kProgram};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return Process(std::move(command)).wait();
}

}  // namespace laggard::testing
