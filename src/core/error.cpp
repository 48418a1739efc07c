#include "core/error.hpp"

#include <new>

namespace laggard {

Error::Error(ExitCode code, const std::string& problem, const std::string& why,
             const std::string& remedy)
    : std::runtime_error(problem + " (" + why + "); " + remedy), code_(code) {}

Error::Error(ExitCode code, const std::string& message)
    : std::runtime_error(message), code_(code) {}

RunError describe(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr)
    return {"out of memory", "the machine refused an allocation", "use smaller sizes"};
  return {"failed", error.what(), "please report this as a bug"};
}

}  // namespace laggard
