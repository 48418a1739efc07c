#include "transport/held_answers.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace laggard::transport {
namespace {

constexpr Seconds kNever = std::numeric_limits<Seconds>::infinity();

TEST_CASE("held answers leave in the order of their times, never without one") {
  HeldAnswers held;
  CHECK(held.next_due_s() == kNever);
  Matrix rows(4, 2);
  rows << 1, 2, 3, 4, 5, 6, 7, 8;
  const std::vector<Seconds> delays{0.3, 0.1, kNever, 0.3};
  held.hold({{7, 2, 10, 4}, 0.5}, rows_of(rows, 0, 4), delays, 1.0);
  CHECK(held.next_due_s() == Approx(1.1));
  const HeldAnswer first = held.pop();
  CHECK(first.arrival.block == BlockId{7, 2, 11, 1});
  CHECK(first.arrival.compute_s == 0.5);
  CHECK(first.values == std::vector<double>{3, 4});
  // Two at the same time: the lower worker first.
  CHECK(held.pop().arrival.block.first_worker == 10);
  CHECK(held.pop().arrival.block.first_worker == 13);
  CHECK(held.next_due_s() == kNever);
}

TEST_CASE("the values of rounds that are over are freed, their times are kept") {
  HeldAnswers held;
  const Matrix rows = Matrix::Ones(1, 3);
  const std::vector<Seconds> delay{0.1};
  held.hold({{0, 4, 0, 1}, 0.0}, rows_of(rows, 0, 1), delay, 0.0);
  held.hold({{0, 5, 1, 1}, 0.0}, rows_of(rows, 0, 1), delay, 1.0);
  held.release_before(5);
  CHECK(held.pop().values.empty());
  CHECK(held.pop().values.size() == 3);
}

}  // namespace
}  // namespace laggard::transport
