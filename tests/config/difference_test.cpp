#include "config/difference.hpp"

#include <catch2/catch.hpp>

namespace laggard::config {
namespace {

std::string difference(const std::string& there, const std::string& now) {
  return first_difference(there, now);
}

TEST_CASE("The first difference is named by its pointer, with both values", "[difference]") {
  CHECK(difference(R"({"a": 1})", R"({"a": 1})").empty());
  CHECK(difference(R"({"a": 1})", R"({"a": 1.0})").empty());
  CHECK(difference(R"({"a": 1, "b": 2})", R"({"a": 1, "b": 3})") == "/b is 2 there and 3 now");
  CHECK(difference(R"({"a": {"b": [1, {"c": "x"}]}})", R"({"a": {"b": [1, {"c": null}]}})") ==
        "/a/b/1/c is \"x\" there and null now");
  CHECK(difference(R"({"a": [1]})", R"({"a": [1, 2]})") == "/a/1 is absent there and 2 now");
  CHECK(difference(R"({"a": 1})", "{}") == "/a is 1 there and absent now");
  CHECK(difference("{}", R"({"a/b": 1})") == "/a~1b is absent there and 1 now");
  CHECK(difference("[]", "{}") == "the whole is [] there and {} now");
  CHECK(difference(R"({"s": {"x": 1, "y": 2}})", R"({"s": {"y": 2, "x": 1}})") ==
        R"(/s is {"x":1,"y":2} there and {"y":2,"x":1} now)");
  CHECK(difference(R"({"a": ")" + std::string(1000, 'x') + R"("})", "{}").size() < 100);
}

}  // namespace
}  // namespace laggard::config
