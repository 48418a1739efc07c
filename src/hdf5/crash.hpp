// HDF5 bears no damaged files: where it crashes or never ends, one line says so.
#pragma once

#include <ctime>
#include <string>

namespace laggard::hdf5 {

/// For its lifetime, a crash of the thread that made it (SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL)
/// is blamed on the file that it reads: one line on stderr, and the process ends with exit code 3.
/// Several may live at a time, in any order; the youngest file is blamed.
class CrashLine {
 public:
  explicit CrashLine(const std::string& path);
  CrashLine(const CrashLine&) = delete;
  CrashLine& operator=(const CrashLine&) = delete;
  ~CrashLine();

 private:
  std::string line_;
};

/// For its lifetime, which ought to be one call, this thread has so many seconds of processor time.
/// Then the call is taken for endless, as on a damaged heap that refers to itself, and ends like a
/// crash. Does nothing without a CrashLine of this thread.
class TimeBound {
 public:
  explicit TimeBound(double seconds);
  TimeBound(const TimeBound&) = delete;
  TimeBound& operator=(const TimeBound&) = delete;
  ~TimeBound();

 private:
  timer_t timer_{};
  bool set_ = false;
};

/// What else to do before such an end, with the exit code; safe in a signal handler.
void before_crash_exit(void (*action)(int code));

}  // namespace laggard::hdf5
