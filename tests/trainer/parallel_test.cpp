// What ranks that train together agree on; that they end with the same bits is tested under mpirun.
#include "trainer/parallel.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

namespace laggard::trainer {
namespace {

/// Rank 1 of two; rank 0 says what it was told to say.
class Second final : public transport::Group {
 public:
  std::uint32_t rank() const override { return 1; }
  std::uint32_t size() const override { return 2; }
  void send(std::uint32_t, std::span<const float>) override {}
  void receive(std::uint32_t, std::span<float>) override {}
  void broadcast(std::span<float> numbers) override {
    if (said.empty()) said.assign(numbers.begin(), numbers.end());
    std::copy(said.begin(), said.end(), numbers.begin());
  }

  std::vector<float> said;
};

TEST_CASE("a rank that finds other files than rank 0 says so", "[train]") {
  Second group;
  check_same_on_all(group, "5 sha256:abc");  // rank 0 has the same
  check_same_on_all(group, "5 sha256:abc");
  CHECK_THROWS_WITH(check_same_on_all(group, "0 sha256:abc"),
                    Catch::Contains("rank 1 finds other files than rank 0"));
}

}  // namespace
}  // namespace laggard::trainer
