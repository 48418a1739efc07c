#include "output/printed_table.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "core/types.hpp"

namespace laggard::output {
namespace {

PrintedTable example() {
  PrintedTable table({{"label", "scheme"}, {"", "for people"}, {"mse", "mse"}, {"/a,b", ""}});
  table.add({text_cell("bacc"), text_cell("x"), error_cell(0.1 + 0.2), json_cell("[1, \"q\"]")});
  table.add({text_cell("a \"b\", c"), text_cell(""), error_cell(kNaN), json_cell("no JSON")});
  return table;
}

TEST_CASE("A table for people is aligned and has their columns only", "[table]") {
  CHECK(example().text() ==
        "scheme    for people        mse\n"
        "bacc               x  3.000e-01\n"
        "a \"b\", c                    nan\n");
}

TEST_CASE("CSV and JSON have every digit, and nothing where nothing applies", "[table]") {
  CHECK(example().csv() ==
        "label,mse,\"/a,b\"\n"
        "bacc,0.30000000000000004,\"[1,\"\"q\"\"]\"\n"
        "\"a \"\"b\"\", c\",,\n");
  CHECK(example().json().dump() == R"([{"label":"bacc","mse":0.30000000000000004,"/a,b":[1,"q"]},)"
                                   R"({"label":"a \"b\", c","mse":null,"/a,b":null}])");
}

TEST_CASE("Numbers are shown as their kind", "[table]") {
  CHECK(share_cell(0.5).shown == "0.5000");
  CHECK(share_cell(kNaN).shown == "-");
  CHECK(number_cell(12.0).shown == "12");
  CHECK(number_cell(std::numeric_limits<double>::infinity()).value.is_null());
  CHECK(count_cell(-3).value == -3);
}

struct Row {
  static constexpr std::string_view kTable = "/rows";
  static std::vector<Column> columns() {
    std::vector<Column> columns{column<Row>("state", &Row::state, "an enumeration"),
                                column<Row>("count", &Row::count, "a count"),
                                column<Row>("share", &Row::share, "a number"),
                                column<Row>("label", &Row::label, "a text")};
    columns.front().names = {"off", "on"};
    return columns;
  }
  std::uint8_t state = 0;
  std::int64_t count = 0;
  double share = kNaN;
  std::string label;
};

TEST_CASE("Rows of a file are printed under the names of their columns", "[table]") {
  CHECK(printed(std::vector<Row>{{1, -3, 0.25, "a"}, {7, 4, kNaN, "b,c"}}).csv() ==
        "state,count,share,label\non,-3,0.25,a\n7,4,,\"b,c\"\n");
  CHECK(printed(std::vector<Row>{}).empty());
}

}  // namespace
}  // namespace laggard::output
