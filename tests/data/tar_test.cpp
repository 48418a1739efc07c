#include "data/tar.hpp"

#include <algorithm>

#include "core/sha256.hpp"
#include "files.hpp"
#include "tar_file.hpp"

namespace laggard::data {

using namespace test;

namespace {

Member member(const std::string& path, const std::string& name, const Bytes& content) {
  Sha256 sum;
  sum.update(content);
  return {path, name, content.size(), sum.hex()};
}

std::vector<std::string> names_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("unpack writes the files that are wanted and nothing else", "[tar]") {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "out");
  const Bytes large(700000, 5);
  const Bytes archive = tar_entry("set/", {}, '5') + tar_entry("set/readme", bytes_of("no")) +
                        tar_entry("set/a.bin", bytes_of("alpha")) +
                        tar_entry("../escape", bytes_of("x")) + tar_entry("/etc/x", {}, '2') +
                        tar_entry("set/b.bin", large) + Bytes(1024);
  const std::vector<Member> wanted{member("set/b.bin", "b", large),
                                   member("set/a.bin", "a", bytes_of("alpha"))};
  for (const bool packed : {false, true}) {
    unpack(directory.write("x.tar", packed ? gzip(archive) : archive), wanted, directory / "out");
    CHECK(names_in(directory / "out") == std::vector<std::string>{"a", "b"});
    CHECK(content_of(directory / "out/a") == bytes_of("alpha"));
    CHECK(content_of(directory / "out/b") == large);
    CHECK(names_in(directory.path()) == std::vector<std::string>{"out", "x.tar"});
  }
}

TEST_CASE("unpack refuses archives that are not as expected", "[tar]") {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "out");
  const Bytes alpha = bytes_of("alpha");
  const auto read = [&](const Bytes& archive) {
    const std::string path = directory.write("x.tar", archive);
    const std::vector<Member> wanted{member("a", "a", alpha)};
    return message_of([&] { unpack(path, wanted, directory / "out"); });
  };
  CHECK_SAYS(read(tar_entry("b", alpha) + Bytes(1024)), {"x.tar'", "a is not in it"});
  CHECK_SAYS(read(tar_entry("b", alpha)), {"x.tar'", "a is not in it"});
  CHECK_SAYS(read(tar_entry("a", alpha, '2') + Bytes(1024)), {"x.tar'", "a is not in it"});
  CHECK_SAYS(read(bytes_of("not a tar archive")), {"x.tar'", "not a tar archive"});
  CHECK_SAYS(read(tar_entry("a", bytes_of("alphabet"))), {"x.tar'", "has 8 bytes, not 5"});
  CHECK_SAYS(read(tar_entry("a", bytes_of("alphx"))),
             {"x.tar'", "SHA-256 of a in it is",
              "3fe38932299a539a6609db1201e3a49f1fd8914c8f38dba02386147e88f63a11"});
  Bytes damaged = tar_entry("a", alpha);
  damaged[0] = 'b';
  CHECK_SAYS(read(damaged), {"x.tar'", "damaged"});
  Bytes cut = tar_entry("a", alpha);
  cut.resize(514);
  CHECK_SAYS(read(cut), {"x.tar'", "ends after 2 of 5 bytes of a"});
  CHECK_SAYS(read(tar_header("big", 077777777777) + Bytes(512)), {"x.tar'", "more than 4 GiB"});
  CHECK(names_in(directory / "out").empty());
}

}  // namespace laggard::data
