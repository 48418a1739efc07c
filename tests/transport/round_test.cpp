#include "transport/round.hpp"

#include <catch2/catch.hpp>

namespace laggard::transport {
namespace {

TEST_CASE("rounds are found by number while somebody holds them", "[round]") {
  OpenRounds rounds;
  auto first = rounds.open({}), second = rounds.open({}), third = rounds.open({});
  CHECK(second->number == first->number + 1);
  CHECK(rounds.find(second->number) == second);
  CHECK(rounds.find(99) == nullptr);
  const std::uint32_t number = second->number;
  second.reset();
  CHECK(rounds.find(number) == nullptr);
  CHECK(rounds.find(first->number) == first);
  first.reset();
  const auto fourth = rounds.open({});
  CHECK(fourth->number == third->number + 1);  // numbers do not come back
  CHECK(rounds.oldest() == third->number);
  CHECK(rounds.find(0) == nullptr);
  CHECK(rounds.find(third->number) == third);
  CHECK(rounds.find(fourth->number) == fourth);
}

TEST_CASE("a worker's row is its number, or where its block lies", "[round]") {
  Round round;
  round.block_size = 3;
  CHECK(round.row_of(7) == 7);
  round.rows = {5, 0, 2};
  CHECK(round.row_of(1) == 6);
  CHECK(round.row_of(5) == 2);
  CHECK(round.row_of(6) == 2);
}

TEST_CASE("results are copied only where a message may still write to them", "[round]") {
  Round round;
  round.results = std::make_shared<Matrix>(Matrix::Ones(2, 2));
  const double* const memory = round.results->data();
  const auto message = round.results;
  const Matrix copy = round.take_results();
  CHECK(copy.data() != memory);
  CHECK(copy == Matrix::Ones(2, 2));
  CHECK(message->data() == memory);
  Round other;
  other.results = std::make_shared<Matrix>(Matrix::Ones(2, 2));
  const double* const own = other.results->data();
  CHECK(other.take_results().data() == own);
}

}  // namespace
}  // namespace laggard::transport
