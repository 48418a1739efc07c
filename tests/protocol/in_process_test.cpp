#include "transport/in_process.hpp"

#include "protocol/transport_checks.hpp"

namespace laggard::transport {
namespace {

TEST_CASE("The protocol, in-process", "[protocol]") {
  for (const checks::Check& check : checks::all()) {
    DYNAMIC_SECTION(check.name) {
      InProcess transport(checks::checks_worker);
      check.run(transport);
    }
  }
}

}  // namespace
}  // namespace laggard::transport
