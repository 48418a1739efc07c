#include "data/cifar10.hpp"

#include <set>

#include "files.hpp"

namespace laggard::data {

using namespace test;

namespace {

constexpr std::size_t kPixels = 3072;

/// An image whose first pixel is `first` and whose other pixels are their position mod 256.
Bytes record(std::uint8_t label, std::uint8_t first) {
  Bytes bytes{label, first};
  for (std::size_t p = 1; p < kPixels; ++p) bytes.push_back(static_cast<std::uint8_t>(p));
  return bytes;
}

Cifar10::Config config_of(std::vector<std::string> files, std::uint32_t holdout = 0,
                          std::uint32_t limit = 0) {
  Cifar10::Config config;
  config.files = std::move(files);
  config.holdout = holdout;
  config.limit = limit;
  return config;
}

}  // namespace

TEST_CASE("cifar10 reads plain and compressed batches one after the other", "[cifar10]") {
  const TemporaryDirectory directory;
  const Cifar10 dataset(config_of({directory.write("a.bin", record(3, 30) + record(9, 90)),
                                   directory.write("b.bin.gz", gzip(record(0, 1) + record(7, 70)))},
                                  /*holdout=*/1, /*limit=*/3));
  CHECK(dataset.shape() == Shape{{3, 32, 32}});
  REQUIRE(dataset.rows(Part::kTrials) == 2U);
  REQUIRE(dataset.rows(Part::kHoldout) == 1U);

  Stream stream({1, Purpose::kData, 0, 0});
  const Sample trials = dataset.draw(stream, 2, Part::kTrials);
  CHECK(std::set<int>(trials.labels.begin(), trials.labels.end()) == std::set<int>{3, 9});
  for (Index row = 0; row < 2; ++row) {
    CHECK(trials.inputs(row, 0) == 10.0 * trials.labels[static_cast<std::size_t>(row)] / 255.0);
    CHECK(trials.inputs(row, 1024) == 0.0);
    CHECK(trials.inputs(row, 3071) == 1.0);
  }
  const Sample holdout = dataset.draw(stream, 1, Part::kHoldout);
  CHECK(holdout.labels == std::vector<std::int32_t>{0});
  CHECK(holdout.inputs(0, 0) == 1.0 / 255.0);
}

TEST_CASE("cifar10 refuses malformed files and names them", "[cifar10]") {
  const TemporaryDirectory directory;
  const auto read = [&](const Bytes& content) {
    const std::string path = directory.write("bad", content);
    return message_of([&] { Cifar10{config_of({path})}; });
  };
  CHECK_SAYS(message_of([&] { Cifar10{config_of({directory / "absent"})}; }),
             {"absent'", "there is no such file"});
  CHECK_SAYS(read({}), {"bad'", "it is empty"});
  CHECK_SAYS(read(gzip({})), {"bad'", "no rows"});
  CHECK_SAYS(read(record(1, 1) + Bytes(10)),
             {"bad'", "after 1 images of 3073 bytes, 10 bytes are left"});
  CHECK_SAYS(read(gzip(Bytes(3072))), {"bad'", "after 0 images", "3072 bytes are left"});
  CHECK_SAYS(read(record(9, 1) + record(10, 1)), {"bad'", "image 1 has the label 10"});
  Bytes cut = gzip(record(1, 1));
  cut.resize(cut.size() - 4);
  CHECK_SAYS(read(cut), {"bad'", "compressed data end early"});
}

TEST_CASE("cifar10 checks its configuration", "[cifar10]") {
  const TemporaryDirectory directory;
  const std::string path = directory.write("a", record(1, 1));
  CHECK_SAYS(message_of<ConfigError>([] { Cifar10{config_of({})}; }), {"/dataset/files"});
  CHECK_SAYS(message_of<ConfigError>([&] {
               Cifar10{config_of({path, path})};
             }),
             {"/dataset/files", "a' twice"});
  CHECK_SAYS(message_of<ConfigError>([&] { Cifar10{config_of({path}, 1)}; }),
             {"/dataset/holdout is 1", "1 rows"});
}

}  // namespace laggard::data
