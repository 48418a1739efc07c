#include "core/error.hpp"

namespace laggard {

Error::Error(ExitCode code, const std::string& problem, const std::string& why,
             const std::string& remedy)
    : std::runtime_error(problem + " (" + why + "); " + remedy), code_(code) {}

Error::Error(ExitCode code, const std::string& message)
    : std::runtime_error(message), code_(code) {}

}  // namespace laggard
