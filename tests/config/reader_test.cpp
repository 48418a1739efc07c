#include "config/reader.hpp"

#include <catch2/catch.hpp>

#include "config/catalogue.hpp"
#include "core/error.hpp"

namespace laggard::config {
namespace {

using Catch::Matchers::Contains;
using namespace testing;

EverythingConfig read(std::string_view text) {
  const Json document = json(text);
  JsonReader reader(document, "/here", catalogue());
  EverythingConfig config;
  config.fields(reader);
  reader.finish();
  return config;
}

TEST_CASE("Members that are not given keep their defaults", "[reader]") {
  const EverythingConfig config = read("{}");
  CHECK(config.number == 0.5);
  CHECK(config.integer == 3);
  CHECK(config.choice == "red");
  CHECK(config.numbers == std::vector<double>{1.0, 0.5});
  CHECK(config.inner == 1.0);
  CHECK(config.wait.parameters == R"({"kind":"all"})");
  REQUIRE(config.waits.size() == 2);
  CHECK(config.waits[1].parameters == R"({"kind":"fastest","count":4})");
}

TEST_CASE("Members that are given are read", "[reader]") {
  const EverythingConfig config = read(R"({
      "number": 1, "positive": 1e-300, "integer": 9.0, "large": 18446744073709551615, "flag": true,
      "text": "", "choice": "green", "lambda": "gcv", "numbers": [], "integers": [4294967295],
      "texts": ["x", "y"], "object": {"inner": 2}, "wait": {"kind": "fastest"},
      "waits": [{"count": 2, "kind": "fastest"}]})");
  CHECK(config.number == 1.0);
  CHECK(config.positive == 1e-300);
  CHECK(config.integer == 9);
  CHECK(config.large == UINT64_MAX);
  CHECK(config.flag);
  CHECK(config.text.empty());
  CHECK(config.choice == "green");
  CHECK(config.lambda.is("gcv"));
  CHECK(config.numbers.empty());
  CHECK(config.integers == std::vector<std::uint32_t>{UINT32_MAX});
  CHECK(config.texts == std::vector<std::string>{"x", "y"});
  CHECK(config.inner == 2.0);
  CHECK(config.wait.kind == "fastest");
  CHECK(config.wait.where == "/here/wait");
  CHECK(config.wait.parameters == R"({"kind":"fastest","count":1})");
  REQUIRE(config.waits.size() == 1);
  CHECK(config.waits[0].where == "/here/waits/0");
  CHECK(config.waits[0].parameters == R"({"kind":"fastest","count":2})");
  const EverythingConfig number = read(R"({"lambda": 2})");
  CHECK(number.lambda.rule.empty());
  CHECK(number.lambda.number == 2.0);
}

struct Refused {
  const char* text;
  const char* pointer;
  const char* hint;
};

TEST_CASE("Wrong values are refused with their pointer and what is allowed", "[reader]") {
  for (const Refused& bad : {
           Refused{R"({"number": "1"})", "/here/number ", "a number"},
           Refused{R"({"number": null})", "/here/number ", "a number"},
           Refused{R"({"number": 1.01})", "/here/number ", "[0, 1]"},
           Refused{R"({"number": -1e-9})", "/here/number ", "[0, 1]"},
           Refused{R"({"positive": 0})", "/here/positive ", "> 0"},
           Refused{R"({"integer": 1})", "/here/integer ", "from 2 to 9"},
           Refused{R"({"integer": 10})", "/here/integer ", "from 2 to 9"},
           Refused{R"({"integer": 2.5})", "/here/integer ", "not a whole number"},
           Refused{R"({"integer": -3})", "/here/integer ", "from 2 to 9"},
           Refused{R"({"integer": 1e300})", "/here/integer ", "from 2 to 9"},
           Refused{R"({"integer": 4294967299})", "/here/integer ", "from 2 to 9"},
           Refused{R"({"integer": true})", "/here/integer ", "a whole number"},
           Refused{R"({"large": -1})", "/here/large ", "out of range"},
           Refused{R"({"large": 18446744073709551616})", "/here/large ", "out of range"},
           Refused{R"({"flag": 1})", "/here/flag ", "true or false"},
           Refused{R"({"text": 1})", "/here/text ", "a text"},
           Refused{R"({"choice": "gren"})", "/here/choice ", "did you mean 'green'?"},
           Refused{R"({"choice": "blue"})", "/here/choice ", "use one of: red, green"},
           Refused{R"({"lambda": "gvc"})", "/here/lambda ", "did you mean 'gcv'?"},
           Refused{R"({"lambda": -1})", "/here/lambda ", ">= 0"},
           Refused{R"({"lambda": []})", "/here/lambda ", "a number"},
           Refused{R"({"numbers": 1})", "/here/numbers ", "a list"},
           Refused{R"({"numbers": [1, 2]})", "/here/numbers/1 ", "[0, 1]"},
           Refused{R"({"integers": [1, -1]})", "/here/integers/1 ", "from 0 to 4294967295"},
           Refused{R"({"integers": [4294967296]})", "/here/integers/0 ", "from 0"},
           Refused{R"({"texts": ["a", 1]})", "/here/texts/1 ", "a text"},
           Refused{R"({"texts": "a"})", "/here/texts ", "a list"},
           Refused{R"({"object": 1})", "/here/object ", "an object"},
           Refused{R"({"object": {"inner": 0}})", "/here/object/inner ", "> 0"},
           Refused{R"({"wait": "all"})", "/here/wait ", "{\"kind\": \"all\"}"},
           Refused{R"({"wait": {}})", "/here/wait ", "laggard list waits"},
           Refused{R"({"wait": {"kind": 1}})", "/here/wait/kind ", "a text"},
           Refused{R"({"wait": {"kind": "fastets"}})", "/here/wait/kind ", "mean 'fastest'?"},
           Refused{R"({"wait": {"kind": "fastest", "count": -1}})", "/here/wait/count ", "from 0"},
           Refused{R"({"waits": {}})", "/here/waits ", "a list"},
           Refused{R"({"waits": []})", "/here/waits ", "at least one"},
           Refused{R"({"waits": [{"kind": "all"}, {"kind": "any"}]})", "/here/waits/1/kind ",
                   "all, fastest, any_of"},
       }) {
    CAPTURE(bad.text);
    CHECK_THROWS_AS(read(bad.text), ConfigError);
    CHECK_THROWS_WITH(read(bad.text), Contains(bad.pointer) && Contains(bad.hint));
  }
}

TEST_CASE("Unknown members are refused everywhere, with the nearest name", "[reader]") {
  for (const Refused& bad : {
           Refused{R"({"nubmer": 1})", "/here/nubmer ", "did you mean 'number'?"},
           Refused{R"({"zzz": 1})", "/here/zzz ", "use one of: number, positive"},
           Refused{R"({"a/b~": 1})", "/here/a~1b~0 ", "use one of"},
           Refused{R"({"": 1})", "/here/ ", "use one of"},
           Refused{R"({"Number": 1})", "/here/Number ", "did you mean 'number'?"},
           Refused{R"({"kind": "x"})", "/here/kind ", "not known"},
           Refused{R"({"object": {"iner": 1}})", "/here/object/iner ", "did you mean 'inner'?"},
           Refused{R"({"object": {"kind": "x"}})", "/here/object/kind ", "not known"},
           Refused{R"({"wait": {"kind": "all", "count": 1}})", "/here/wait/count ", "not known"},
           Refused{R"({"waits": [{"kind": "fastest", "cuont": 1}]})", "/here/waits/0/cuont ",
                   "did you mean 'count'?"},
       }) {
    CAPTURE(bad.text);
    CHECK_THROWS_AS(read(bad.text), ConfigError);
    CHECK_THROWS_WITH(read(bad.text), Contains(bad.pointer) && Contains(bad.hint));
  }
}

TEST_CASE("Components are checked to the bottom", "[reader]") {
  const auto component = read_component(json(R"({"kind": "any_of", "waits": [{"kind": "fastest"},
               {"kind": "any_of", "waits": [{"kind": "all"}]}]})"),
                                        "/wait", catalogue(), "waits");
  CHECK(component.kind == "any_of");
  CHECK(component.where == "/wait");
  CHECK(component.parameters == R"({"kind":"any_of","waits":[{"kind":"fastest","count":1},)"
                                R"({"kind":"any_of","waits":[{"kind":"all"}]}]})");
  CHECK_THROWS_WITH(
      read_component(json(R"({"kind": "any_of", "waits": [{"kind": "any_of", "waits": [7]}]})"),
                     "/wait", catalogue(), "waits"),
      Contains("/wait/waits/0/waits/0 "));
}

TEST_CASE("Components are made with what was read, nested ones included", "[reader]") {
  const auto component = read_component(
      json(R"({"kind": "any_of", "waits": [{"kind": "all"}, {"kind": "fastest", "count": 7}]})"),
      "/wait", catalogue(), "waits");
  const auto product = make(waits(), component);
  const auto* any_of = dynamic_cast<const Made<AnyOfConfig>*>(product.get());
  REQUIRE(any_of != nullptr);
  REQUIRE(any_of->config.waits.size() == 2);
  CHECK(any_of->config.waits[1].where == "/wait/waits/1");
  const auto inner = make(waits(), any_of->config.waits[1]);
  const auto* fastest = dynamic_cast<const Made<CountConfig>*>(inner.get());
  REQUIRE(fastest != nullptr);
  CHECK(fastest->config.count == 7);
  CHECK_THROWS_AS(make(models(), component), std::logic_error);
}

TEST_CASE("Only objects have members", "[reader]") {
  const Json list = Json::array();
  CHECK_THROWS_WITH(JsonReader(list, "/x", catalogue()), Contains("/x is a list"));
  CHECK_THROWS_WITH(JsonReader(list, "", catalogue()), Contains("the configuration is a list"));
}

}  // namespace
}  // namespace laggard::config
