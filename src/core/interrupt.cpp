#include "core/interrupt.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <initializer_list>

#include "core/error.hpp"

namespace laggard {
namespace {

/// Also read by other threads, which a sig_atomic_t is not made for.
std::atomic<bool> raised = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may not wait");

void on_signal(int signal) {
  if (raised.exchange(true) && signal == SIGINT) std::_Exit(130);
}

void handle_all(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP}) {
    struct sigaction before = {};
    sigaction(signal, nullptr, &before);
    if (signal == SIGHUP && before.sa_handler == SIG_IGN) continue;  // nohup
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace

void install_interrupt_handlers() {
  handle_all(on_signal);
}

void ignore_interrupts() {
  handle_all(SIG_IGN);
}

bool interrupted() {
  return raised;
}

void stop_if_interrupted() {
  if (interrupted()) throw Interrupted("interrupted (a signal came); start it again");
}

}  // namespace laggard
