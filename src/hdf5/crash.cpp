#include "hdf5/crash.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <csignal>
#include <mutex>
#include <vector>

#include "core/error.hpp"
#include "core/text.hpp"

namespace laggard::hdf5 {
namespace {

constexpr int kOutOfTime = SIGXCPU;  // of TimeBound

constexpr std::array kSignals{SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, kOutOfTime};

struct Armed {
  const std::string* line;
  pthread_t thread;
};

std::mutex mutex;          // of what follows, except in the handler
std::vector<Armed> armed;  // the youngest last
std::array<struct sigaction, kSignals.size()> before;

// What the handler reads.
std::atomic<const char*> line_text = nullptr;
std::atomic<std::size_t> line_size = 0;
std::atomic<pthread_t> line_thread{};
std::atomic<void (*)(int)> last_action = nullptr;

// A stack that overflows is a crash too, and leaves no room for its handler.
std::array<char, std::size_t{64} << 10U> handler_stack;

void use_own_stack() {
  stack_t present{};
  if (sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) return;
  stack_t own{};
  own.ss_sp = handler_stack.data();
  own.ss_size = handler_stack.size();
  sigaltstack(&own, nullptr);
}

void restore() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before[i], nullptr);
}

void on_crash(int) {
  const char* text = line_text;
  // The instruction is tried again, and whoever was there before learns of it.
  if (text == nullptr || pthread_equal(line_thread, pthread_self()) == 0) return restore();
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, line_size);
  constexpr int kCode = static_cast<int>(ExitCode::kData);
  if (void (*action)(int) = last_action) action(kCode);
  ::_exit(kCode);
}

void arm() {
  struct sigaction action {};
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &before[i]);
}

void publish() {
  line_text = nullptr;
  if (armed.empty()) return;
  line_size = armed.back().line->size();
  line_thread = armed.back().thread;
  line_text = armed.back().line->data();
}

}  // namespace

CrashLine::CrashLine(const std::string& path)
    : line_(fmt::format("laggard: cannot read '{}' (the HDF5 library fails on it, so that it must "
                        "be damaged); restore the file, or make it again\n",
                        printable(path))) {
  const std::lock_guard lock(mutex);
  use_own_stack();
  if (armed.empty()) arm();
  armed.push_back({&line_, pthread_self()});
  publish();
}

CrashLine::~CrashLine() {
  const std::lock_guard lock(mutex);
  std::erase_if(armed, [this](const Armed& one) { return one.line == &line_; });
  publish();
  if (armed.empty()) restore();
}

TimeBound::TimeBound(double seconds) {
  {
    const std::lock_guard lock(mutex);
    if (armed.empty() || pthread_equal(armed.back().thread, pthread_self()) == 0) return;
  }
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = kOutOfTime;
  event._sigev_un._tid = ::gettid();
  if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer_) != 0) return;
  set_ = true;
  itimerspec end{};
  end.it_value.tv_sec = static_cast<time_t>(seconds);
  end.it_value.tv_nsec = static_cast<long>((seconds - std::floor(seconds)) * 1e9);
  timer_settime(timer_, 0, &end, nullptr);
}

TimeBound::~TimeBound() {
  if (set_) timer_delete(timer_);
}

void before_crash_exit(void (*action)(int code)) {
  last_action = action;
}

}  // namespace laggard::hdf5
