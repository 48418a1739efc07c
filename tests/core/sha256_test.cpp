#include "core/sha256.hpp"

#include <catch2/catch.hpp>
#include <string_view>
#include <vector>

namespace laggard {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

TEST_CASE("SHA-256 agrees with the examples of FIPS 180-4", "[sha256]") {
  CHECK(sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_of("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnop"
                  "jklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu") ==
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(sha256_of(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 does not depend on how the message is cut", "[sha256]") {
  // Lengths around the block size and around the padding boundary.
  for (const std::size_t size : {55U, 56U, 57U, 63U, 64U, 65U, 119U, 120U, 128U, 200U}) {
    std::string message;
    for (std::size_t i = 0; i < size; ++i) message += static_cast<char>(i);
    const std::string whole = sha256_of(message);
    for (std::size_t cut = 0; cut <= size; ++cut) {
      Sha256 sum;
      sum.update(bytes_of(std::string_view(message).substr(0, cut)));
      sum.update(bytes_of(std::string_view(message).substr(cut)));
      REQUIRE(sum.hex() == whole);
    }
  }
}

TEST_CASE("SHA-256 tells single bits apart and may go on after hex()", "[sha256]") {
  Sha256 sum;
  sum.update(bytes_of("a"));
  const std::string of_a = sum.hex();
  CHECK(of_a == sum.hex());
  sum.update(bytes_of("bc"));
  CHECK(sum.hex() == sha256_of("abc"));
  CHECK(sha256_of("b") != of_a);
}

}  // namespace laggard
