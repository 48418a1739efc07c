#include "commands/mpirun_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

#include "core/error.hpp"
#include "core/stopwatch.hpp"

namespace laggard::commands {
namespace {

struct Pipe {
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
      throw RunError("cannot start mpirun", std::strerror(errno), "close other programs");
  }
  std::array<int, 2> ends{-1, -1};  // to read from, to write to
};

/// What the new process does. It never returns, and tells errno where it cannot start the program.
[[noreturn]] void become(std::vector<char*>& argv, std::string& variable, pid_t parent,
                         int error_output, int report) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died before that
  signal(SIGPIPE, SIG_DFL);
  dup2(error_output, STDERR_FILENO);
  putenv(variable.data());
  execvp(argv[0], argv.data());
  const int failure = errno;
  [[maybe_unused]] const auto written = write(report, &failure, sizeof failure);
  _exit(1);
}

}  // namespace

MpirunProcess::MpirunProcess(const std::vector<std::string>& command, const std::string& variable) {
  std::vector<std::string> words = command;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::string added = variable;
  const Pipe output, report;
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) become(argv, added, parent, output.ends[1], report.ends[1]);
  setpgid(pid_, pid_);  // whoever of the two comes first
  close(output.ends[1]);
  close(report.ends[1]);
  output_ = output.ends[0];
  fcntl(output_, F_SETFL, O_NONBLOCK);
  int failure = pid_ < 0 ? errno : 0;
  ssize_t size = 0;  // the pipe is closed without a word of failure where the program starts
  while (pid_ > 0 && (size = read(report.ends[0], &failure, sizeof failure)) < 0 &&
         errno == EINTR) {
  }
  const bool failed = pid_ < 0 || size == sizeof failure;
  close(report.ends[0]);
  if (!failed) return;
  close(output_);
  if (pid_ > 0) waitpid(pid_, nullptr, 0);
  throw ConfigError(fmt::format("cannot start '{}'", command.front()), std::strerror(failure),
                    "load an MPI module, or name the launcher with --mpirun");
}

MpirunProcess::~MpirunProcess() {
  if (!ended()) kill(-pid_, SIGKILL);
  if (!ended_) waitpid(pid_, nullptr, 0);
  if (output_ >= 0) close(output_);
}

void MpirunProcess::send(int signal) const {
  kill(pid_, signal);
}

bool MpirunProcess::ended() {
  int status = 0;
  if (!ended_ && waitpid(pid_, &status, WNOHANG) == pid_) {
    ended_ = true;
    if (WIFSIGNALED(status)) signal_ = WTERMSIG(status);
  }
  pass_on_output();  // after its end: all of it
  return ended_;
}

void MpirunProcess::pause() {
  constexpr int kMoment_ms = 20;
  if (output_ < 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(kMoment_ms));
    return;
  }
  pollfd waiting{output_, POLLIN, 0};
  poll(&waiting, 1, kMoment_ms);
  pass_on_output();
}

bool MpirunProcess::ends_within(Seconds patience_s) {
  const Stopwatch watch;
  while (!ended()) {
    if (watch.elapsed() > patience_s) return false;
    pause();
  }
  return true;
}

void MpirunProcess::end() {
  constexpr Seconds kPatience_s = 0.5;
  if (ended()) return;
  send(SIGTERM);
  if (ends_within(kPatience_s)) return;
  kill(-pid_, SIGKILL);  // also where --mpirun is a script around it; its ranks die with it
  ends_within(kPatience_s);
}

void MpirunProcess::end_in_silence() {
  constexpr Seconds kRemainingOutput_s = 0.1;
  ends_within(kRemainingOutput_s);
  silent_ = true;
  end();
}

void MpirunProcess::pass_on_output() {
  std::array<char, 4096> bytes{};
  while (output_ >= 0) {
    const auto size = read(output_, bytes.data(), bytes.size());
    if (size < 0) return;  // nothing for now
    if (size == 0) {
      if (!partial_line_.empty()) pass_on(partial_line_);
      partial_line_.clear();
      write(noise_.rest());
      close(std::exchange(output_, -1));
      return;
    }
    partial_line_.append(bytes.data(), static_cast<std::size_t>(size));
    std::size_t from = 0;
    for (std::size_t end; (end = partial_line_.find('\n', from)) != std::string::npos;
         from = end + 1)
      pass_on(std::string_view(partial_line_).substr(from, end + 1 - from));
    partial_line_.erase(0, from);
  }
}

void MpirunProcess::pass_on(std::string_view line) {
  write(noise_.without(line));
}

void MpirunProcess::write(const std::string& text) {
  if (silent_ || text.empty()) return;
  wrote_ = true;
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace laggard::commands
