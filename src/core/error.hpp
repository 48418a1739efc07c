// Errors that a user can cause, each with the exit code of the contract.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>

namespace laggard {

enum class ExitCode : int {
  kDone = 0,
  kUsage = 2,         ///< the command line or the configuration is wrong
  kData = 3,          ///< input data is missing or malformed
  kFailed = 4,        ///< the run failed
  kInterrupted = 130  ///< stopped by a signal; `--resume` goes on
};

/// One line for the user: "<problem> (<why>); <what to do>".
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& problem, const std::string& why,
        const std::string& remedy);

  /// A message that was already put together, e.g. on another rank.
  Error(ExitCode code, const std::string& message);

  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

struct ConfigError : Error {
  ConfigError(const std::string& problem, const std::string& why, const std::string& remedy)
      : Error(ExitCode::kUsage, problem, why, remedy) {}
  /// A message that was already put together.
  explicit ConfigError(const std::string& message) : Error(ExitCode::kUsage, message) {}
};

struct DataError : Error {
  DataError(const std::string& problem, const std::string& why, const std::string& remedy)
      : Error(ExitCode::kData, problem, why, remedy) {}
};

struct RunError : Error {
  RunError(const std::string& problem, const std::string& why, const std::string& remedy)
      : Error(ExitCode::kFailed, problem, why, remedy) {}
};

/// Runs `make`. Its errors are said of `where`, the JSON pointer of the member that asked for it.
template <class Make>
auto named(const std::string& where, Make&& make) {
  try {
    return make();
  } catch (const Error& error) {
    throw Error(error.code(), where + ": " + error.what());
  }
}

/// What to tell the user about an exception of a library. What the system refused is not called a
/// bug.
RunError describe(const std::exception& error);

/// The user or the batch system asked the run to stop.
struct Interrupted : Error {
  explicit Interrupted(const std::string& message) : Error(ExitCode::kInterrupted, message) {}
};

}  // namespace laggard
