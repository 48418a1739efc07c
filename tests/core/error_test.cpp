#include "core/error.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <new>
#include <system_error>

namespace laggard {
namespace {

TEST_CASE("An error says what, why and what to do, with an exit code", "[error]") {
  CHECK(ConfigError("a", "b", "c").what() == std::string("a (b); c"));
  CHECK(ConfigError("", "", "").code() == ExitCode::kUsage);
  CHECK(DataError("", "", "").code() == ExitCode::kData);
  CHECK(RunError("", "", "").code() == ExitCode::kFailed);
  CHECK(Interrupted("stopped").code() == ExitCode::kInterrupted);
  CHECK(Interrupted("stopped").what() == std::string("stopped"));
  CHECK(static_cast<int>(ExitCode::kInterrupted) == 130);
}

TEST_CASE("Exceptions of libraries get a message like others", "[error]") {
  CHECK(describe(std::bad_alloc()).what() ==
        std::string("out of memory (the machine refused an allocation); use smaller sizes"));
  CHECK(describe(std::logic_error("odd")).what() ==
        std::string("failed (odd); please report this as a bug"));
  const std::filesystem::filesystem_error refused("rename", "/a",
                                                  std::make_error_code(std::errc::is_a_directory));
  CHECK(describe(refused).what() ==
        std::string("cannot use '/a' (Is a directory); check the path and its permissions"));
  const std::system_error full(std::make_error_code(std::errc::no_space_on_device), "writing");
  CHECK(describe(full).what() == std::string("the system refused something (writing: No space left "
                                             "on device); check limits, permissions and space"));
  CHECK(describe(std::bad_alloc()).code() == ExitCode::kFailed);
}

}  // namespace
}  // namespace laggard
