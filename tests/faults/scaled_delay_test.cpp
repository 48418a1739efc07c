#include "faults/scaled_delay.hpp"

#include <catch2/catch.hpp>

#include "faults/make.hpp"

namespace laggard::faults {
namespace {

using Catch::Matchers::Contains;
using testing::make_delay;

TEST_CASE("A delay that is scaled by the work is multiplied by it", "[delay]") {
  for (const std::string kind : {R"("constant", "seconds": 3)", R"("pareto")", R"("markov")",
                                 R"("lognormal")", R"("shifted_exponential")"}) {
    CAPTURE(kind);
    const auto plain = make_delay(R"({"kind": )" + kind + "}");
    const auto scaled = make_delay(R"({"kind": )" + kind + R"(, "scaling": "work"})");
    for (std::uint32_t worker = 0; worker < 5; ++worker) {
      const Address at{7, 3, worker};
      CHECK(plain->sample_for(at, 12.0) == plain->sample(at));
      CHECK(scaled->sample(at) == plain->sample(at));
      CHECK(scaled->sample_for(at, 12.0) == 12.0 * plain->sample(at));
    }
    CHECK(scaled->constant() == plain->constant());
  }
}

TEST_CASE("Each group of workers has a scale of its own", "[delay]") {
  const auto delay = make_delay(R"({"kind": "groups", "sizes": [1], "delays": [
      {"kind": "constant", "seconds": 2, "scaling": "work"}, {"kind": "constant", "seconds": 5}]})");
  CHECK(delay->sample_for({1, 0, 0}, 4.0) == 8.0);
  CHECK(delay->sample_for({1, 0, 1}, 4.0) == 5.0);
}

TEST_CASE("The scale of a delay is one of two words", "[delay]") {
  CHECK_THROWS_WITH(make_delay(R"({"kind": "pareto", "scaling": "twice"})"),
                    Contains("/delay/scaling"));
}

}  // namespace
}  // namespace laggard::faults
