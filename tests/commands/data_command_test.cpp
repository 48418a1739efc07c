#include "commands/data_command.hpp"

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <sstream>

#include "../data/files.hpp"
#include "commands/command.hpp"
#include "core/sha256.hpp"

namespace laggard::commands {

using namespace data::test;

namespace {

/// Runs `laggard ARGUMENTS` and returns what it prints.
std::string run(std::vector<std::string> arguments) {
  CLI::App app;
  add_data_command(app);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  std::ostringstream captured;
  std::streambuf* const before = std::cout.rdbuf(captured.rdbuf());
  try {
    app.parse(arguments);
  } catch (...) {
    std::cout.rdbuf(before);
    throw;
  }
  std::cout.rdbuf(before);
  return captured.str();
}

std::string manifest_of(const TemporaryDirectory& directory, const std::string& sum) {
  return directory.write("manifest.json",
                         bytes_of(R"([{"dataset": "mine", "name": "x", "urls": ["file://)" +
                                  (directory / "x") + R"("], "sha256": ")" + sum + "\"}]"));
}

}  // namespace

TEST_CASE("data fetch gets what a manifest describes", "[data_command]") {
  const TemporaryDirectory directory;
  directory.write("x", bytes_of("abc"));
  const std::string manifest =
      manifest_of(directory, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string printed =
      run({"data", "fetch", "mine", "--directory", directory / "sets", "--manifest", manifest});
  CHECK(printed.find("is right") != std::string::npos);
  CHECK(content_of(directory / "sets/mine/x") == bytes_of("abc"));
}

TEST_CASE("data fetch tries every mirror and does not take names for mirrors", "[data_command]") {
  const TemporaryDirectory directory;
  directory.write("x", bytes_of("abc"));
  const std::string manifest =
      manifest_of(directory, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string printed =
      run({"data", "fetch", "--manifest", manifest, "--directory", directory / "sets", "--mirror",
           "file:///nowhere", "--mirror", "file://" + directory.path().string(), "mine"});
  CHECK(printed.find("fetching file:///nowhere/x") != std::string::npos);
  CHECK(content_of(directory / "sets/mine/x") == bytes_of("abc"));
}

TEST_CASE("data fetch does not wait for a pipe that has the name of a file", "[data_command]") {
  const TemporaryDirectory directory;
  directory.write("x", bytes_of("abc"));
  const std::string manifest =
      manifest_of(directory, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  std::filesystem::create_directories(directory / "sets/mine");
  REQUIRE(::mkfifo((directory / "sets/mine/x").c_str(), 0600) == 0);
  run({"data", "fetch", "mine", "--directory", directory / "sets", "--manifest", manifest});
  CHECK(content_of(directory / "sets/mine/x") == bytes_of("abc"));
}

TEST_CASE("data list prints known files and those of a manifest", "[data_command]") {
  const TemporaryDirectory directory;
  const std::string plain = run({"data", "list"});
  CHECK(plain.find("mnist/t10k-images-idx3-ubyte.gz  sha256 8d422c7b") != std::string::npos);
  CHECK(plain.find("cifar10/cifar-10-binary.tar.gz") != std::string::npos);
  CHECK(plain.find("mine/x") == std::string::npos);
  const std::string more =
      run({"data", "list", "--manifest", manifest_of(directory, std::string(64, '0'))});
  CHECK(more.find("mine/x") != std::string::npos);
}

TEST_CASE("a manifest replaces known files of the same name only", "[data_command]") {
  data::Download own{
      "mnist", "t10k-labels-idx1-ubyte.gz", {"https://example.org/x"}, std::string(64, '1'), "",
      {}};
  const std::vector<data::Download> files = downloads_of("mnist", {own});
  REQUIRE(files.size() == 4);
  CHECK(files[3].urls == own.urls);
  CHECK(files[3].sha256 == own.sha256);
  CHECK(files[0].sha256 != own.sha256);
}

TEST_CASE("data says what is wrong with a name or manifest", "[data_command]") {
  const TemporaryDirectory directory;
  CHECK_SAYS(message_of<ConfigError>([] {
               run({"data", "fetch", "minst"});
             }),
             {"'minst'", "did you mean 'mnist'?", "cifar10"});
  const auto read = [&](const std::string& text) {
    const std::string path = directory.write("m.json", bytes_of(text));
    return message_of<ConfigError>([&] { read_manifest(path); });
  };
  CHECK_SAYS(message_of<ConfigError>([&] { read_manifest(directory / "none.json"); }),
             {"cannot read the manifest", "none.json'", "No such file"});
  CHECK_SAYS(read("{}"), {"m.json'", "list of files"});
  CHECK_SAYS(read(R"([{"dataset": "a", "nam": "x"}])"), {"m.json: /0/nam", "name"});
  CHECK_SAYS(read(R"([{"dataset": "a", "name": "x"}])"), {"m.json: /0/urls"});
  CHECK_THROWS_AS(run({"data", "fetch"}), CLI::ParseError);
  CHECK_THROWS_AS(run({"data"}), CLI::ParseError);
}

}  // namespace laggard::commands
