#include "trainer/augmentation.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "core/error.hpp"

namespace laggard::trainer {
namespace {

const Shape kShape{{2, 3, 4}};

/// Every pixel has a number of its own, above 0.
Matrix numbered(Index rows) {
  Matrix images(rows, kShape.size());
  for (Index row = 0; row < rows; ++row)
    for (Index i = 0; i < images.cols(); ++i) images(row, i) = static_cast<double>(i + 1);
  return images;
}

Matrix augmented(const AugmentationSettings& settings, std::vector<std::uint32_t> rows,
                 std::uint32_t epoch = 1) {
  Matrix images = numbered(static_cast<Index>(rows.size()));
  augment(settings, 7, epoch, rows, kShape, images);
  return images;
}

TEST_CASE("without settings images stay as they are") {
  CHECK(augmented({}, {0, 1}) == numbered(2));
}

TEST_CASE("a flip swaps left and right in about half of the images") {
  std::vector<std::uint32_t> rows(400);
  for (std::uint32_t i = 0; i < 400; ++i) rows[i] = i;
  const Matrix images = augmented({0, true}, rows);
  int flipped = 0;
  for (Index row = 0; row < images.rows(); ++row) {
    if (images(row, 0) == 1) {
      CHECK(images.row(row) == numbered(1).row(0));
      continue;
    }
    ++flipped;
    CHECK(images(row, 0) == 4);
    CHECK(images(row, 3) == 1);
    CHECK(images(row, 12) == 16);  // the second channel too
  }
  CHECK(flipped > 150);
  CHECK(flipped < 250);
}

TEST_CASE("a crop moves the window by whole pixels and fills with black") {
  std::set<std::pair<Index, Index>> moves;
  for (std::uint32_t row = 0; row < 300; ++row) {
    const Matrix image = augmented({2, false}, {row});
    // A pixel of the first channel tells the move; it must explain all others.
    Index y = 0, x = 0;
    Index at = 0;
    while (at < 12 && image(0, at) == 0) ++at;
    if (at == 12) continue;
    const auto from = static_cast<Index>(image(0, at)) - 1;
    y = from / 4 - at / 4;
    x = from % 4 - at % 4;
    moves.insert({y, x});
    for (Index i = 0; i < 24; ++i) {
      const Index channel = i / 12, row_from = i % 12 / 4 + y, column_from = i % 4 + x;
      const bool inside = row_from >= 0 && row_from < 3 && column_from >= 0 && column_from < 4;
      const double expected =
          inside ? static_cast<double>(channel * 12 + row_from * 4 + column_from + 1) : 0.0;
      REQUIRE(image(0, i) == expected);
    }
  }
  CHECK(moves.size() == 25);
}

TEST_CASE("an image's change depends on its row and the epoch alone") {
  const AugmentationSettings both{2, true};
  const Matrix together = augmented(both, {4, 5, 6});
  CHECK(augmented(both, {6}).row(0) == together.row(2));
  CHECK(augmented(both, {4, 5, 6}) == together);
  CHECK(augmented(both, {4, 5, 6}, 2) != together);
}

TEST_CASE("what is no image cannot be cropped") {
  Matrix rows = numbered(1);
  const std::vector<std::uint32_t> one{0};
  CHECK_THROWS_AS(check_augmentation({1, false}, {{24}}), ConfigError);
  CHECK_THROWS_AS(check_augmentation({3, false}, kShape), ConfigError);
}

}  // namespace
}  // namespace laggard::trainer
