#include "data/idx.hpp"

#include <set>

#include "files.hpp"

namespace laggard::data {

using namespace test;

namespace {

/// `count` images of 2 x 3 pixels; pixel p of image i is 10 i + p, its label i.
Bytes images(std::uint32_t count) {
  Bytes pixels;
  for (std::uint32_t i = 0; i < count; ++i)
    for (std::uint32_t p = 0; p < 6; ++p) pixels.push_back(static_cast<std::uint8_t>(10 * i + p));
  return idx({count, 2, 3}, pixels);
}

Bytes labels(std::uint32_t count) {
  Bytes values;
  for (std::uint32_t i = 0; i < count; ++i) values.push_back(static_cast<std::uint8_t>(i));
  return idx({count}, values);
}

Idx::Config config_of(const std::string& image_path, const std::string& label_path,
                      std::uint32_t holdout = 0, std::uint32_t limit = 0) {
  Idx::Config config;
  config.images = image_path;
  config.labels = label_path;
  config.holdout = holdout;
  config.limit = limit;
  return config;
}

/// Checks every value of a sample of images() and returns which images were drawn.
std::multiset<int> drawn_images(const Sample& sample) {
  std::multiset<int> drawn;
  for (Index row = 0; row < sample.inputs.rows(); ++row) {
    const int image = sample.labels[static_cast<std::size_t>(row)];
    for (Index p = 0; p < 6; ++p)
      CHECK(sample.inputs(row, p) == static_cast<double>(10 * image + p) / 255.0);
    drawn.insert(image);
  }
  return drawn;
}

}  // namespace

TEST_CASE("idx gives images scaled to [0, 1] with their labels", "[idx]") {
  const TemporaryDirectory directory;
  for (const bool packed : {false, true}) {
    const auto maybe = [&](const Bytes& bytes) { return packed ? gzip(bytes) : bytes; };
    const Idx dataset(config_of(directory.write("i", maybe(images(20))),
                                directory.write("l", maybe(labels(20)))));
    CHECK(dataset.shape() == Shape{{1, 2, 3}});
    CHECK(dataset.rows(Part::kTrials) == 20U);
    CHECK(dataset.rows(Part::kHoldout) == 0U);

    Stream stream({1, Purpose::kData, 0, 0});
    const Sample sample = dataset.draw(stream, 20, Part::kTrials);
    REQUIRE(sample.inputs.rows() == 20);
    REQUIRE(sample.inputs.cols() == 6);
    REQUIRE(sample.labels.size() == 20);
    const std::multiset<int> drawn = drawn_images(sample);
    CHECK(std::set<int>(drawn.begin(), drawn.end()).size() == 20);
  }
}

TEST_CASE("idx keeps trials and holdout apart and stops at the limit", "[idx]") {
  const TemporaryDirectory directory;
  const Idx dataset(config_of(directory.write("i", images(20)), directory.write("l", labels(20)),
                              /*holdout=*/4, /*limit=*/15));
  REQUIRE(dataset.rows(Part::kTrials) == 11U);
  REQUIRE(dataset.rows(Part::kHoldout) == 4U);
  Stream stream({1, Purpose::kData, 0, 0});
  std::multiset<int> expected_trials;
  for (int i = 0; i < 11; ++i) expected_trials.insert(i);
  CHECK(drawn_images(dataset.draw(stream, 11, Part::kTrials)) == expected_trials);
  CHECK(drawn_images(dataset.draw(stream, 4, Part::kHoldout)) ==
        std::multiset<int>{11, 12, 13, 14});
  CHECK_SAYS(message_of<ConfigError>([&] { dataset.draw(stream, 12, Part::kTrials); }),
             {"12 distinct rows", "trials part has 11"});
}

TEST_CASE("a draw depends on its stream alone", "[idx]") {
  const TemporaryDirectory directory;
  const Idx dataset(config_of(directory.write("i", images(20)), directory.write("l", labels(20))));
  const auto draw = [&](std::uint32_t trial) {
    Stream stream({7, Purpose::kData, trial, 0});
    return dataset.draw(stream, 5, Part::kTrials);
  };
  CHECK(draw(3).labels == draw(3).labels);
  CHECK(draw(3).inputs == draw(3).inputs);
  CHECK(draw(3).labels != draw(4).labels);
}

TEST_CASE("idx finds the labels beside the images, or does without", "[idx]") {
  const TemporaryDirectory directory;
  const std::string path = directory.write("t10k-images-idx3-ubyte", images(5));
  directory.write("t10k-labels-idx1-ubyte", labels(5));
  Stream stream({1, Purpose::kData, 0, 0});
  CHECK(Idx(config_of(path, "auto")).draw(stream, 5, Part::kTrials).labels.size() == 5);
  CHECK(Idx(config_of(path, "")).draw(stream, 5, Part::kTrials).labels.empty());
  CHECK_SAYS(message_of<ConfigError>(
                 [&] { Idx(config_of(directory.write("pictures", images(5)), "auto")); }),
             {"/dataset/labels", "pictures'", "images-idx3"});
  CHECK_SAYS(message_of<ConfigError>([&] { Idx(config_of("", "")); }), {"/dataset/images"});
}

TEST_CASE("idx takes vectors and channels", "[idx]") {
  const TemporaryDirectory directory;
  CHECK(Idx(config_of(directory.write("v", idx({2, 5}, Bytes(10))), "")).shape() == Shape{{5}});
  CHECK(Idx(config_of(directory.write("c", idx({2, 3, 2, 2}, Bytes(24))), "")).shape() ==
        Shape{{3, 2, 2}});
}

TEST_CASE("idx refuses malformed files and names them", "[idx]") {
  const TemporaryDirectory directory;
  const auto read = [&](const Bytes& content) {
    const std::string path = directory.write("bad", content);
    return message_of([&] { Idx{config_of(path, "")}; });
  };
  CHECK_SAYS(message_of([&] { Idx{config_of(directory / "absent", "")}; }),
             {"absent'", "there is no such file"});
  CHECK_SAYS(read({}), {"bad'", "it is empty"});
  CHECK_SAYS(read({0, 0, 8}), {"bad'", "ends after 3 of 4 bytes of header"});
  CHECK_SAYS(read(bytes_of("PNG stuff")), {"bad'", "starts with 50 4e 47 20"});
  CHECK_SAYS(read(Bytes{0, 0, 0x0d, 3} + Bytes(100)), {"bad'", "IDX type 0d"});
  CHECK_SAYS(read(labels(5)), {"bad'", "1-dimensional", "interchanged"});
  CHECK_SAYS(read(idx({2, 2}, {1, 2, 3})),
             {"bad'", "promises 4 bytes of pixels, but only 3 follow"});
  CHECK_SAYS(read(gzip(idx({2, 2}, {1, 2, 3}))), {"bad'", "ends after 3 of 4 bytes of pixels"});
  CHECK_SAYS(read(idx({2, 2}, Bytes(5))), {"bad'", "bytes follow its data"});
  CHECK_SAYS(read(idx({0, 2, 2}, {})), {"bad'", "no values"});
  CHECK_SAYS(read(idx({2, 0, 2}, {})), {"bad'", "no values"});
  const std::uint32_t huge = 0xFFFFFFFF;
  CHECK_SAYS(read(idx({huge, huge, huge}, Bytes(8))), {"bad'", "promises 18446744073709551615"});
  CHECK_SAYS(read(gzip(idx({huge, huge, huge}, Bytes(8)))), {"bad'", "compressed bytes can hold"});
}

TEST_CASE("idx refuses labels that do not fit the images", "[idx]") {
  const TemporaryDirectory directory;
  const std::string image_path = directory.write("i", images(5));
  CHECK_SAYS(message_of([&] { Idx{config_of(image_path, directory.write("l", labels(4)))}; }),
             {"l'", "i'", "4 labels for 5 rows"});
  // The numbers of the whole files count, not those within the limit.
  CHECK_SAYS(message_of([&] { Idx{config_of(image_path, directory.write("l", labels(4)), 0, 3)}; }),
             {"4 labels for 5 rows"});
  CHECK_SAYS(message_of([&] { Idx{config_of(image_path, image_path)}; }),
             {"i'", "3-dimensional", "cannot be labels"});
}

TEST_CASE("idx refuses a selection that leaves nothing", "[idx]") {
  const TemporaryDirectory directory;
  const std::string path = directory.write("i", images(5));
  CHECK_SAYS(message_of<ConfigError>([&] { Idx{config_of(path, "", 5)}; }),
             {"/dataset/holdout is 5", "i'", "5 rows"});
  CHECK_SAYS(message_of<ConfigError>([&] { Idx{config_of(path, "", 3, 3)}; }),
             {"/dataset/holdout is 3", "3 rows within /dataset/limit"});
  CHECK_SAYS(message_of<ConfigError>([&] { Idx{config_of(path, "", 0, 6)}; }),
             {"/dataset/limit is 6", "i'", "5 rows"});
  CHECK_NOTHROW(Idx{config_of(path, "", 4, 5)});
}

}  // namespace laggard::data
