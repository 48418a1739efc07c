#include "commands/last_resort.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "commands/status_file.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "core/stopwatch.hpp"
#include "core/text.hpp"

namespace laggard::commands {
namespace {

using std::chrono::milliseconds;

constexpr Seconds kPatience_s = 0.6;       // for the main thread to end by itself
constexpr milliseconds kSavingWaits{200};  // for what it has begun to write

}  // namespace

LastResort::LastResort() : thread_([this] { watch(); }) {}

LastResort::~LastResort() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

LastResort::Saving::Saving(LastResort& owner, std::function<void()> save, std::string message)
    : owner_(owner) {
  const std::lock_guard lock(owner_.busy_);
  owner_.save_ = std::move(save);
  owner_.message_ = std::move(message);
}

LastResort::Saving::~Saving() {
  const std::lock_guard lock(owner_.busy_);
  owner_.save_ = nullptr;
}

void LastResort::watch() {
  std::unique_lock lock(mutex_);
  Stopwatch since_signal;
  while (!stop_) {
    if (!interrupted())
      since_signal.restart();
    else if (since_signal.elapsed() > kPatience_s)
      leave();
    wake_.wait_for(lock, milliseconds(50));
  }
}

void LastResort::leave() {
  ExitCode end = ExitCode::kInterrupted;
  if (busy_.try_lock_for(kSavingWaits)) {
    try {
      if (save_) save_();
    } catch (const Error& error) {  // the message would promise what is not there
      message_ = error.what();
      end = error.code();
    }
  }
  std::fprintf(stderr, "laggard: %s\n", printable(message_).c_str());
  const int code = static_cast<int>(end);
  announce_exit(code);
  _exit(code);
}

}  // namespace laggard::commands
