#include "core/text.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/fields.hpp"

namespace laggard {
namespace {

const std::vector<std::string_view> kSchemes{"uncoded", "replication", "lcc", "bacc", "letcc"};

TEST_CASE("join puts separators between names only", "[text]") {
  CHECK(join({}).empty());
  CHECK(join(std::vector<std::string_view>{"a"}) == "a");
  CHECK(join(std::vector<std::string_view>{"a", "b", "c"}) == "a, b, c");
  CHECK(join(std::vector<std::string_view>{"a", "b"}, "|") == "a|b");
}

TEST_CASE("nearest finds what was meant", "[text]") {
  CHECK(nearest("replicaton", kSchemes) == "replication");   // left out
  CHECK(nearest("uncodedd", kSchemes) == "uncoded");         // added
  CHECK(nearest("uncoden", kSchemes) == "uncoded");          // replaced
  CHECK(nearest("bcac", kSchemes) == "bacc");                // swapped: one step, not two
  CHECK(nearest("lcc", kSchemes) == "lcc");                  // itself
  CHECK(nearest("relpicatino", kSchemes) == "replication");  // two swaps
  CHECK(nearest("letc", kSchemes) == "letcc");               // the nearer of lcc and letcc
}

TEST_CASE("nearest says nothing when nothing is near", "[text]") {
  CHECK_FALSE(nearest("polynomial", kSchemes));
  CHECK_FALSE(nearest("", kSchemes));
  CHECK_FALSE(nearest("abcd", kSchemes));
  CHECK_FALSE(nearest("bb", kSchemes));  // two steps from bacc and lcc
  CHECK_FALSE(nearest("lcc", {}));
  CHECK_FALSE(nearest("uncxyed", std::vector<std::string_view>{"abcdefg"}));
}

TEST_CASE("nearest allows a third of the letters", "[text]") {
  const std::vector<std::string_view> one{"abcdef"};
  CHECK(nearest("abcdXY", one) == "abcdef");
  CHECK_FALSE(nearest("abcXYZ", one));
}

TEST_CASE("suggestion lists everything that is allowed", "[text]") {
  CHECK(suggestion("bac", kSchemes) ==
        "did you mean 'bacc'? use one of: uncoded, replication, lcc, bacc, letcc");
  CHECK(suggestion("zzzzz", kSchemes) == "use one of: uncoded, replication, lcc, bacc, letcc");
}

TEST_CASE("Errors carry the exit code of the contract and one line", "[error]") {
  const ConfigError config("/workers is 0", "out of range", "give more");
  CHECK(std::string(config.what()) == "/workers is 0 (out of range); give more");
  CHECK(static_cast<int>(config.code()) == 2);
  CHECK(static_cast<int>(DataError("a", "b", "c").code()) == 3);
  CHECK(static_cast<int>(RunError("a", "b", "c").code()) == 4);
  CHECK(static_cast<int>(Interrupted("stopped").code()) == 130);
}

TEST_CASE("Ranges are closed, or open below", "[fields]") {
  CHECK(kProbability.contains(0.0));
  CHECK(kProbability.contains(1.0));
  CHECK_FALSE(kProbability.contains(1.0000001));
  CHECK_FALSE(kProbability.contains(-1e-300));
  CHECK_FALSE(kPositive.contains(0.0));
  CHECK(kPositive.contains(5e-324));
  CHECK(kNonNegative.contains(0.0));
  CHECK_FALSE(kAnyNumber.contains(std::numeric_limits<double>::quiet_NaN()));
}

TEST_CASE("Text for messages stays on one line", "[text]") {
  CHECK(printable("plain \xce\xbb text") == "plain \xce\xbb text");
  CHECK(printable("a\nb\tc") == "a\\nb\\tc");
  CHECK(printable("\x1b[31m\r\x7f") == "\\x1b[31m\\x0d\\x7f");
  CHECK(printable(std::string_view("\0", 1)) == "\\x00");
  CHECK(printable("").empty());
  CHECK(printable("\xff\xfe") == "\\xff\\xfe");
  CHECK(printable("\xc2\x9b[2J") == "\\xc2\\x9b[2J");  // the one-byte form of ESC [
  CHECK(printable("\xe2\x82") == "\\xe2\\x82");
  CHECK(printable("\xe2\x82\xac \xf0\x9f\x98\x80") == "\xe2\x82\xac \xf0\x9f\x98\x80");
  CHECK(printable("\xed\xa0\x80\xc0\x80") == "\\xed\\xa0\\x80\\xc0\\x80");
}

TEST_CASE("Excerpts are short", "[text]") {
  CHECK(excerpt("abc") == "'abc'");
  CHECK(excerpt(std::string(40, 'a')) == "'" + std::string(40, 'a') + "'");
  CHECK(excerpt(std::string(10000, 'a')) == "'" + std::string(40, 'a') + "...'");
  CHECK(excerpt("\x1b\xff") == "'\\x1b\\xff'");
  CHECK(clip("abcdef", 3) == "abc...");
  CHECK(clip("abc", 3) == "abc");
}

TEST_CASE("Bytes in units that people read", "[text]") {
  CHECK(format_bytes(0) == "0 B");
  CHECK(format_bytes(999) == "999 B");
  CHECK(format_bytes(1234) == "1.23 kB");
  CHECK(format_bytes(999'600) == "1 MB");
  CHECK(format_bytes(5e10) == "50 GB");
  CHECK(format_bytes(2e18) == "2e+03 PB");
}

TEST_CASE("Names that a file can have", "[text]") {
  for (const char* name : {"a", "a.b", "letcc 2", "\xce\xbb"}) CHECK(is_file_name(name));
  for (const char* name : {"", ".", "..", ".hidden", "a/b", "/", "a\nb", "\x7f"})
    CHECK_FALSE(is_file_name(name));
}

}  // namespace
}  // namespace laggard
