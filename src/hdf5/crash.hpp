// HDF5 bears no damaged files: what of it crashes ends with one line instead of a signal.
#pragma once

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

/// What else to do before such an end, with the exit code; safe in a signal handler.
void before_crash_exit(void (*action)(int code));

}  // namespace laggard::hdf5
