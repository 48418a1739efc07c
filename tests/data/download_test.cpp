#include "data/download.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/sha256.hpp"
#include "files.hpp"
#include "tar_file.hpp"

namespace laggard::data {

using namespace test;

namespace {

std::string sha256_of(const Bytes& bytes) {
  Sha256 sum;
  sum.update(bytes);
  return sum.hex();
}

/// A mirror in `directory`/mirror and a place to fetch to.
struct World {
  World() { std::filesystem::create_directory(directory / "mirror"); }

  std::string url(const std::string& name) const {
    return "file://" + (directory / "mirror/") + name;
  }

  std::vector<std::string> fetch(const Download& download,
                                 const std::vector<std::string>& mirrors = {}) const {
    std::vector<std::string> lines;
    data::fetch(download, target, mirrors, [&](const std::string& line) { lines.push_back(line); });
    return lines;
  }

  TemporaryDirectory directory;
  std::filesystem::path target = directory.path() / "new" / "set";
};

bool mentions(const std::vector<std::string>& lines, const std::string& text) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("fetch copies a file, checks it and leaves it alone the next time", "[download]") {
  const World world;
  const Bytes content = bytes_of("images");
  world.directory.write("mirror/x", content);
  const Download download{"set", "x", {world.url("absent"), world.url("x")}, sha256_of(content),
                          "",    {}};
  const std::vector<std::string> first = world.fetch(download);
  CHECK(mentions(first, "no: there is no such file"));
  CHECK(content_of(world.target / "x") == content);
  CHECK_FALSE(std::filesystem::exists(world.target / "x.part"));

  // The second time no mirror is needed.
  std::filesystem::remove_all(world.directory / "mirror");
  const std::vector<std::string> second = world.fetch(download);
  REQUIRE(second.size() == 1);
  CHECK(mentions(second, "x is there already"));

  // A file that is there but wrong is not trusted.
  std::ofstream(world.target / "x") << "rubbish";
  CHECK_SAYS(message_of([&] { world.fetch(download); }), {"cannot fetch", "no such file"});
  CHECK(content_of(world.target / "x") == bytes_of("rubbish"));
}

TEST_CASE("fetch replaces a wrong file", "[download]") {
  const World world;
  const Bytes content = bytes_of("images");
  world.directory.write("mirror/x", content);
  std::filesystem::create_directories(world.target);
  std::ofstream(world.target / "x") << "rubbish";
  world.fetch({"set", "x", {world.url("x")}, sha256_of(content), "", {}});
  CHECK(content_of(world.target / "x") == content);
}

TEST_CASE("fetch refuses a wrong check sum and says both", "[download]") {
  const World world;
  world.directory.write("mirror/x", bytes_of("abc"));
  const std::string wanted(64, '0');
  CHECK_SAYS(message_of([&] {
               world.fetch({"set", "x", {world.url("x")}, wanted, "", {}});
             }),
             {"x'", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", wanted,
              "--mirror", "--manifest"});
  CHECK_FALSE(std::filesystem::exists(world.target / "x"));
  CHECK_FALSE(std::filesystem::exists(world.target / "x.part"));
}

TEST_CASE("fetch takes a file that was compressed again if its content is right", "[download]") {
  const World world;
  const Bytes content = bytes_of("images");
  world.directory.write("mirror/x.gz", gzip(content));
  Download download{"set", "x.gz", {world.url("x.gz")}, std::string(64, '0'), sha256_of(content),
                    {}};
  world.fetch(download);
  CHECK(content_of(world.target / "x.gz") == gzip(content));
  world.directory.write("mirror/x.gz", gzip(bytes_of("other")));
  std::filesystem::remove(world.target / "x.gz");
  CHECK_SAYS(message_of([&] { world.fetch(download); }), {"x.gz'", "SHA-256"});
}

TEST_CASE("mirrors replace the built-in addresses", "[download]") {
  const World world;
  const Bytes content = bytes_of("images");
  world.directory.write("mirror/x", content);
  const Download download{"set", "x", {"file:///nowhere/x"}, sha256_of(content), "", {}};
  for (const std::string& base : {world.url(""), "file://" + (world.directory / "mirror")}) {
    std::filesystem::remove(world.target / "x");
    CHECK_FALSE(mentions(world.fetch(download, {base}), "nowhere"));
    CHECK(content_of(world.target / "x") == content);
  }
  std::filesystem::remove(world.target / "x");
  CHECK_SAYS(message_of([&] { world.fetch(download, {"ftp://example.org"}); }),
             {"ftp://example.org/x", "does not start with http://"});
  // Shell characters stay what they are.
  CHECK_SAYS(message_of([&] {
               world.fetch(download, {"file:///nowhere;touch " + (world.directory / "hacked")});
             }),
             {"there is no such file"});
  CHECK_FALSE(std::filesystem::exists(world.directory / "hacked"));
}

TEST_CASE("fetch reports what curl says", "[download]") {
  const World world;
  // Port 9 of this machine: refused, or curl is missing; no network is needed either way.
  const std::string message = message_of([&] {
    world.fetch({"set", "x", {"http://127.0.0.1:9/x"}, std::string(64, '0'), "", {}});
  });
  INFO(message);
  CHECK(says(message, {"cannot fetch", "http://127.0.0.1:9/x", "curl"}));
}

TEST_CASE("fetch unpacks an archive and repairs what is missing", "[download]") {
  const World world;
  const Bytes batch(3073 * 2, 4);
  const Bytes archive = gzip(tar_entry("set/batch.bin", batch) + Bytes(1024));
  world.directory.write("mirror/x.tar.gz", archive);
  const Download download{"set",
                          "x.tar.gz",
                          {world.url("x.tar.gz")},
                          sha256_of(archive),
                          "",
                          {{"set/batch.bin", "batch.bin", batch.size(), sha256_of(batch)}}};
  CHECK(mentions(world.fetch(download), "unpacked"));
  CHECK(content_of(world.target / "batch.bin") == batch);
  CHECK_FALSE(mentions(world.fetch(download), "unpacked"));

  std::ofstream(world.target / "batch.bin") << "cut";
  const std::vector<std::string> again = world.fetch(download);
  CHECK_FALSE(mentions(again, "fetching"));
  CHECK(mentions(again, "unpacked"));
  CHECK(content_of(world.target / "batch.bin") == batch);

  // Who has the files does not need the archive.
  std::filesystem::remove(world.target / "x.tar.gz");
  CHECK(mentions(world.fetch(download), "are there already"));
  CHECK_FALSE(std::filesystem::exists(world.target / "x.tar.gz"));
}

TEST_CASE("the known downloads are complete", "[download]") {
  std::set<std::string> sums;
  std::map<std::string, int> files;
  for (const Download& download : known_downloads()) {
    ++files[download.dataset];
    Download copy = download;
    CHECK_NOTHROW(check_manifest_entry(copy, "/0"));
    CHECK(copy.sha256 == download.sha256);
    sums.insert(download.sha256);
    for (const std::string& url : download.urls) CHECK(url.ends_with("/" + download.name));
    for (const Member& member : download.members) {
      CHECK(member.sha256.size() == 64);
      CHECK(member.bytes == 30'730'000);
      sums.insert(member.sha256);
    }
  }
  CHECK(files == std::map<std::string, int>{{"cifar10", 1}, {"fashion-mnist", 4}, {"mnist", 4}});
  CHECK(sums.size() == 9 + 6);
}

TEST_CASE("entries of a manifest are checked", "[download]") {
  const Download good{"mine", "x", {"https://example.org/x"}, std::string(64, 'A'), "", {}};
  Download lower = good;
  check_manifest_entry(lower, "/0");
  CHECK(lower.sha256 == std::string(64, 'a'));

  const auto check = [&](auto change) {
    Download download = good;
    change(download);
    return message_of<ConfigError>([&] { check_manifest_entry(download, "/3"); });
  };
  CHECK_SAYS(check([](Download& d) { d.name = "../x"; }), {"/3/name", "'../x'"});
  CHECK_SAYS(check([](Download& d) { d.dataset = ""; }), {"/3/dataset"});
  CHECK_SAYS(check([](Download& d) { d.urls = {}; }), {"/3/urls"});
  CHECK_SAYS(check([](Download& d) { d.urls = {"--output=/etc/x"}; }), {"/3/urls", "--output"});
  CHECK_SAYS(check([](Download& d) { d.sha256 = "abc"; }), {"/3/sha256", "64 hexadecimal digits"});
  CHECK_SAYS(check([](Download& d) { d.sha256[5] = 'g'; }), {"/3/sha256"});
}

}  // namespace laggard::data
