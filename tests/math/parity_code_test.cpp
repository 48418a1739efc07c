#include "math/parity_code.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "random_matrix.hpp"

namespace laggard::math {
namespace {

using testing::normal_matrix;

TEST_CASE("coefficients of parities are powers of 1 .. k", "[parity]") {
  Matrix expected(3, 4);
  expected << 1, 1, 1, 1, 1, 2, 3, 4, 1, 4, 9, 16;
  CHECK(parity_coefficients(4, 3) == expected);
}

TEST_CASE("addition sums channel by channel", "[parity]") {
  Matrix queries(4, 2);  // two groups of two
  queries << 1, 2, 10, 20, 3, 4, 30, 40;
  Matrix expected(4, 2);
  expected << 11, 22, 21, 42, 33, 44, 63, 84;
  CHECK(parity_queries(ParityEncoder::kAddition, parity_coefficients(2, 2), {{2}},
                       rows_of(queries, 0, 4)) == expected);
}

TEST_CASE("concatenation puts smaller pictures side by side", "[parity]") {
  // Two 2 x 4 pictures of two channels, by hand.
  const Shape shape{{2, 2, 4}};
  Matrix queries(2, 16);
  queries << 1, 3, 5, 7, 2, 4, 6, 8, 10, 30, 50, 70, 20, 40, 60, 80,  //
      0, 2, 4, 6, 1, 1, 3, 3, 0, 0, 0, 0, 9, 9, 9, 9;
  Matrix expected(2, 16);  // equal rows: r = 2
  expected.row(0) << 2, 6, 1, 5, 3, 7, 1, 3, 20, 60, 0, 0, 30, 70, 9, 9;
  expected.row(1) = expected.row(0);
  CHECK(parity_queries(ParityEncoder::kConcatenation, parity_coefficients(2, 2), shape,
                       rows_of(queries, 0, 2)) == expected);

  // Four 2 x 2 pictures become the corners of one, each as its mean.
  Matrix four(4, 4);
  four << 0, 1, 2, 3, 4, 4, 4, 4, 1, 1, 0, 0, 8, 0, 0, 0;
  Matrix corners(1, 4);
  corners << 1.5, 4, 0.5, 2;
  CHECK(parity_queries(ParityEncoder::kConcatenation, parity_coefficients(4, 1), {{1, 2, 2}},
                       rows_of(four, 0, 4)) == corners);
}

TEST_CASE("what concatenation cannot do is said", "[parity]") {
  const auto why = [](Index k, const Shape& shape) {
    return parity_conflict(ParityEncoder::kConcatenation, k, shape);
  };
  CHECK(why(2, {{1, 28, 28}}).empty());
  CHECK(why(4, {{3, 32, 32}}).empty());
  CHECK(why(3, {{1, 28, 28}}) == "concatenation is for k = 2 and k = 4");
  CHECK(why(2, {{784}}) == "concatenation is for images");
  CHECK_FALSE(why(2, {{1, 28, 27}}).empty());
  CHECK(why(2, {{1, 27, 28}}).empty());
  CHECK_FALSE(why(4, {{1, 27, 28}}).empty());
  CHECK(parity_conflict(ParityEncoder::kAddition, 3, {{784}}).empty());
}

TEST_CASE("any k of k answers and r exact parities give the others", "[parity]") {
  for (const Index k : {1, 2, 3, 5})
    for (const Index r : {1, 2, 3}) {
      const Matrix coefficients = parity_coefficients(k, r);
      const Matrix answers = normal_matrix(k, 4, 7);
      const Matrix parity_answers = coefficients * answers;
      for (std::uint32_t left = 0; left < 1U << (k + r); ++left) {
        std::vector<Index> lost, parities;
        for (Index i = 0; i < k; ++i)
          if ((left >> i & 1U) == 0) lost.push_back(i);
        for (Index p = 0; p < r; ++p)
          if ((left >> (k + p) & 1U) != 0) parities.push_back(p);
        if (lost.empty() || parities.size() < lost.size()) continue;
        parities = choose_parities(coefficients, lost, parities);
        REQUIRE(parities.size() == lost.size());
        Matrix solved = answers;
        for (const Index i : lost) solved.row(i).setConstant(kNaN);
        Matrix known = parity_answers;
        for (Index p = 0; p < r; ++p)
          if (std::find(parities.begin(), parities.end(), p) == parities.end())
            known.row(p).setConstant(kNaN);
        solve_lost(coefficients, lost, parities, known, solved);
        INFO("k = " << k << ", r = " << r << ", received " << left);
        CHECK((solved - answers).cwiseAbs().maxCoeff() < 1e-9);
      }
    }
}

TEST_CASE("of more parities than losses those are taken that weigh the lost queries most",
          "[parity]") {
  const Matrix coefficients = parity_coefficients(3, 3);  // 1 1 1, 1 2 3, 1 4 9
  const auto chosen = [&](const std::vector<Index>& lost, const std::vector<Index>& received) {
    return choose_parities(coefficients, lost, received);
  };
  using List = std::vector<Index>;
  CHECK(chosen({0}, {0, 1, 2}) == List{0});
  CHECK(chosen({2}, {0, 1, 2}) == List{2});
  CHECK(chosen({2}, {0, 1}) == List{1});
  CHECK(chosen({0}, {1, 2}) == List{1});
  CHECK(chosen({0, 2}, {0, 1, 2}) == List{0, 2});
  CHECK(chosen({0, 1, 2}, {0, 1, 2}) == List{0, 1, 2});
}

}  // namespace
}  // namespace laggard::math
