// What rank 0 and the leaders of groups write to each other.
#pragma once

#include <string>
#include <string_view>

#include "transport/courier.hpp"

namespace laggard::sweep {

/// First byte of a message.
enum class MessageKind : char {
  kWarmUp = 'W',  ///< to a leader: it and its group load what networks need
  kPlan = 'P',    ///< to a leader: the folder for unfinished trials, the resolved configuration
  kUnits = 'U',   ///< to a leader: trials to run, each with the points that the file has already
  kQuit = 'Q',    ///< to a leader: no more; perhaps with kWithoutFinalize
  kResult = 'R',  ///< to rank 0: a unit and its records
  kLost = 'L',    ///< to rank 0: all workers of the group, so many, have died; it leaves
  kError = 'E',   ///< to rank 0: exit code and message
  kEnd = 'B'      ///< to rank 0: records of late workers, the last message
};

/// In kQuit: a rank has died, and MPI_Finalize would wait for it.
inline constexpr const char* kWithoutFinalize = "!";

inline std::string message(MessageKind kind, const std::string& text) {
  return std::string(1, static_cast<char>(kind)) + text;
}

inline MessageKind kind_of(const transport::Message& message) {
  return static_cast<MessageKind>(message.text.at(0));
}

inline std::string_view body_of(const transport::Message& message) {
  return std::string_view(message.text).substr(1);
}

}  // namespace laggard::sweep
