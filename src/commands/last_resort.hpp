// The end within a second of a signal, whatever is being computed.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace laggard::commands {

/// Loops look at interrupted() themselves and end in good order. Where one step takes longer - a
/// forward call, a decoder, a rank that is to finish its block - this saves what there is and ends
/// the process with exit code 130.
class LastResort {
 public:
  LastResort();
  ~LastResort();
  LastResort(const LastResort&) = delete;
  LastResort& operator=(const LastResort&) = delete;

  /// Held by the main thread while it uses what `save` uses.
  std::timed_mutex& busy() { return busy_; }

  /// For its lifetime, `save` is called at the end, and `message` printed.
  class Saving {
   public:
    Saving(LastResort& owner, std::function<void()> save, std::string message);
    ~Saving();
    Saving(const Saving&) = delete;
    Saving& operator=(const Saving&) = delete;

   private:
    LastResort& owner_;
  };

 private:
  void watch();
  [[noreturn]] void leave();

  std::timed_mutex busy_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::function<void()> save_;
  std::string message_ = "interrupted (a signal came)";
  std::thread thread_;
};

}  // namespace laggard::commands
