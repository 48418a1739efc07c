#include "data/input_file.hpp"

#include "files.hpp"

namespace laggard::data {

using namespace test;

namespace {

Bytes counting(std::size_t size) {
  Bytes bytes(size);
  // A period of 251 is not a divisor of any buffer size.
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i % 251);
  return bytes;
}

Bytes read_whole(const std::string& path, std::size_t size) {
  InputFile file(path);
  Bytes bytes = file.read_all(size, "data");
  file.finish();
  return bytes;
}

}  // namespace

TEST_CASE("an input file gives the same bytes plain and compressed", "[input_file]") {
  const TemporaryDirectory directory;
  for (const std::size_t size : {1U, 1000U, 262144U, 700001U}) {
    const Bytes content = counting(size);
    CHECK(read_whole(directory.write("plain", content), size) == content);
    // The name does not decide what the file is.
    CHECK(read_whole(directory.write("packed.bin", gzip(content)), size) == content);
  }
}

TEST_CASE("an input file reads gzip members that follow each other", "[input_file]") {
  const TemporaryDirectory directory;
  const std::string path = directory.write("two.gz", gzip({1, 2, 3}) + gzip({4, 5}));
  CHECK(read_whole(path, 5) == Bytes{1, 2, 3, 4, 5});
}

TEST_CASE("an input file can be read in pieces, skipped and finished", "[input_file]") {
  const TemporaryDirectory directory;
  const Bytes content = counting(600000);
  for (const bool packed : {false, true}) {
    InputFile file(directory.write("f", packed ? gzip(content) : content));
    Bytes part(10);
    file.read(part, "start");
    CHECK(part == Bytes(content.begin(), content.begin() + 10));
    file.skip(599980, "middle");
    Bytes rest(100);
    CHECK(file.read_some(rest) == 10);
    CHECK(rest[9] == content.back());
    CHECK_NOTHROW(file.finish());
  }
}

TEST_CASE("an input file says what is wrong with a path", "[input_file]") {
  const TemporaryDirectory directory;
  const auto open = [&](const std::string& name) {
    return message_of([&] { InputFile file(directory / name); });
  };
  CHECK_SAYS(open("absent"), {"absent'", "there is no such file"});
  CHECK_SAYS(open(""), {directory.path().string(), "it is a directory"});
  directory.write("empty", {});
  CHECK_SAYS(open("empty"), {"empty'", "it is empty"});
  CHECK_SAYS(message_of([] { InputFile file("/dev/null"); }),
             {"'/dev/null'", "not a regular file"});
}

TEST_CASE("an input file notices what is missing and what is too much", "[input_file]") {
  const TemporaryDirectory directory;
  const auto read = [&](const Bytes& content, std::size_t size) {
    const std::string path = directory.write("f", content);
    return message_of([&] { read_whole(path, size); });
  };
  const Bytes content = counting(1000);
  const Bytes packed = gzip(content);

  CHECK_SAYS(read(content, 1001), {"f'", "promises 1001 bytes of data, but only 1000 follow"});
  CHECK_SAYS(read(content, 999), {"f'", "bytes follow its data, which end at byte 999"});
  CHECK_SAYS(read(packed, 1001), {"f'", "ends after 1000 of 1001 bytes of data"});
  CHECK_SAYS(read(packed, 999), {"f'", "bytes follow its data, which end at byte 999"});
  CHECK_SAYS(read(packed + Bytes{7}, 1000),
             {"f'", "compressed data are damaged: bytes follow their end"});

  for (const std::size_t kept :
       {std::size_t{2}, std::size_t{12}, packed.size() - 9, packed.size() - 8, packed.size() - 1})
    CHECK_SAYS(
        read(Bytes(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(kept)), 1000),
        {"f'", "compressed data end early", "fetch the file again"});

  Bytes wrong_sum = packed;
  wrong_sum[packed.size() - 5] ^= 1U;
  CHECK_SAYS(read(wrong_sum, 1000), {"f'", "compressed data are damaged", "incorrect data check"});
  Bytes wrong_data = packed;
  wrong_data[10] |= 0x06U;  // the type of the first block, after 10 bytes of header
  CHECK_SAYS(read(wrong_data, 1000), {"f'", "compressed data are damaged", "invalid block type"});
}

TEST_CASE("a flipped bit in a compressed file is damage, not a wrong format", "[input_file]") {
  const TemporaryDirectory directory;
  const Bytes content = bytes_of("a header that ought to be right") + counting(5000);
  const Bytes packed = gzip(content);
  for (std::size_t byte = 10; byte < packed.size(); byte += 7)
    for (unsigned bit = 0; bit < 8; ++bit) {
      CAPTURE(byte, bit);
      Bytes flipped = packed;
      flipped[byte] ^= static_cast<std::uint8_t>(1U << bit);
      InputFile file(directory.write("f", flipped));
      // As a reader that finds its header wrong, and one that finds nothing wrong.
      const bool strict = bit % 2 == 0;
      CHECK_SAYS(message_of([&] {
                   Bytes head(31);
                   file.read(head, "header");
                   if (strict) file.fail("its header is wrong");
                   file.skip(5000, "data");
                   file.finish();
                 }),
                 {"compressed data"});
    }
  InputFile sound(directory.write("f", packed));
  CHECK_SAYS(message_of([&] { sound.fail("its header is wrong"); }), {"its header is wrong"});
}

TEST_CASE("a promise that cannot be kept is refused before anything is allocated", "[input_file]") {
  const TemporaryDirectory directory;
  InputFile plain(directory.write("plain", {1, 2, 3}));
  CHECK_SAYS(message_of([&] { plain.read_all(UINT64_MAX, "pixels"); }),
             {"plain'", "promises 18446744073709551615 bytes of pixels"});
  InputFile packed(directory.write("packed", gzip({1, 2, 3})));
  CHECK_SAYS(message_of([&] { packed.read_all(UINT64_MAX, "pixels"); }),
             {"packed'", "compressed bytes can hold"});
}

TEST_CASE("a file that unpacks to more than its header says is cut short", "[input_file]") {
  const TemporaryDirectory directory;
  const Bytes bomb = gzip(Bytes(50'000'000, 0));
  REQUIRE(bomb.size() < 100'000);
  const std::string path = directory.write("bomb", bomb);
  CHECK_SAYS(message_of([&] { read_whole(path, 16); }), {"bomb'", "which end at byte 16"});
}

TEST_CASE("a compressed file unpacks to no more than a limit", "[input_file]") {
  const TemporaryDirectory directory;
  const std::string packed = directory.write("packed", gzip(Bytes(5000)));
  const auto read = [](InputFile& file, std::uint64_t bytes) {
    return message_of([&] { file.read_all(bytes, "data"); });
  };
  InputFile within(packed, 5000), beyond(packed, 4999), header(packed, 4999);
  CHECK(read(within, 5000) == "no exception");
  Bytes part(4000);
  beyond.read(part, "data");
  CHECK_SAYS(message_of([&] { beyond.read(part, "data"); }),
             {"packed'", "unpacks to more than 4999 bytes", "gunzip"});
  CHECK_SAYS(read(header, 5000), {"unpacks to more than 4999 bytes"});
  InputFile plain(directory.write("plain", Bytes(5000)), 10);
  CHECK(read(plain, 5000) == "no exception");
}

TEST_CASE("a product of extents does not wrap around", "[input_file]") {
  const auto product = [](std::vector<std::uint64_t> extents) { return checked_product(extents); };
  CHECK(product({}) == 1);
  CHECK(product({60000, 28, 28}) == 47040000);
  CHECK(product({4294967295, 4294967295, 4294967295}) == UINT64_MAX);
  CHECK(product({4294967295, 4294967295, 4294967295, 0}) == 0);
  CHECK(product({1ULL << 63, 2}) == UINT64_MAX);
}

}  // namespace laggard::data
