// Trainings as a user runs them: killed and resumed, over MPI, and with mistakes.
#include <catch2/catch.hpp>

#include "commands/messages.hpp"
#include "config/json.hpp"
#include "core/sha256.hpp"
#include "experiment/training/records.hpp"
#include "mpirun.hpp"
#include "results.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using testing::laggard;
using testing::Outcome;
using testing::Process;
using testing::TemporaryDirectory;
using training::RunRecord;
using training::TrainingRecord;

/// Rows of both tables.
std::vector<std::string> rows_in(const std::filesystem::path& path) {
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  auto rows = testing::packed_rows<TrainingRecord>(file, "/training");
  for (const std::string& run : testing::packed_rows<RunRecord>(file, "/runs")) rows.push_back(run);
  return rows;
}

constexpr const char* kShort = R"json({"experiment": "training", "trials": 2, "workers": 12,
    "data_points": 4, "dataset": {"kind": "clusters", "rows": 600, "holdout": 100},
    "schemes": [{"kind": "uncoded"}, {"kind": "gradient_coding", "s": 2},
                {"kind": "approximate_gradient_coding"}, {"kind": "bacc"},
                {"kind": "letcc", "lambda_decode": "gcv"}],
    "delay": {"kind": "pareto", "shape": 1.5}, "wait": {"kind": "fastest", "count": 8},
    "training": {"steps": 30, "batch": 48, "evaluate_every": 10},
    "sweep": {"/stragglers": [{"kind": "none"}, {"kind": "random", "count": 2}]}})json";

TEST_CASE("A training has the same bytes for any number of ranks and groups",
          "[training][mpirun]") {
  const TemporaryDirectory directory;
  const auto expected = directory / "expected.h5", result = directory / "r.h5";
  const auto [decode, layout] = GENERATE(
      table<const char*, const char*>({{"mean", "fresh"}, {"parts", "fresh"}, {"mean", "static"}}));
  config::Json json = config::parse(kShort, "the test");
  json["training"]["decode"] = decode;
  json["training"]["layout"] = layout;
  const auto config = directory.write("c.json", json.dump()).string();
  REQUIRE(laggard({"run", config, "-q", "--overwrite", "-o", expected.string()}).code == 0);
  for (const int ranks : {2, 4, 6}) {
    std::vector<std::string> run{"run", config, "-q", "--overwrite", "-o", result.string()};
    if (ranks == 6) run.insert(run.end(), {"--groups", "2"});
    const Outcome outcome = testing::mpirun(ranks, run);
    CAPTURE(decode, layout, ranks, outcome.err);
    REQUIRE(outcome.code == 0);
    CHECK(rows_in(result) == rows_in(expected));
  }
}

TEST_CASE("A training on the wall clock learns, and late answers do it no harm",
          "[training][mpirun][wall]") {
  const TemporaryDirectory directory;
  config::Json json = config::parse(R"json({"experiment": "training", "trials": 1, "workers": 6,
      "data_points": 3, "clock": "wall", "dataset": {"kind": "clusters", "rows": 600, "holdout": 200},
      "schemes": [{"kind": "replication"},
                  {"kind": "replication", "rule": "covered", "label": "covered"}],
      "delay": {"kind": "bimodal", "probability": 0.3, "fast": 0, "slow": 0.05},
      "training": {"steps": 60, "batch": 48}})json",
                                    "the test");
  json["wait"] = {{"kind", "fastest"}, {"count", 3}};
  const auto written = directory.write("w.json", json.dump()).string();
  const auto result = directory / "r.h5";
  for (const int ranks : {1, 3}) {
    const std::vector<std::string> run{"run", written, "-q", "--overwrite", "-o", result.string()};
    const Outcome outcome = ranks == 1 ? laggard(run) : testing::mpirun(ranks, run);
    CAPTURE(ranks, outcome.err);
    REQUIRE(outcome.code == 0);
    const auto runs = hdf5::read_rows<RunRecord>({result, hdf5::Access::kReadOnly});
    REQUIRE(runs.size() == 2);
    for (const RunRecord& row : runs) CHECK(row.test_accuracy > 0.8);
    CHECK(runs[0].received >= 3.0);
    CHECK(runs[1].uncovered_parts == 0.0);
    CHECK(runs[0].seconds > 0.0);
  }
}

/// A training that runs long enough to be stopped at a checkpoint.
class LongTraining {
 public:
  LongTraining() : json(config::parse(kShort, "the test")) {
    json["trials"] = 1;
    json["schemes"] = {{{"kind", "bacc"}}};
    json["time"] = {{"busy", true}};  // what workers still have to do is a part of the checkpoint
    json.erase("sweep");
    json["training"] = {{"steps", 20'000},        {"batch", 48},         {"evaluate_every", 100},
                        {"checkpoint_every", 50}, {"optimizer", "adam"}, {"learning_rate", 0.001}};
  }

  Outcome run(const std::string& how, const std::filesystem::path& path) const {
    const auto config = directory.write("c.json", json.dump()).string();
    return laggard({"run", config, "-q", how, "-o", path.string()});
  }

  /// The only complete checkpoint; empty if there is none.
  std::filesystem::path checkpoint() const {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
      if (entry.path().extension() != ".new") return entry.path();
    return {};
  }

  std::ptrdiff_t checkpoints() const {
    std::error_code none;
    return std::count_if(std::filesystem::directory_iterator(folder, none),
                         std::filesystem::directory_iterator(),
                         [](const auto& entry) { return entry.path().extension() != ".new"; });
  }

  void stop(int signal) const {
    const auto config = directory.write("c.json", json.dump()).string();
    Outcome outcome;
    do {  // once more if the run was over before the signal came
      Process process(
          {testing::kProgram, "run", config, "-q", "--overwrite", "-o", result.string()});
      process.wait_until([&] { return !checkpoint().empty(); });
      process.send(signal);
      outcome = process.wait();
    } while (outcome.code == 0);
    CHECK((signal == SIGKILL ? outcome.signal == SIGKILL : outcome.code == 130));
    REQUIRE_FALSE(checkpoint().empty());
  }

  void check_resumed() const {
    const Outcome resumed = run("--resume", result);
    CAPTURE(resumed.err);
    REQUIRE(resumed.code == 0);
    CHECK(rows_in(result) == rows_in(expected));
    CHECK_FALSE(std::filesystem::exists(folder));
  }

  config::Json json;
  const TemporaryDirectory directory;
  const std::filesystem::path expected = directory / "expected.h5", result = directory / "r.h5",
                              folder = directory / "r.h5.unfinished";
};

TEST_CASE("A training that is killed resumes at its checkpoint", "[training][interrupt]") {
  LongTraining training;
  REQUIRE(training.run("--overwrite", training.expected).code == 0);
  for (const int signal : {SIGKILL, SIGINT}) {
    training.stop(signal);
    training.check_resumed();
  }
  SECTION("a training that is finished is not made again while others of its trial are missing") {
    training.json["schemes"].push_back({{"kind", "uncoded"}});
    REQUIRE(training.run("--overwrite", training.expected).code == 0);
    const auto config = training.directory.write("c.json", training.json.dump()).string();
    testing::Outcome outcome;
    do {
      Process process({testing::kProgram, "run", config, "-q", "--overwrite", "--jobs", "1", "-o",
                       training.result.string()});
      process.wait_until([&] { return training.checkpoints() == 2; });
      process.send(SIGKILL);
      outcome = process.wait();
    } while (outcome.code == 0);
    const Outcome resumed = laggard({"run", config, "--resume", "-o", training.result.string()});
    CHECK_THAT(resumed.err, Contains("those that were begun go on from their checkpoints"));
    CHECK(rows_in(training.result) == rows_in(training.expected));
  }
  SECTION("how often a checkpoint is written may change") {
    training.stop(SIGINT);
    training.json["training"]["checkpoint_every"] = 70;
    const auto config = training.directory.write("c.json", training.json.dump()).string();
    const Outcome resumed = laggard({"run", config, "--resume", "-o", training.result.string()});
    CHECK_THAT(resumed.err, Contains("whose configuration has changed; those that were begun go "
                                     "on from their checkpoints"));
    CHECK(rows_in(training.result) == rows_in(training.expected));
  }
}

TEST_CASE("Rows are placed again where a training resumes on other ranks",
          "[training][interrupt][mpirun]") {
  LongTraining training;
  training.json["training"]["layout"] = "static";
  training.json["training"]["steps"] = 3000;
  REQUIRE(training.run("--overwrite", training.expected).code == 0);
  training.stop(SIGKILL);
  const auto config = training.directory.write("c.json", training.json.dump()).string();
  const Outcome resumed =
      testing::mpirun(3, {"run", config, "-q", "--resume", "-o", training.result.string()});
  CAPTURE(resumed.err);
  REQUIRE(resumed.code == 0);
  CHECK(rows_in(training.result) == rows_in(training.expected));
}

TEST_CASE("A checkpoint that is damaged or of another training is not used",
          "[training][interrupt]") {
  LongTraining training;
  REQUIRE(training.run("--overwrite", training.expected).code == 0);
  training.stop(SIGINT);
  std::string text = testing::text_of(training.checkpoint());
  const bool damaged = GENERATE(true, false);
  text[damaged ? text.size() / 2 : text.find('\n') - 1] ^= 1;
  std::ofstream(training.checkpoint(), std::ios::binary) << text;
  training.check_resumed();
}

TEST_CASE("A checkpoint is used when the run gets more trials, and points before its own",
          "[training][interrupt]") {
  LongTraining training;
  training.json["training"]["steps"] = 5'000;
  training.stop(SIGINT);
  // Its last number is the measured time of decoding: a mark that shows where it is used.
  constexpr double kMark_s = 1e9;
  const std::string text = testing::text_of(training.checkpoint());
  const std::size_t line = text.find('\n') + 1, begin = text.find('\n', line) + 1;
  std::string state = text.substr(begin);
  std::memcpy(state.data() + state.size() - sizeof kMark_s, &kMark_s, sizeof kMark_s);
  std::ofstream(training.checkpoint(), std::ios::binary)
      << text.substr(0, line) << sha256_of(state) << '\n'
      << state;
  training.json["trials"] = 2;
  training.json["sweep"] = {{"/seed", {7, 1}}};
  REQUIRE(training.run("--overwrite", training.expected).code == 0);
  training.check_resumed();
  for (const auto& row :
       hdf5::read_rows<TimingRecord>({training.result, hdf5::Access::kReadOnly}, "/timings"))
    CHECK((row.decode_s > kMark_s / 2) == (row.point == 1 && row.trial == 0));
}

TEST_CASE("The summary of a training, and what spoils one", "[training]") {
  const TemporaryDirectory directory;
  config::Json json = config::parse(kShort, "the test");
  json["training"]["ordering"] = "none";
  const auto config = directory.write("c.json", json.dump()).string();
  const auto result = (directory / "r.h5").string();
  const Outcome check = laggard({"check", config});
  CHECK(check.code == 0);
  CHECK_THAT(check.out,
             Contains("10 points, 0 skipped, 20 trials") && Contains("networks diverge"));
  const Outcome outcome = laggard({"run", config, "-q", "-o", result});
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err,
             Contains("labels of different classes are mixed") && !Contains("point 0 "));
  const Outcome summary = laggard({"summary", result});
  CHECK_THAT(summary.out, Contains("accuracy") && Contains("sum |w|"));
  CHECK_THAT(laggard({"summary", result, "--csv"}).out,
             Contains("point,scheme,workers,data_points,stragglers,trials,diverged,test_accuracy"));
  CHECK_THAT(laggard({"list", "learners"}).out, Contains("logistic"));
  CHECK_THAT(laggard({"default-config", "training"}).out, Contains("\"training\": {"));
}

TEST_CASE("Mistakes in a training are one line", "[training]") {
  const TemporaryDirectory directory;
  const auto refused = [&](const std::string& members, int code, const std::string& line) {
    config::Json json = config::parse(kShort, "the test");
    json.merge_patch(config::parse(members, "the test"));
    const auto config = directory.write("c.json", json.dump()).string();
    const Outcome outcome = laggard({"check", config});
    CHECK(outcome.code == code);
    CHECK(outcome.err == "laggard: " + line + "\n");
  };
  refused(
      R"({"schemes": [{"kind": "parm"}]})", 2,
      "/schemes/0 codes values of f (training adds gradients up); use uncoded, "
      "replication, gradient_coding, approximate_gradient_coding, or a curve code such as bacc, "
      "nercc, letcc or curve");
  refused(R"({"dataset": {"kind": "uniform", "rows": null, "holdout": null}})", 2,
          "/dataset is a distribution (a model is trained on labelled rows); choose a dataset that "
          "comes from a file, or \"clusters\"");
  refused(
      R"({"training": {"batch": 700}})", 2,
      "there is nothing to run (a batch has 700 rows, the dataset 500); change what this names; "
      "`laggard check CONFIG` lists every point");
  refused(
      R"({"clock": "wall", "time": {"compute_seconds": 1}})", 2,
      "there is nothing to run (/time is for the virtual clock; the wall clock measures); change "
      "what this names; `laggard check CONFIG` lists every point");
  refused(R"json({"schemes": [{"kind": "curve", "alpha": "chord"}]})json", 2,
          "/schemes/0/alpha is 'chord' (the matrix depends on the data of each trial); choose "
          "another");
  refused(R"json({"schemes": [{"kind": "nercc", "lambda_encode": "gcv"}]})json", 2,
          "/schemes/0/lambda_encode is 'gcv' (the matrix depends on the data of each trial); give "
          "a number");
  const auto wrong = directory.write("w.json", R"({"schemes": [{"kind": "gradient_coding"}]})");
  CHECK(laggard({"check", wrong.string()}).err ==
        "laggard: /schemes/0 is 'gradient_coding' (it adds gradients up, and no values of f follow "
        "from sums); use it with \"experiment\": \"training\"\n");
}

TEST_CASE("Sizes that do not fit skip a point and say why", "[training]") {
  const TemporaryDirectory directory;
  config::Json json = config::parse(kShort, "the test");
  json.erase("sweep");
  json["data_points"] = 5;
  const auto config = directory.write("c.json", json.dump()).string();
  const Outcome check = laggard({"check", config});
  CHECK(check.code == 0);
  CHECK_THAT(check.out, Contains("5 points, 2 skipped") &&
                            Contains("a batch of 48 rows cannot be cut into 5 equal parts"));
}

}  // namespace
}  // namespace laggard
