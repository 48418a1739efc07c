#include "output/input_files.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "temporary.hpp"

namespace laggard::output {
namespace {

using testing::TemporaryDirectory;

TEST_CASE("An output is no input under any name", "[result]") {
  const TemporaryDirectory directory;
  const std::string data = directory.write("data.h5", "abc").string();
  std::filesystem::create_symlink(data, directory / "link.h5");
  const config::Json files{{data, "its hash"}};
  CHECK_NOTHROW(require_no_input(directory / "new.h5", files));
  for (const char* name : {"data.h5", "link.h5", "./data.h5"})
    CHECK_THROWS_AS(require_no_input(directory / name, files), ConfigError);
}

TEST_CASE("Every file that a configuration names is known by its content", "[result]") {
  const TemporaryDirectory directory;
  const std::string weights = directory.write("w.h5", "abc").string();
  const std::string parity = directory.write("p.h5", "").string();
  const config::Json resolved = {
      {"model", {{"kind", "mlp"}, {"weights", weights}}},
      {"workers", 4},
      {"dataset",
       {{"file", (directory / "missing").string()}, {"folder", (directory / "").string()}}},
      {"sweep", {{"/schemes/0", {{{"parity", {parity, weights}}}}}}}};
  const config::Json files = input_files(resolved);
  REQUIRE(files.size() == 2);
  CHECK(files.at(weights) == "3 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(changed_file(files, input_files(resolved)).empty());
  CHECK(input_files({{"lambda_decode", "tuned:" + weights}}) ==
        config::Json{{weights, files.at(weights)}});

  directory.write("w.h5", "abd");
  CHECK(changed_file(files, input_files(resolved)) == weights);
  CHECK(changed_file(config::Json(), files).empty());
  CHECK(changed_file(config::Json::object(), files).empty());
}

TEST_CASE("The labels beside a file of images are input too", "[result]") {
  const TemporaryDirectory directory;
  const std::string images = directory.write("t-images-idx3-ubyte.gz", "abc").string();
  const std::string labels = directory.write("t-labels-idx1-ubyte.gz", "1").string();
  const config::Json resolved = {{"dataset", {{"images", images}, {"labels", "auto"}}}};
  const config::Json files = input_files(resolved);
  CHECK(files.size() == 2);
  directory.write("t-labels-idx1-ubyte.gz", "2");
  CHECK(changed_file(files, input_files(resolved)) == labels);
}

TEST_CASE("Of a huge file, samples and the size are known", "[result]") {
  const TemporaryDirectory directory;
  const auto huge = directory.write("huge", "");
  const config::Json resolved = {{"file", huge.string()}};
  std::filesystem::resize_file(huge, std::uintmax_t{3} << 30U);  // a hole, no disk space
  const config::Json files = input_files(resolved);
  const auto change = [&](std::streamoff at) {
    std::fstream(huge, std::ios::in | std::ios::out | std::ios::binary).seekp(at).put('x');
  };
  change(12 * (1 << 20) * 5 + 7);
  CHECK(changed_file(files, input_files(resolved)) == huge.string());
}

}  // namespace
}  // namespace laggard::output
