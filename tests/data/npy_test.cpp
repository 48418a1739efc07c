#include "data/npy.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include "files.hpp"

namespace laggard::data {

using namespace test;

namespace {

constexpr float kNotFinite = std::numeric_limits<float>::infinity();

Bytes header(const std::string& dictionary, std::uint8_t version = 1) {
  Bytes file = bytes_of("\x93NUMPY");
  file = file + Bytes{version, 0};
  const std::size_t size = dictionary.size();
  file = file + Bytes{static_cast<std::uint8_t>(size), static_cast<std::uint8_t>(size >> 8)};
  if (version > 1) file = file + Bytes{0, 0};
  return file + bytes_of(dictionary);
}

Bytes header_of(const std::string& descr, const std::string& shape, std::uint8_t version = 1) {
  return header("{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }   \n",
                version);
}

template <class T>
Bytes raw(std::vector<T> values) {
  Bytes bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

Npy::Config config_of(const std::string& inputs, const std::string& labels = "",
                      std::uint32_t holdout = 0, std::uint32_t limit = 0) {
  Npy::Config config;
  config.inputs = inputs;
  config.labels = labels;
  config.holdout = holdout;
  config.limit = limit;
  return config;
}

/// The rows in the order of the file, one by one: the first `limit` rows, of which the last is the
/// holdout, which draw() gives alone.
Sample row_of(const Npy::Config& base, std::uint32_t row) {
  Npy::Config config = base;
  config.limit = row + 1;
  config.holdout = row > 0 ? 1 : 0;
  Stream stream({1, Purpose::kData, 0, 0});
  return Npy(config).draw(stream, 1, row > 0 ? Part::kHoldout : Part::kTrials);
}

}  // namespace

TEST_CASE("npy reads every number type exactly", "[npy]") {
  const TemporaryDirectory directory;
  const auto check = [&](const std::string& descr, const Bytes& values,
                         const std::vector<double>& expected) {
    INFO(descr);
    const auto config = config_of(directory.write("x.npy", header_of(descr, "(2, 1)") + values));
    for (std::uint32_t row = 0; row < 2; ++row) {
      const Sample sample = row_of(config, row);
      REQUIRE(sample.inputs.size() == 1);
      CHECK(sample.inputs(0, 0) == expected[row]);
      CHECK(sample.labels.empty());
    }
  };
  check("<f8", raw<double>({0.1, -1e300}), {0.1, -1e300});
  check("<f4", raw<float>({0.1F, -3e38F}), {double{0.1F}, double{-3e38F}});
  check("|u1", raw<std::uint8_t>({7, 255}), {7, 255});
  check("|i1", raw<std::int8_t>({-128, 127}), {-128, 127});
  check("<u2", raw<std::uint16_t>({1, 65535}), {1, 65535});
  check("<i2", raw<std::int16_t>({-32768, 5}), {-32768, 5});
  check("<u4", raw<std::uint32_t>({1, 4294967295}), {1, 4294967295});
  check("<i4", raw<std::int32_t>({-2147483647, 16777217}), {-2147483647, 16777217});
  check("<u8", raw<std::uint64_t>({1, 1ULL << 52}), {1, 4503599627370496});
  check("<i8", raw<std::int64_t>({-(1LL << 52) - 1, 3}), {-4503599627370497, 3});
}

TEST_CASE("npy keeps the shape of the rows and their labels", "[npy]") {
  const TemporaryDirectory directory;
  std::vector<float> values(24);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) / 4;
  const Bytes labels = header_of("<i8", "(2,)") + raw<std::int64_t>({5, 2147483647});
  for (const bool packed : {false, true}) {
    const Bytes inputs = header_of("<f4", "(2, 3, 2, 2)") + raw(values);
    const auto config = config_of(directory.write("x.npy", packed ? gzip(inputs) : inputs),
                                  directory.write("y.npy", packed ? gzip(labels) : labels));
    CHECK(Npy(config).shape() == Shape{{3, 2, 2}});
    const Sample second = row_of(config, 1);
    REQUIRE(second.inputs.cols() == 12);
    for (Index i = 0; i < 12; ++i) CHECK(second.inputs(0, i) == static_cast<double>(12 + i) / 4);
    CHECK(second.labels == std::vector<std::int32_t>{2147483647});
    CHECK(row_of(config, 0).labels == std::vector<std::int32_t>{5});
  }
  CHECK(Npy(config_of(directory.write("r1", header_of("<f8", "(3,)") + raw<double>({1, 2, 3}))))
            .shape() == Shape{{1}});
}

TEST_CASE("npy reads versions 1 to 3 and what other writers make of the header", "[npy]") {
  const TemporaryDirectory directory;
  const Bytes values = raw<double>({1, 2, 3, 4});
  const auto shape = [&](const Bytes& file) {
    return Npy(config_of(directory.write("x.npy", file + values))).shape();
  };
  for (std::uint8_t version = 1; version <= 3; ++version)
    CHECK(shape(header_of("<f8", "(2, 2)", version)) == Shape{{2}});
  CHECK(shape(header("{\"shape\":(2L,2L),\"fortran_order\":False,\"descr\":\"<f8\"}")) ==
        Shape{{2}});
  CHECK(shape(header("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2, 2,)}")) ==
        Shape{{2, 2}});
}

TEST_CASE("npy refuses malformed files and names them", "[npy]") {
  const TemporaryDirectory directory;
  const auto read = [&](const Bytes& content) {
    const std::string path = directory.write("bad.npy", content);
    return message_of([&] { Npy{config_of(path)}; });
  };
  const Bytes four = raw<double>({1, 2, 3, 4});
  CHECK_SAYS(message_of([&] { Npy{config_of(directory / "absent")}; }),
             {"absent'", "there is no such file"});
  CHECK_SAYS(read({}), {"bad.npy'", "it is empty"});
  CHECK_SAYS(read(bytes_of("\x93NUM")), {"bad.npy'", "does not start like a .npy file"});
  CHECK_SAYS(read(bytes_of("PK\x03\x04 a .npz file")), {"bad.npy'", "does not start like"});
  CHECK_SAYS(read(bytes_of("\x93NUMPY") + Bytes{4, 0, 0, 0}), {"bad.npy'", "version 4.0"});
  CHECK_SAYS(read(bytes_of("\x93NUMPY") + Bytes{2, 0, 255, 255, 255, 255}),
             {"bad.npy'", "4294967295 bytes of header"});
  CHECK_SAYS(read(bytes_of("\x93NUMPY") + Bytes{1, 0, 255, 0, '{'}),
             {"bad.npy'", "255 bytes of header, but only 1 follow"});

  CHECK_SAYS(read(header_of("<f8", "(2, 2)") + Bytes(31)),
             {"bad.npy'", "promises 32 bytes of values, but only 31 follow"});
  CHECK_SAYS(read(gzip(header_of("<f8", "(2, 2)") + Bytes(31))), {"bad.npy'", "it ends after 31"});
  CHECK_SAYS(read(header_of("<f8", "(2, 2)") + four + Bytes{0}), {"bad.npy'", "bytes follow"});
  CHECK_SAYS(read(header_of("<f8", "()") + raw<double>({1})), {"bad.npy'", "single number"});
  CHECK_SAYS(read(header_of("<f8", "(0, 2)")), {"bad.npy'", "no elements"});
  CHECK_SAYS(read(header_of("<f8", "(2305843009213693953, 8)") + four),
             {"bad.npy'", "promises 18446744073709551615 bytes"});
  CHECK_SAYS(read(gzip(header_of("<f8", "(4294967296, 4294967296)") + four)),
             {"bad.npy'", "compressed bytes can hold"});
}

TEST_CASE("npy says which arrays it cannot use", "[npy]") {
  const TemporaryDirectory directory;
  const auto read = [&](const Bytes& content) {
    const std::string path = directory.write("bad.npy", content);
    return message_of([&] { Npy{config_of(path)}; });
  };
  const Bytes four = raw<double>({1, 2, 3, 4});
  CHECK_SAYS(read(header_of(">f8", "(2, 2)") + four), {"bad.npy'", "big-endian (>f8)"});
  for (const std::string descr : {"<c8", "<f2", "|O", "<U3", "|b1", "<f1", "<i3", "", "<f16"})
    CHECK_SAYS(read(header_of(descr, "(2, 2)") + four), {"bad.npy'", "the type '" + descr + "'"});
  CHECK_SAYS(
      read(header("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (4,), }") + four),
      {"bad.npy'", "records"});
  for (const std::string dictionary :
       {"", "nonsense", "{'descr': '<f8\n', 'fortran_order': False, 'shape': (4,)}",
        "{'descr': '<f8\x01', 'fortran_order': False, 'shape': (4,)}", "{'descr': '<f8'}",
        "{'descr': '<f8', 'fortran_order': 1, 'shape': (4,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-4,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (4,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4,), 'more': 1}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4,)} x",
        "{'descr': '<f8' 'fortran_order': False, 'shape': (4,)}"})
    CHECK_SAYS(read(header(dictionary) + four), {"bad.npy'", "header is damaged"});
}

TEST_CASE("npy names the row of a value that is not finite", "[npy]") {
  const TemporaryDirectory directory;
  const double infinity = std::numeric_limits<double>::infinity();
  const auto path = directory.write(
      "x.npy", header_of("<f8", "(3, 2)") + raw<double>({1, 2, 3, 4, 5, -infinity}));
  CHECK_SAYS(message_of([&] { Npy{config_of(path)}; }), {"x.npy'", "row 2 has the value -inf"});
  CHECK_NOTHROW(Npy{config_of(path, "", 0, 2)});
  directory.write("x.npy", header_of("<f4", "(2, 2)") + raw<float>({1, std::nanf(""), 3, 4}));
  CHECK_SAYS(message_of([&] { Npy{config_of(path)}; }), {"x.npy'", "row 0 has the value nan"});
}

TEST_CASE("npy refuses labels that are none", "[npy]") {
  const TemporaryDirectory directory;
  const std::string inputs =
      directory.write("x.npy", header_of("<f8", "(2, 2)") + raw<double>({1, 2, 3, 4}));
  const auto read = [&](const Bytes& content) {
    const std::string path = directory.write("y.npy", content);
    return message_of([&] { Npy{config_of(inputs, path)}; });
  };
  CHECK_SAYS(read(header_of("<i4", "(3,)") + raw<std::int32_t>({1, 2, 3})),
             {"y.npy'", "x.npy'", "3 labels for 2 rows"});
  CHECK_SAYS(read(header_of("<i4", "(2, 1)") + raw<std::int32_t>({1, 2})),
             {"y.npy'", "2 dimensions"});
  CHECK_SAYS(read(header_of("<f8", "(2,)") + raw<double>({1, 2})), {"y.npy'", "integers"});
  CHECK_SAYS(read(header_of("<i4", "(2,)") + raw<std::int32_t>({1, -1})),
             {"y.npy'", "row 1 has the label -1"});
  CHECK_SAYS(read(header_of("<u4", "(2,)") + raw<std::uint32_t>({2147483648, 1})),
             {"y.npy'", "row 0 has the label 2147483648"});
  CHECK_SAYS(message_of<ConfigError>([] { Npy{config_of("")}; }), {"/dataset/inputs is missing"});
}

TEST_CASE("npy gives the same rows in Fortran order", "[npy]") {
  const TemporaryDirectory directory;
  const std::size_t rows = 3, a = 2, b = 4, c = 5;
  std::vector<std::int16_t> plain(rows * a * b * c), fortran(plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<std::int16_t>(i);
  for (std::size_t n = 0; n < rows; ++n)
    for (std::size_t i = 0; i < a; ++i)
      for (std::size_t j = 0; j < b; ++j)
        for (std::size_t k = 0; k < c; ++k)
          fortran[n + rows * (i + a * (j + b * k))] = plain[((n * a + i) * b + j) * c + k];
  const std::string head = "{'descr': '<i2', 'fortran_order': True, 'shape': (3, 2, 4, 5), }";
  const auto expected =
      config_of(directory.write("c.npy", header_of("<i2", "(3, 2, 4, 5)") + raw(plain)));
  const auto config = config_of(directory.write("f.npy", header(head) + raw(fortran)));
  CHECK(Npy(config).shape() == Shape{{2, 4, 5}});
  for (std::uint32_t row = 0; row < 3; ++row)
    CHECK(row_of(config, row).inputs == row_of(expected, row).inputs);

  std::vector<float> broken{0, 1, 2, 3, kNotFinite, 5};
  const std::string wrong = directory.write(
      "b.npy", header("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }") + raw(broken));
  CHECK_SAYS(message_of([&] { Npy{config_of(wrong)}; }), {"b.npy'", "row 1 has the value"});
  CHECK_SAYS(message_of([&] {
               Npy{config_of(directory.write("m.npy", header(head) + raw(fortran) + Bytes(1)))};
             }),
             {"bytes follow"});
}

TEST_CASE("npy divides by the scale that it is given", "[npy]") {
  const TemporaryDirectory directory;
  const auto first = [&](const std::string& path, const NumberOrRule& scale) {
    auto config = config_of(path);
    config.scale = scale;
    return row_of(config, 0).inputs(0, 0);
  };
  const std::string bytes = directory.write("u.npy", header_of("|u1", "(1,)") + Bytes{51});
  CHECK(first(bytes, {0, "none"}) == 51.0);
  CHECK(first(bytes, {0, "auto"}) == 0.2);
  CHECK(first(bytes, {255, ""}) == 0.2);
  CHECK(first(bytes, {0.5, ""}) == 102.0);
  CHECK(Npy::Config().scale.is("none"));
  const std::string reals =
      directory.write("f.npy", header_of("<f8", "(1,)") + raw(std::vector<double>{51}));
  CHECK(first(reals, {0, "auto"}) == 51.0);
  CHECK(first(reals, {255, ""}) == 0.2);
}

TEST_CASE("Pixels that were not scaled are recognised", "[npy]") {
  const TemporaryDirectory directory;
  const auto looks = [&](const std::vector<float>& values, double scale = 1.0) {
    auto config = config_of(directory.write(
        "x.npy", header_of("<f4", "(" + std::to_string(values.size()) + ",)") + raw(values)));
    if (scale != 1.0) config.scale = {scale, ""};
    return Npy(config).looks_like_bytes();
  };
  CHECK(looks({0, 255, 7}));
  CHECK_FALSE(looks({0, 255, 7}, 255));
  CHECK_FALSE(looks({0, 256, 7}));
  CHECK_FALSE(looks({0, 200, -1}));
  CHECK_FALSE(looks({0.5, 200, 1}));
  CHECK_FALSE(looks({0, 1, 1}));  // black and white
  const std::string bytes = directory.write("u.npy", header_of("|u1", "(2,)") + Bytes{51, 128});
  CHECK(Npy(config_of(bytes)).looks_like_bytes());
}

TEST_CASE("The first label beyond the classes is named", "[npy]") {
  const TemporaryDirectory directory;
  const std::string inputs = directory.write("x.npy", header_of("|u1", "(4,)") + Bytes{1, 2, 3, 4});
  const std::string labels =
      directory.write("y.npy", header_of("|u1", "(4,)") + Bytes{1, 10, 9, 11});
  const Npy dataset(config_of(inputs, labels));
  CHECK_NOTHROW(dataset.check_labels(12));
  CHECK_SAYS(message_of([&] { dataset.check_labels(11); }),
             {"/dataset", "x.npy'", "row 3 has the label 11, the model has 11 outputs"});
  CHECK_SAYS(message_of([&] { dataset.check_labels(10); }),
             {"row 1 has the label 10, the model has 10 outputs", "from 0 to 9"});
  CHECK_NOTHROW(Npy(config_of(inputs)).check_labels(1));
}

}  // namespace laggard::data
