// The scheme `matrices` with files that `laggard matrices` has written, and with others.
#include <catch2/catch.hpp>

#include "commands/messages.hpp"
#include "hdf5/file.hpp"
#include "results.hpp"
#include "temporary.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using testing::check_refused;
using testing::TemporaryDirectory;

/// An experiment in two dimensions with the given schemes.
std::string experiment(const std::string& schemes) {
  return R"json({"trials": 4, "data_points": 7, "workers": 23,
    "dataset": {"kind": "uniform", "dimension": 2},
    "model": {"kind": "expression", "outputs": ["x1*sin(x2)", "x1-x2"]},
    "stragglers": {"kind": "listed", "workers": [2, 11]}, "schemes": )json" +
         schemes + "}";
}

TEST_CASE("a code from the file of `laggard matrices` is the code itself", "[program][matrices]") {
  const TemporaryDirectory directory;
  const std::string originals = R"({"kind": "bacc"}, {"kind": "letcc", "ordering": "path"},
      {"kind": "curve", "encoder": "lagrange", "decoder": "polynomial", "degree": 9},
      {"kind": "replication"}, {"kind": "uncoded"})";
  const auto config = directory.write("originals.json", experiment("[" + originals + "]")).string();
  const auto file = (directory / "m.h5").string();
  REQUIRE(testing::laggard({"matrices", config, "-o", file, "--lost", "2,11"}).code == 0);

  std::string stored;
  for (const std::string code : {"bacc", "letcc", "curve", "replication", "uncoded"})
    stored += R"(, {"kind": "matrices", "label": "my )" + code + R"(", "file": ")" + file +
              R"(", "code": ")" + code + "\"" +
              (code == "letcc" ? R"(, "ordering": "path"})" : "}");
  const auto both =
      directory.write("both.json", experiment("[" + originals + stored + "]")).string();
  const auto result = (directory / "r.h5").string();
  const testing::Outcome outcome = testing::laggard({"run", both, "-o", result, "-q"});
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
  const auto trials = testing::trials_of(result);
  REQUIRE(trials.size() == 40);
  for (const TrialRecord& theirs : trials)
    for (const TrialRecord& ours : trials) {
      if (ours.trial != theirs.trial || ours.point != theirs.point + 5) continue;
      INFO("scheme " << theirs.point << ", trial " << theirs.trial);
      CHECK(ours.received == theirs.received);
      CHECK(ours.unavailable == theirs.unavailable);
      CHECK(ours.mse == Approx(theirs.mse).epsilon(1e-9).margin(1e-14));
      CHECK(ours.max_error == Approx(theirs.max_error).epsilon(1e-9).margin(1e-14));
      if (theirs.point == 0) CHECK(ours.mse == theirs.mse);  // the same products
    }
}

TEST_CASE("a file that holds no usable code ends in one line", "[program][matrices]") {
  const TemporaryDirectory directory;
  const std::string path = (directory / "m.h5").string();
  const Matrix good = Matrix::Identity(9, 7);
  const auto refused = [&](const std::string& members, int code,
                           const std::vector<std::string>& parts) {
    const auto config = directory
                            .write("c.json", experiment(R"([{"kind": "matrices", "file": ")" +
                                                        path + "\"" + members + "}]"))
                            .string();
    check_refused(testing::laggard({"check", config}), code, parts);
  };
  const auto with = [&](const std::function<void(hdf5::File&)>& fill) {
    hdf5::File file(path, hdf5::Access::kCreate);
    fill(file);
  };
  const std::vector<std::uint32_t> workers{0, 1, 2};

  refused("", 3, {"/schemes/0/file", "m.h5", "no such file"});
  with([&](hdf5::File& file) { file.write("/alpha", std::vector<double>{1.0}); });
  refused("", 3, {"/schemes/0", "has no code", "no dataset /NAME/encoder"});
  with([&](hdf5::File& file) {
    file.write("/a/encoder", good);
    file.write("/b/encoder", good);
  });
  refused("", 2, {"/schemes/0/code is empty", "has several codes: 'a', 'b'", "name one of them"});
  refused(R"(, "code": "c")", 3, {"has no code 'c'", "it has 'a', 'b'"});

  with([&](hdf5::File& file) { file.write("/a/encoder", std::vector<double>{1.0, 2.0}); });
  refused("", 3, {"/schemes/0/file", "m.h5:/a/encoder", "it has 1 dimensions"});
  Matrix bad = good;
  bad(3, 2) = kNaN;
  with([&](hdf5::File& file) { file.write("/a/encoder", bad); });
  refused("", 3, {"m.h5:/a/encoder", "row 3, column 2 is nan", "finite"});
  with([&](hdf5::File& file) { file.write("/a/encoder", Matrix(Matrix::Identity(9, 6))); });
  refused("", 3, {"/schemes/0", "a code of 6 data points", "/data_points is 7"});
  with([&](hdf5::File& file) { file.write("/a/encoder", Matrix(Matrix::Identity(24, 7))); });
  refused("", 3, {"/schemes/0", "a code of 24 workers", "/workers is 23"});

  const auto with_decoder = [&](const Matrix& decoder, const std::vector<std::uint32_t>& received) {
    with([&](hdf5::File& file) {
      file.write("/a/encoder", good);
      file.write("/a/decoder", decoder);
      if (!received.empty()) file.write("/a/received", received);
    });
  };
  with_decoder(Matrix::Ones(7, 3), {});
  refused("", 3, {"m.h5:/a/decoder", "there is no received beside it"});
  with_decoder(Matrix::Ones(7, 4), workers);
  refused("", 3, {"m.h5:/a/decoder", "it is 7 x 4, for 7 data points and 3 answers"});
  with_decoder(Matrix::Ones(7, 3), {0, 9, 10});
  refused("", 3, {"m.h5:/a/received", "it has 9, and the code has 9 workers"});
  with_decoder(Matrix::Ones(7, 3), {0, 2, 1});
  refused("", 3, {"m.h5:/a/received", "1 follows 2", "ascending"});
}

TEST_CASE("a code at the root of a file needs no name", "[program][matrices]") {
  const TemporaryDirectory directory;
  const std::string path = (directory / "m.h5").string();
  hdf5::File(path, hdf5::Access::kCreate).write("/encoder", Matrix(Matrix::Identity(23, 7)));
  const auto config =
      directory.write("c.json", experiment(R"([{"kind": "matrices", "file": ")" + path + "\"}]"))
          .string();
  CHECK(testing::laggard({"check", config}).code == 0);
}

}  // namespace
}  // namespace laggard
