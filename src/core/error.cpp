#include "core/error.hpp"

#include <cstdio>
#include <filesystem>
#include <new>
#include <system_error>

namespace laggard {

Error::Error(ExitCode code, const std::string& problem, const std::string& why,
             const std::string& remedy)
    : std::runtime_error(problem + " (" + why + "); " + remedy), code_(code) {}

Error::Error(ExitCode code, const std::string& message)
    : std::runtime_error(message), code_(code) {}

RunError describe(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr)
    return {"out of memory", "the machine refused an allocation", "use smaller sizes"};
  if (const auto* system = dynamic_cast<const std::system_error*>(&error)) {
    const std::string why = system->code().message();
    if (const auto* files = dynamic_cast<const std::filesystem::filesystem_error*>(&error))
      return {"cannot use '" + files->path1().string() + "'", why,
              "check the path and its permissions"};
    // What fmt says when the standard output takes no more.
    if (std::ferror(stdout) != 0) return {"cannot print", "stdout: " + why, "check where it goes"};
    return {"the system refused something", error.what(), "check limits, permissions and space"};
  }
  return {"failed", error.what(), "please report this as a bug"};
}

}  // namespace laggard
