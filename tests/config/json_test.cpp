#include "config/json.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "temporary.hpp"

namespace laggard::config {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

std::string set(std::string_view document, const std::string& setting) {
  Json changed = parse(document, "test");
  apply_setting(changed, setting, Json::object());
  return changed.dump();
}

TEST_CASE("JSON keeps the order of its members", "[json]") {
  CHECK(parse(R"({"z": 1, "a": {"y": [], "b": null}})", "x").dump() ==
        R"({"z":1,"a":{"y":[],"b":null}})");
}

TEST_CASE("Text that is not JSON is named by line and column", "[json]") {
  CHECK_THROWS_AS(parse("{", "x"), ConfigError);
  CHECK_THROWS_WITH(parse("{\"a\": 1,\n  b}", "f.json"), StartsWith("f.json:2:3: "));
  CHECK_THROWS_WITH(parse("", "f.json"), StartsWith("f.json:1:1: "));
  CHECK_THROWS_WITH(parse("{\"a\": \"\xff\"}", "f.json"), StartsWith("f.json:1:8: "));
  for (const char* text : {"{} {}", "{\"a\": 1,}", "{'a': 1}", "[1, 2", "{\"a\": NaN}",
                           "{\"a\": 01}", "// comment\n{}", "{\"a\": \"\\ud800\"}"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse(text, "x"), ConfigError);
  }
  CHECK_THROWS_WITH(parse("[1, 2", "x"), !Contains("json.exception"));
}

TEST_CASE("A file may have comments, which do not move the positions of errors", "[json]") {
  const testing::TemporaryDirectory directory;
  const auto read = [&](const std::string& text) {
    return read_file(directory.write("c.json", text)).dump();
  };
  CHECK(read("// N\n{/* K\n */\"a\": 1, // \"b\": 2,\n \"c\": \"// no /* comment\"} /* end */") ==
        R"({"a":1,"c":"// no /* comment"})");
  CHECK_THROWS_WITH(read("/* one\ntwo */ {\"a\": 1,\n  // three\n  b}"), Contains("c.json:4:3: "));
  CHECK_THROWS_WITH(read("{\"a\": /* x */ 01}"), Contains("c.json:1:16: "));
  CHECK_THROWS_WITH(read("{\"a\": 1} /* no end"), Contains("c.json:1:"));
  CHECK_THROWS_WITH(read("{\"a\": 1} # other"), Contains("c.json:1:10: "));
  CHECK_THROWS_WITH(read("{\"a\": 1, // a\n \"a\": 2}"), Contains("appears twice"));
  // What another program or the command line gives is JSON as it stands in the standard.
  CHECK_THROWS_AS(parse("{} // end", "x"), ConfigError);
  CHECK(set(R"({"a": 1})", "/a=1 // one") == R"({"a":"1 // one"})");
}

TEST_CASE("Numbers that a double cannot hold are refused", "[json]") {
  CHECK_THROWS_AS(parse("{\"a\": 1e999}", "x"), ConfigError);
  CHECK_THROWS_WITH(parse("{\"a\": 1e999}", "f.json"), Contains("f.json") && Contains("1e999"));
  CHECK(parse("1e308", "x") == 1e308);
}

TEST_CASE("Members must not appear twice in one object", "[json]") {
  CHECK_THROWS_AS(parse(R"({"a": 1, "a": 1})", "x"), ConfigError);
  CHECK_THROWS_WITH(parse(R"({"b": [{"c": 1, "d": {"c": 2}, "c": 3}]})", "f.json"),
                    Contains("f.json") && Contains("\"c\" appears twice"));
  CHECK_NOTHROW(parse(R"({"a": {"a": [{"a": 1}, {"a": 2}]}})", "x"));
}

TEST_CASE("Deep nesting is refused before it exhausts anything", "[json]") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK_NOTHROW(parse(nested(60), "x"));
  CHECK_THROWS_WITH(parse(nested(100), "x"), Contains("nested too deeply"));
  CHECK_THROWS_WITH(parse(std::string(1'000'000, '['), "x"), Contains("nested too deeply"));
  CHECK_THROWS_WITH(set("{}", "/a=" + nested(100)), Contains("nested too deeply"));
}

TEST_CASE("Configuration files are read, and nothing else", "[json]") {
  const testing::TemporaryDirectory directory;
  CHECK(read_file(directory.write("good.json", "{\"a\": 1}")).dump() == "{\"a\":1}");
  CHECK(read_file(directory.write("bom.json", "\xef\xbb\xbf{}")).is_object());
  CHECK_THROWS_WITH(read_file(directory / "no.json"),
                    Contains("no.json") && Contains("default-config"));
  CHECK_THROWS_WITH(read_file(directory / "."), Contains("directory"));
  const auto bad = directory.write("bad.json", "{\n\n!}");
  CHECK_THROWS_WITH(read_file(bad), Contains("bad.json:3:1"));
  std::filesystem::resize_file(bad, (std::uintmax_t{64} << 20U) + 1);
  CHECK_THROWS_WITH(read_file(bad), Contains("too large"));
}

TEST_CASE("Tokens of pointers are escaped", "[json]") {
  CHECK(escape("a/b~c") == "a~1b~0c");
  CHECK(escape("~1") == "~01");
  CHECK(Json::json_pointer("/" + escape("~/x~1")).back() == "~/x~1");
}

TEST_CASE("Values are described by their type", "[json]") {
  CHECK(describe_type(Json()) == "null");
  CHECK(describe_type(true) == "a boolean");
  CHECK(describe_type(1.5) == "the number 1.5");
  CHECK(describe_type("x") == "the text 'x'");
  CHECK(describe_type(Json::array()) == "a list");
  CHECK(describe_type(Json::object()) == "an object");
}

TEST_CASE("A setting replaces and adds members", "[json]") {
  constexpr std::string_view kDocument = R"({"n": 1, "list": [{"k": 1}, {"k": 2}], "o": {}})";
  CHECK(set("{}", "/n=64") == R"({"n":64})");
  CHECK(set("{}", "/n=bacc") == R"({"n":"bacc"})");
  CHECK(set("{}", "/n=\"64\"") == R"({"n":"64"})");
  CHECK(set("{}", "/n=") == R"({"n":""})");
  CHECK(set("{}", "/n=a=b") == R"({"n":"a=b"})");
  CHECK(set("{}", "/n=[1, {\"a\": null}]") == R"({"n":[1,{"a":null}]})");
  CHECK(set("{}", "/a~1b=1") == R"({"a/b":1})");
  CHECK(set(kDocument, "/list/1/k=7") == R"({"n":1,"list":[{"k":1},{"k":7}],"o":{}})");
  CHECK(set(kDocument, "/list/0=7") == R"({"n":1,"list":[7,{"k":2}],"o":{}})");
  CHECK(set(kDocument, "/o/x=1") == R"({"n":1,"list":[{"k":1},{"k":2}],"o":{"x":1}})");
}

TEST_CASE("A setting makes the objects on its way, as they are by default", "[json]") {
  const Json defaults =
      parse(R"({"s": {"rate": 270, "t": {"count": 4, "u": {"v": 1}}, "a": {"kind": "poisson"}},
                "list": [{}]})",
            "test");
  const auto set_in = [&](std::string_view document, const std::string& setting) {
    Json changed = parse(document, "test");
    apply_setting(changed, setting, defaults);
    return changed.dump();
  };
  CHECK(set_in(R"({"s":{"rate":1}})", "/s/t/count=2") ==
        R"({"s":{"rate":1,"t":{"count":2,"u":{"v":1}}}})");
  CHECK(set_in("{}", "/s/t/u/v=2") ==
        R"({"s":{"rate":270,"t":{"count":4,"u":{"v":2}},"a":{"kind":"poisson"}}})");
  CHECK(set_in(R"({"s":{}})", "/s/t/u/v=2") == R"({"s":{"t":{"count":4,"u":{"v":2}}}})");
  // Another kind has other members; what no default has is for the reader to judge.
  CHECK(set_in(R"({"s":{}})", "/s/a/kind=mmpp") == R"({"s":{"a":{"kind":"mmpp"}}})");
  CHECK(set_in(R"({"s":{}})", "/s/w/then/kind=all") == R"({"s":{"w":{"then":{"kind":"all"}}}})");
  for (const char* setting : {"/x/y=1", "/x/y/z=1", "/list/3/x=1", "/s/rate/x=1"}) {
    CAPTURE(setting);
    CHECK_THROWS_WITH(set_in(R"({"list":[]})", setting), Contains("--set cannot set"));
  }
}

TEST_CASE("A setting refuses what it cannot do", "[json]") {
  constexpr std::string_view kDocument = R"({"n": 1, "list": [1, 2], "o": {}})";
  for (const char* setting :
       {"n=1", "=1", "/n", "/a/b=1", "/n/x=1", "/list/2=1", "/list/-=1", "/list/x=1", "/list/01=1",
        "/list/99999999999999999999=1", "/list/-1=1", "/list/7/x=1", "/a~2=1", "/a~=1", "/n=1e999",
        "/n={\"a\": 1, \"a\": 2}", "/n=\xff", "/\xff=1"}) {
    CAPTURE(setting);
    CHECK_THROWS_AS(set(kDocument, setting), ConfigError);
    CHECK_THROWS_WITH(set(kDocument, setting), Contains("--set") && !Contains("json.exception"));
  }
  CHECK_THROWS_AS(set("[]", "/a=1"), ConfigError);
  CHECK_THROWS_AS(set("5", "/a=1"), ConfigError);
}

TEST_CASE("A setting wins over the sweep, or says that it cannot", "[json]") {
  const std::string sweep =
      R"({"s":{"kind":"a","n":1},"n":1,"sweep":{"/s":[{"kind":"b"}],"/n":[1,2],"/nn":[3]}})";
  CHECK(set(sweep, "/n=5") ==
        R"({"s":{"kind":"a","n":1},"n":5,"sweep":{"/s":[{"kind":"b"}],"/nn":[3]}})");
  CHECK_THROWS_WITH(set(sweep, "/s/kind=c"), Contains("--set /s/kind has no effect") &&
                                                 Contains("the sweep sets the whole of /s") &&
                                                 Contains("/sweep/~1s"));
  CHECK(set(R"({"s":{"n":1},"sweep":{"/s/n":[1],"/s/m":[2],"/sn":[3]}})", R"(/s={"n":7})") ==
        R"({"s":{"n":7},"sweep":{"/sn":[3]}})");
}

TEST_CASE("A setting of the sweep is kept whole, also where it names itself", "[json]") {
  Json document = Json::object();
  apply_setting(document, R"(/sweep={"/sweep": [1, 2]})", {{"sweep", Json::object()}});
  CHECK(document.dump() == R"({"sweep":{"/sweep":[1,2]}})");
}

}  // namespace
}  // namespace laggard::config
