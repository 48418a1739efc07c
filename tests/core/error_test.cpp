#include "core/error.hpp"

#include <catch2/catch.hpp>
#include <new>

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
  CHECK(describe(std::bad_alloc()).code() == ExitCode::kFailed);
}

}  // namespace
}  // namespace laggard
