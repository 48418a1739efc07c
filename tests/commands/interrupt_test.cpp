// Runs that are stopped, killed or out of space: no trial is lost, none repeated.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>

#include "commands/messages.hpp"
#include "results.hpp"
#include "signalled.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using testing::check_refused;
using testing::Outcome;
using testing::Process;
using testing::TemporaryDirectory;

/// A run whose file can be watched.
class Experiment {
 public:
  explicit Experiment(const std::string& text)
      : config_(directory_.write("c.json", text).string()), result_(directory_ / "r.h5") {}

  const std::filesystem::path& result() const { return result_; }

  std::vector<std::string> command(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{testing::kProgram, "run",    config_, "--output",
                                       result_.string(),  "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  /// What an uninterrupted run writes.
  std::vector<std::string> expected() const {
    const auto path = directory_ / "expected.h5";
    CHECK(testing::laggard({"run", config_, "-o", path.string(), "-q"}).code == 0);
    return testing::sorted_trials(path);
  }

  /// Puts there what a run of another configuration has written.
  void begin_with(const std::string& text) const {
    const auto config = directory_.write("other.json", text).string();
    const Outcome outcome =
        testing::laggard({"run", config, "-o", result_.string(), "-q", "--overwrite"});
    CHECK(outcome.code == 0);
  }

  std::uintmax_t size() const {
    std::error_code none;
    const auto size = std::filesystem::file_size(result_, none);
    return none ? 0 : size;
  }

  /// The finished trials; each only once. Nothing if the file is not there yet.
  std::vector<std::string> finished() const {
    if (!std::filesystem::exists(result_)) return {};
    auto rows = testing::sorted_trials(result_);
    std::erase_if(rows, [](const std::string& row) { return row.starts_with("\xff\xff\xff\xff"); });
    CHECK(std::adjacent_find(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
            return a.compare(0, 8, b, 0, 8) == 0;
          }) == rows.end());
    return rows;
  }

  /// Says how much it found.
  Outcome resume() const {
    return testing::laggard({"run", config_, "--output", result_.string(), "--resume"});
  }

  void check_resumed(const std::vector<std::string>& expected) const {
    const Outcome outcome = Process(command({"--resume"})).wait();
    CAPTURE(outcome.err);
    CHECK(outcome.code == 0);
    CHECK(testing::sorted_trials(result_) == expected);
    const hdf5::File file(result_, hdf5::Access::kReadOnly);
    CHECK(file.text_attribute("finished"));
  }

 private:
  TemporaryDirectory directory_;
  std::string config_;
  std::filesystem::path result_;
};

constexpr const char* kLong = R"({"data_points": 8, "workers": 64, "trials": 6000,
    "schemes": [{"kind": "bacc"}, {"kind": "letcc", "lambda_decode": "gcv"}],
    "stragglers": {"kind": "random", "count": 3}, "noise": {"kind": "gaussian", "sigma": 0.1},
    "output": {"workers": false}})";

TEST_CASE("A signal ends a run so that it can go on", "[program][interrupt]") {
  const Experiment experiment(kLong);
  const auto expected = experiment.expected();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    const Outcome outcome = testing::signalled(experiment.command(), experiment.result(), signal);
    check_refused(outcome, 130, {"interrupted", "--resume"});
    const auto before = experiment.finished();
    CHECK_FALSE(before.empty());
    CHECK(before.size() < expected.size());
    for (const std::string& row : before)
      REQUIRE(std::find(expected.begin(), expected.end(), row) != expected.end());
    CHECK_FALSE(
        hdf5::File(experiment.result(), hdf5::Access::kReadOnly).text_attribute("finished"));
    experiment.check_resumed(expected);
  }
}

TEST_CASE("Killed ten times at random moments", "[program][interrupt]") {
  const Experiment experiment(kLong);
  const auto expected = experiment.expected();
  std::minstd_rand random(20240607);
  std::vector<std::string> before;
  bool in_between = false;
  for (int kill = 0; kill < 10; ++kill) {
    {
      const std::uintmax_t begun = experiment.size();
      Process process(experiment.command({"--resume"}));
      // The first ones at any moment, the others once trials are there.
      if (kill >= 3) process.wait_until([&] { return experiment.size() > begun; });
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 50'000));
      process.send(SIGKILL);
      process.wait();
    }
    const auto now = experiment.finished();
    CHECK(std::includes(now.begin(), now.end(), before.begin(), before.end(), testing::by_unit));
    in_between = in_between || (!now.empty() && now.size() < expected.size());
    before = now;
  }
  CHECK(in_between);
  experiment.check_resumed(expected);
}

#ifdef LAGGARD_CAN_KILL_AT_WRITE

/// Kills a run just before its first, second, ... write, until one gets through. `begun_with`, if
/// given, is the configuration of a complete run that this one adds trials and points to.
void kill_at_every_write(const std::string& text, const std::string& begun_with = "") {
  const Experiment experiment(text);
  const auto expected = experiment.expected();
  const std::vector<std::string> how{begun_with.empty() ? "--overwrite" : "--resume"};
  bool killed = true;
  for (int write = 1; killed; ++write) {
    CAPTURE(write);
    REQUIRE(write < 2000);
    std::filesystem::remove(experiment.result());
    if (!begun_with.empty()) experiment.begin_with(begun_with);
    const auto begun = experiment.finished();
    const Outcome outcome =
        Process(experiment.command(how), {std::string("LD_PRELOAD=") + testing::kKillAtWrite,
                                          "KILL_AT_WRITE=" + std::to_string(write)})
            .wait();
    killed = outcome.signal == SIGKILL;
    if (killed) CHECK(outcome.code == -1);
    if (!killed) REQUIRE(outcome.code == 0);
    const auto now = experiment.finished();
    REQUIRE(
        std::includes(expected.begin(), expected.end(), now.begin(), now.end(), testing::by_unit));
    REQUIRE(std::includes(now.begin(), now.end(), begun.begin(), begun.end(), testing::by_unit));
    experiment.check_resumed(expected);
  }
}

TEST_CASE("Killed before every single write", "[program][interrupt]") {
  SECTION("through several chunks of trials") {
    kill_at_every_write(R"({"data_points": 2, "workers": 4, "trials": 2500,
        "model": {"kind": "polynomial", "degree": 1}, "schemes": [{"kind": "bacc"}]})");
  }
  SECTION("with everything there is to write") {
    kill_at_every_write(R"({"data_points": 2, "workers": 4, "trials": 6,
        "model": {"kind": "polynomial", "degree": 1}, "schemes": [{"kind": "bacc"}],
        "output": {"workers": true, "predictions": true, "coded": true}})");
  }
  SECTION("while it adds trials and points to a complete run") {
    const std::string rest = R"("data_points": 2, "schemes": [{"kind": "bacc"}],
        "model": {"kind": "polynomial", "degree": 1},
        "output": {"workers": true, "predictions": true}})";
    kill_at_every_write(R"({"trials": 3, "sweep": {"/workers": [4, 5, 6]}, )" + rest,
                        R"({"trials": 2, "sweep": {"/workers": [4, 5]}, )" + rest);
  }
}

#endif

TEST_CASE("A limit on file sizes is an error, and what fits is kept", "[program][interrupt]") {
  const Experiment experiment(kLong);
  const auto expected = experiment.expected();
  bool complete = false;
  for (const int limit : {4'096, 150'000, 400'000, 700'000, 1'000'000, 1'500'000}) {
    CAPTURE(limit);
    std::filesystem::remove(experiment.result());
    auto command = experiment.command();
    command.insert(command.begin(), {"prlimit", "--fsize=" + std::to_string(limit)});
    const Outcome outcome = Process(command).wait();
    complete = outcome.code == 0;
    if (complete) break;
    check_refused(outcome, 4, {"cannot write", "free space"});
    for (const std::string& row : experiment.finished())
      REQUIRE(std::find(expected.begin(), expected.end(), row) != expected.end());
    experiment.check_resumed(expected);
  }
}

constexpr const char* kPredictions = R"({"data_points": 8, "workers": 64, "trials": 400,
    "dataset": {"kind": "uniform", "dimension": 20}, "schemes": [{"kind": "bacc"}],
    "output": {"workers": true, "predictions": true}})";

TEST_CASE("A full disk keeps every trial that was finished, with its predictions",
          "[program][interrupt]") {
  const Experiment experiment(kPredictions);
  const auto expected = experiment.expected();
  std::size_t most = 0;
  for (const int limit : {500'000, 1'000'000, 1'500'000, 2'000'000}) {
    CAPTURE(limit);
    std::filesystem::remove(experiment.result());
    const auto limited = [&](std::vector<std::string> command) {
      command.insert(command.begin(), {"prlimit", "--fsize=" + std::to_string(limit)});
      return Process(command).wait();
    };
    check_refused(limited(experiment.command()), 4,
                  {"cannot write results", "File too large", "--resume"});
    const auto finished = experiment.finished();
    if (limit >= 1'000'000) CHECK(finished.size() > most);
    most = finished.size();
    // Where there is as little space as before, the file stays as it is.
    check_refused(limited(experiment.command({"--resume"})), 4, {"cannot write", "r.h5'"});
    CHECK(experiment.finished() == finished);
    const Outcome resumed = experiment.resume();
    CHECK(resumed.code == 0);
    CHECK_THAT(resumed.err, Contains(std::to_string(most) + " trials are already in"));
    CHECK(testing::sorted_trials(experiment.result()) == expected);
  }
}

TEST_CASE("Places where nothing can be written", "[program]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", R"({"trials": 1})").string();
  const auto run = [&](const std::filesystem::path& output) {
    return testing::laggard({"run", config, "--output", output.string()});
  };
  check_refused(run(directory / "."), 2, {"it is a directory", "--output"});
  check_refused(run(config + "/r.h5"), 2, {"cannot write", "--output"});
  check_refused(run("/proc/r.h5"), 2, {"/proc/r.h5"});
  check_refused(run("/dev/null"), 2, {"not a regular file"});
  check_refused(run(config), 2, {"not HDF5"});
  CHECK(testing::text_of(config) == R"({"trials": 1})");
  if (::geteuid() == 0) return;  // root may write anywhere
  std::filesystem::create_directory(directory / "locked");
  std::filesystem::permissions(directory / "locked", std::filesystem::perms::owner_read |
                                                         std::filesystem::perms::owner_exec);
  check_refused(run(directory / "locked/r.h5"), 2, {"Permission denied"});
}

TEST_CASE("A signal in a step that takes long ends the run all the same", "[interrupt]") {
  // One forward call of ten million workers takes seconds, and nothing in it looks at signals.
  const Experiment experiment(
      R"json({"data_points": 2, "workers": 10000000, "worker_block": 10000000,
      "model": {"kind": "expression", "outputs": ["sin(cos(sin(cos(sin(cos(sin(cos(x1))))))))"]},
      "schemes": [{"kind": "replication"}], "trials": 100})json");
  Process process(experiment.command());
  process.wait_until([&] { return experiment.size() > 0; });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  process.send(SIGTERM);
  const Outcome outcome = process.wait();
  CAPTURE(outcome.err);
  CHECK(outcome.code == 130);
  CHECK_THAT(outcome.err, Contains("holds every finished trial, add --resume to continue"));
  CHECK(experiment.finished().size() < 100);
}

TEST_CASE("A signal ends the simulation of a server, however long a trial is", "[interrupt]") {
  const TemporaryDirectory directory;
  const auto config = directory
                          .write("c.json", R"({"experiment": "serving",
      "policies": [{"kind": "equal_resources"}], "serving": {"queries": 5000000}})")
                          .string();
  const auto table = directory.write("t.csv", "policy,median_ms\nequal_resources,20\n").string();
  for (std::vector<std::string> arguments :
       {std::vector<std::string>{"capacity", config, "--limit", "50", "--quiet"},
        std::vector<std::string>{"calibrate", config, "--table", table, "--quiet"}}) {
    CAPTURE(arguments);
    arguments.insert(arguments.begin(), testing::kProgram);
    Outcome outcome;
    do {  // again if the signal came before the program was ready for it
      Process process(arguments);
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      process.send(SIGTERM);
      outcome = process.wait();
    } while (outcome.signal != 0);
    CHECK(outcome.code == 130);
    CHECK(outcome.err == "laggard: interrupted (a signal came)\n");
  }
}

}  // namespace
}  // namespace laggard
