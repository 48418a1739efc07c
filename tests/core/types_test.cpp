#include "core/types.hpp"

#include <catch2/catch.hpp>

namespace laggard {
namespace {

TEST_CASE("Extents of 1 make no difference to what an input is", "[shape]") {
  CHECK(interchangeable({{28, 28}}, {{1, 28, 28}}));
  CHECK(interchangeable({{28, 28, 1}}, {{28, 28}}));
  CHECK(interchangeable({{1}}, {{1, 1}}));
  CHECK_FALSE(interchangeable({{3, 32, 32}}, {{32, 32, 3}}));
  CHECK_FALSE(interchangeable({{784}}, {{28, 28}}));
}

TEST_CASE("A plain picture has one channel", "[shape]") {
  CHECK(with_channel({{28, 20}}) == Shape{{1, 28, 20}});
  for (const Shape& shape : {Shape{{7}}, Shape{{3, 32, 32}}}) CHECK(with_channel(shape) == shape);
}

}  // namespace
}  // namespace laggard
