// Runs that a signal meets while they write results.
#pragma once

#include "process.hpp"

namespace laggard::testing {

/// Starts the command, which writes `result` anew, and sends the signal once the file has grown by
/// more than `growth` bytes. Once more if the run was over before the signal came.
inline Outcome signalled(const Process::Arguments& command, const std::filesystem::path& result,
                         int signal, std::uintmax_t growth = 0) {
  const auto size = [&] {
    std::error_code absent;
    const std::uintmax_t bytes = std::filesystem::file_size(result, absent);
    return absent ? 0 : bytes;
  };
  Outcome outcome;
  do {
    std::filesystem::remove(result);
    Process process(command);
    process.wait_until([&] { return size() > 0; });
    const std::uintmax_t begun = size();
    process.wait_until([&] { return size() > begun + growth; });
    process.send(signal);
    outcome = process.wait();
  } while (outcome.code == 0);
  return outcome;
}

}  // namespace laggard::testing
