#include "core/interrupt.hpp"

#include <csignal>
#include <cstdlib>
#include <initializer_list>

namespace laggard {
namespace {

volatile std::sig_atomic_t raised = 0;

void on_signal(int signal) {
  if (raised != 0 && signal == SIGINT) std::_Exit(130);
  raised = 1;
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
  return raised != 0;
}

}  // namespace laggard
