#include "core/csv.hpp"

#include <catch2/catch.hpp>

using namespace laggard;

TEST_CASE("Cells are cut at the separator of the first line", "[csv]") {
  CHECK(separator_of("a,b") == ',');
  CHECK(separator_of("a") == ',');
  CHECK(separator_of("a\tb, c") == '\t');
  CHECK(separator_of("1,5;2,5") == ';');
  std::vector<std::string_view> cells{"old"};
  split(" a ,, c d\t\r", ',', cells);
  CHECK(cells == std::vector<std::string_view>{"a", "", "c d"});
  split("", ',', cells);
  CHECK(cells == std::vector<std::string_view>{""});
}

TEST_CASE("Blanks and the mark of UTF-8 are no part of a text", "[csv]") {
  CHECK(trim(" \ta b\r") == "a b");
  CHECK(trim(" \t ").empty());
  CHECK(trim("\"x\"", "\"") == "x");
  std::string line = "\xef\xbb\xbfworker";
  remove_byte_order_mark(line);
  CHECK(line == "worker");
  remove_byte_order_mark(line);
  CHECK(line == "worker");
}
