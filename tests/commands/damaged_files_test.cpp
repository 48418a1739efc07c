// Files that were made or damaged by others end in one line, whatever is in them.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <random>

#include "hdf5/table.hpp"
#include "messages.hpp"
#include "model/weights.hpp"
#include "output/points.hpp"
#include "process.hpp"

namespace laggard {
namespace {

using Catch::Matchers::Contains;
using testing::check_refused;
using testing::Outcome;
using testing::TemporaryDirectory;

constexpr const char* kConfiguration = R"({"trials": 2, "data_points": 2, "workers": 4,
    "schemes": [{"kind": "bacc"}, {"kind": "letcc"}], "output": {"workers": true,
    "predictions": true}})";

std::filesystem::path result_in(const TemporaryDirectory& directory, const std::string& name) {
  const auto path = directory / name;
  const auto config = directory.write("c.json", kConfiguration);
  REQUIRE(testing::laggard({"run", config.string(), "-o", path.string(), "-q"}).code == 0);
  return path;
}

/// A few bytes of its object headers, B-trees and the global heap are changed.
std::string flipped(std::string bytes, std::uint32_t seed) {
  std::mt19937 random(seed);
  const std::size_t at = 600 + random() % 3496;
  const std::size_t count = 1 + random() % 7;
  for (std::size_t i = 0; i < count; ++i) bytes[at + i] = static_cast<char>(random() % 256);
  return bytes;
}

TEST_CASE("Whatever is wrong with a result file, the end is clean", "[program][damaged]") {
  const TemporaryDirectory directory;
  const std::string sound = testing::text_of(result_in(directory, "sound.h5"));
  for (std::uint32_t seed = 0; seed < 25; ++seed) {
    const std::string path = directory.write("r.h5", flipped(sound, seed)).string();
    for (const bool resume : {false, true}) {
      const Outcome outcome = resume ? testing::laggard({"run", (directory / "c.json").string(),
                                                         "-o", path, "--resume", "-q"})
                                     : testing::laggard({"summary", path});
      CAPTURE(seed, resume, outcome.err);
      CHECK(outcome.signal == 0);
      if (outcome.code != 0) check_refused(outcome, outcome.code == 2 ? 2 : 3, {"r.h5"});
    }
  }
}

TEST_CASE("What cannot be read while a run writes it is not called damaged", "[program][damaged]") {
  const TemporaryDirectory directory;
  const std::string sound = testing::text_of(result_in(directory, "sound.h5"));
  const auto path = directory.write("r.h5", sound.substr(0, sound.size() / 2));
  check_refused(testing::laggard({"summary", path.string()}), 3, {"r.h5", "damaged"});
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(::flock(file, LOCK_EX) == 0);
  const Outcome outcome = testing::laggard({"summary", path.string()});
  ::close(file);
  check_refused(outcome, 3, {"r.h5", "a run is writing it just now", "try again"});
}

TEST_CASE("Names from files are printed without their control characters", "[program][damaged]") {
  const TemporaryDirectory directory;
  const auto path = result_in(directory, "r.h5");
  {
    hdf5::File file(path, hdf5::Access::kReadWrite);
    auto points = output::read_points(file);
    points[0].scheme = "\x1b]0;title\x07\nlaggard: a forged line";
    points[1].skipped = "\x1b[2J";
    file.remove("/points");
    output::write_points(file, points);
  }
  const Outcome outcome = testing::laggard({"summary", path.string()});
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.out, Contains("\\x1b]0;title\\x07\\nlaggard: a forged line") &&
                              Contains("skipped, \\x1b[2J") && !Contains("\x1b") &&
                              !Contains("\x07") && !Contains("\nlaggard"));
}

TEST_CASE("Rows of a point that is not there do not count, of any kind", "[program][damaged]") {
  const TemporaryDirectory directory;
  const auto check = [&](const char* json) {
    CAPTURE(json);
    const std::string path = (directory / "r.h5").string();
    const std::string config = directory.write("c.json", json).string();
    REQUIRE(testing::laggard({"run", config, "-o", path, "-q", "--overwrite"}).code == 0);
    const std::string sound = testing::laggard({"summary", path, "--csv"}).out;
    {
      hdf5::File file(path, hdf5::Access::kReadWrite);
      auto points = output::read_points(file);
      REQUIRE(points.size() == 2);
      points.pop_back();
      file.remove("/points");
      output::write_points(file, points);
    }
    const Outcome outcome = testing::laggard({"summary", path, "--csv"});
    CHECK(outcome.code == 0);
    CHECK(std::count(sound.begin(), sound.end(), '\n') == 3);
    CHECK(outcome.out == sound.substr(0, sound.find('\n', sound.find('\n') + 1) + 1));
  };
  check(kConfiguration);
  check(R"({"experiment": "training", "trials": 1, "training": {"steps": 1},
            "schemes": [{"kind": "uncoded"}, {"kind": "replication"}]})");
  check(R"({"experiment": "serving", "trials": 1, "serving": {"queries": 100, "warmup": 0}})");
}

TEST_CASE("Pipes and devices are not read as data", "[program][damaged]") {
  const TemporaryDirectory directory;
  const std::string pipe = (directory / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const auto check = [&](const std::string& member) {
    const auto config = directory.write("c.json", "{" + member + "}");
    return testing::laggard({"check", config.string()});
  };
  const std::string name = "\"" + pipe + "\"";
  for (const std::string& member : {R"("dataset": {"kind": "npy", "inputs": )" + name + "}",
                                    R"("dataset": {"kind": "hdf5", "file": )" + name + "}",
                                    R"("dataset": {"kind": "idx", "images": )" + name + "}",
                                    R"("dataset": {"kind": "cifar10", "files": [)" + name + "]}",
                                    R"("model": {"kind": "torchscript", "path": )" + name + "}",
                                    R"("model": {"kind": "mlp", "weights": )" + name + "}",
                                    R"("delay": {"kind": "trace", "file": )" + name + "}"}) {
    CAPTURE(member);
    check_refused(check(member), 3, {pipe, "not a regular file"});
  }
  check_refused(check(R"("schemes": [{"kind": "letcc", "lambda_decode": "tuned:)" + pipe + "\"}]"),
                3, {pipe, "not a regular file"});
  for (const char* command : {"summary", "export"})
    check_refused(testing::laggard({command, pipe}), 3, {pipe, "not a regular file"});
}

}  // namespace
}  // namespace laggard
