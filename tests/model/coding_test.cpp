#include "model/coding.hpp"

#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>

namespace laggard::model {
namespace {

TEST_CASE("loss patterns are all sets of at most r workers with a query among them", "[coding]") {
  for (std::uint32_t k = 1; k <= 6; ++k)
    for (std::uint32_t r = 1; r <= 5; ++r) {
      CAPTURE(k, r);
      std::vector<std::vector<std::uint32_t>> expected;
      for (std::uint32_t lost = 1; lost < 1U << (k + r); ++lost) {
        if (std::popcount(lost) > static_cast<int>(r) || (lost & ((1U << k) - 1)) == 0) continue;
        std::vector<std::uint32_t>& members = expected.emplace_back();
        for (std::uint32_t i = 0; i < k + r; ++i)
          if ((lost >> i & 1U) != 0) members.push_back(i);
      }
      std::sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
      });
      CHECK(loss_patterns(k, r) == expected);
      CHECK(count_loss_patterns(k, r) == static_cast<double>(expected.size()));
    }
}

TEST_CASE("patterns of large groups: the queries one by one, or too many to list", "[coding]") {
  const auto patterns = loss_patterns(64, 1);
  REQUIRE(patterns.size() == 64);
  CHECK(patterns.front() == std::vector<std::uint32_t>{0});
  CHECK(patterns.back() == std::vector<std::uint32_t>{63});
  CHECK(count_loss_patterns(64, 16) > 1e15);
}

}  // namespace
}  // namespace laggard::model
