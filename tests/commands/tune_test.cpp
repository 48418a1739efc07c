// `laggard tune`: the search, its file, and what it refuses.
#include <algorithm>
#include <catch2/catch.hpp>

#include "commands/messages.hpp"
#include "hdf5/table.hpp"
#include "results.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using testing::check_refused;
using testing::Outcome;
using testing::TemporaryDirectory;

constexpr const char* kSplines = R"({"data_points": 3, "workers": 12, "schemes": [
    {"kind": "letcc", "label": "one"}, {"kind": "bacc"},
    {"kind": "letcc", "label": "two", "lambda_decode": "gcv"},
    {"kind": "letcc", "label": "path", "ordering": "path"}]})";

struct Tuning {
  Outcome run(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"tune",     directory.write("c.json", kSplines).string(),
                                       "--output", file().string(),
                                       "--grid",   "3",
                                       "--rounds", "1",
                                       "--trials", "2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return testing::laggard(arguments);
  }
  std::filesystem::path file() const { return directory / "t.h5"; }

  TemporaryDirectory directory;
};

TEST_CASE("Schemes that differ in their label alone are searched once", "[program][tune]") {
  const Tuning tuning;
  const Outcome outcome = tuning.run({});
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
  const auto result_of = [&](const std::string& label) {
    const auto at = outcome.out.find("(" + label + ",");
    REQUIRE(at != std::string::npos);
    const auto from = outcome.out.find("): ", at);
    return outcome.out.substr(from, outcome.out.find('\n', from) - from);
  };
  CHECK(result_of("one") == result_of("two"));
  CHECK(result_of("one") != result_of("path"));
  const hdf5::File file(tuning.file(), hdf5::Access::kReadOnly);
  CHECK(hdf5::table_size(file, "/optimum") == 3);
  CHECK(hdf5::table_size(file, "/surface") == 3 * 4 * 4);
  CHECK(file.text_attribute("finished"));
}

TEST_CASE("A tuning file is drawn, not summarised", "[program][tune]") {
  const Tuning tuning;
  REQUIRE(tuning.run({"--scheme", "one", "-q"}).code == 0);
  check_refused(testing::laggard({"summary", tuning.file().string()}), 3,
                {"`laggard tune` wrote it", "plotting/plot surface " + tuning.file().string()});
}

TEST_CASE("tune refuses what is no search", "[program][tune]") {
  const Tuning tuning;
  const Outcome zero = tuning.run({"--lowest", "0"});
  check_refused(zero, 2, {"--lowest is 0", "above 0"});
  CHECK(zero.err.size() < 200);
  check_refused(tuning.run({"--lowest", "2"}), 2, {"--lowest is 2", "--highest is 1"});
  check_refused(tuning.run({"--highest", "nan"}), 2, {"--highest is nan"});
  check_refused(tuning.run({"--scheme", "bacc"}), 2,
                {"nothing to tune", "'bacc'", "one, path, two", "--scheme"});
}

TEST_CASE("tune has trials of its own, and says which losses it has", "[program][tune][until]") {
  const auto found = [](const std::vector<std::string>& settings) {
    std::vector<std::string> arguments{"--scheme", "one", "-q"};
    for (const std::string& setting : settings)
      arguments.insert(arguments.end(), {"--set", setting});
    const Tuning tuning;
    Outcome outcome = tuning.run(arguments);
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    outcome.out.resize(outcome.out.rfind(','));  // how long it took
    return outcome;
  };
  const Outcome usual = found({R"(/stragglers={"kind": "random", "count": 2})"});
  CHECK(usual.err.empty());
  const Outcome until = found({R"(/stragglers={"kind": "random", "count": 2})",
                               R"(/trials={"until": {"relative_half_width": 0.5}})"});
  CHECK(until.out == usual.out);
  CHECK(until.err.empty());
  const Outcome worst = found({R"(/stragglers={"kind": "worst", "count": 2})"});
  CHECK(worst.out == usual.out);
  CHECK(worst.err == "laggard: a search for parameters has random losses in place of the worst\n");
}

TEST_CASE("A search that is refused leaves an older file alone", "[program][tune]") {
  const Tuning tuning;
  REQUIRE(tuning.run({"--scheme", "one", "-q"}).code == 0);
  const std::string before = testing::text_of(tuning.file());
  check_refused(tuning.run({"--scheme", "nobody"}), 2, {"nothing to tune", "'nobody'"});
  const auto data = (tuning.directory / "d.h5").string();
  hdf5::File(data, hdf5::Access::kCreate).write("inputs", std::vector<double>(20, 0.5));
  check_refused(
      tuning.run({"--set", R"(/dataset={"kind": "hdf5", "holdout": 2, "file": ")" + data + "\"}"}),
      2, {"/dataset/holdout is 2", "K = 3"});
  CHECK(testing::text_of(tuning.file()) == before);
  CHECK_FALSE(std::filesystem::exists(tuning.directory / "t.1.h5"));
  CHECK_FALSE(std::filesystem::exists(tuning.directory / "t.h5.part"));

  const Outcome again = tuning.run({"--scheme", "one"});
  CHECK(again.code == 0);
  CHECK_THAT(again.err, Contains("the old '" + tuning.file().string() + "' is kept as '") &&
                            Contains("t.1.h5'"));
  CHECK(testing::text_of(tuning.directory / "t.1.h5") == before);
  CHECK_FALSE(std::filesystem::exists(tuning.directory / "t.h5.part"));
}

TEST_CASE("tune has no --resume and does not speak of it", "[program][tune]") {
  const Tuning tuning;
  const auto config = tuning.directory.write("c.json", kSplines).string();
  const Outcome outcome = testing::Process({"prlimit", "--fsize=40000", testing::kProgram, "tune",
                                            config, "--output", tuning.file().string(), "-q"})
                              .wait();
  check_refused(outcome, 4, {"cannot write", "File too large", "t.h5'"});
  CHECK_THAT(outcome.err, !Contains("--resume") && !Contains(".part"));
}

TEST_CASE("tune replaces an old file when it is told to", "[program][tune]") {
  const Tuning tuning;
  REQUIRE(tuning.run({"--scheme", "one", "-q"}).code == 0);
  const Outcome again = tuning.run({"--scheme", "one", "--overwrite", "-q"});
  CHECK(again.code == 0);
  CHECK_FALSE(std::filesystem::exists(tuning.directory / "t.1.h5"));
}

/// A configuration that takes its lambdas from the file that tuning it makes.
std::string tuned_config(const std::filesystem::path& file) {
  return R"({"data_points": 3, "trials": 2, "schemes": [{"kind": "letcc", "label": "one",
      "lambda_encode": "tuned:)" +
         file.string() + R"(", "lambda_decode": "tuned:)" + file.string() +
         R"("}, {"kind": "bacc"}], "sweep": {"/workers": [12, 16], "/stragglers/count": [0, 2]},
      "stragglers": {"kind": "random"}, "noise": {"kind": "gaussian", "sigma": 0.2}})";
}

TEST_CASE("A run takes the optimum of every point from the tuning file", "[program][tune]") {
  const TemporaryDirectory directory;
  const auto file = directory / "t.h5";
  const auto config = directory.write("c.json", tuned_config(file)).string();
  const auto result = (directory / "r.h5").string();
  const std::vector<std::string> run{"run", config, "-o", result, "-q", "--overwrite"};
  check_refused(testing::laggard(run), 3, {"/schemes/0/lambda_encode: ", "t.h5'"});

  REQUIRE(testing::laggard({"tune", config, "-o", file.string(), "-q", "--grid", "4", "--rounds",
                            "2", "--trials", "3"})
              .code == 0);
  const Outcome outcome = testing::laggard(run);
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
  const auto optima =
      hdf5::read_rows<SurfacePoint>(hdf5::File(file, hdf5::Access::kReadOnly), "/optimum");
  REQUIRE(optima.size() == 4);
  std::size_t compared = 0;
  for (const TrialRecord& trial : testing::trials_of(result))
    for (const SurfacePoint& optimum : optima) {
      if (trial.point != optimum.point) continue;
      CHECK(trial.lambda_encode == optimum.lambda_encode);
      CHECK(trial.lambda_decode == optimum.lambda_decode);
      ++compared;
    }
  CHECK(compared == 4 * 2);

  const auto refused = [&](const std::string& setting, const std::vector<std::string>& parts) {
    std::vector<std::string> command = run;
    command.insert(command.end(), {"--set", setting});
    check_refused(testing::laggard(command), 3, parts);
  };
  refused("/sweep/~1workers=[20]", {"no optimum for 'one' with K = 3, N = 20", "N = 12", "tune"});
  refused("/schemes/0/label=\"two\"", {"no optimum for 'two'", "it has the schemes 'one'"});
  refused("/noise/sigma=0.3", {"noise 0.3", "noise 0.2"});
  refused("/dataset/low=-2",
          {"no optimum for 'one' with K = 3", "/dataset/low is -3.0 there and -2.0 now"});
  refused(R"(/adversaries={"kind": "sign_flip", "count": 1})",
          {"no optimum for 'one'", "/adversaries/kind is \"none\" there and \"sign_flip\" now"});
  refused("/noise={\"kind\": \"groups\", \"shares\": [0.5, 0.5], \"sigmas\": [0.2, 0.2]}",
          {"no optimum for 'one'", "/noise/kind is \"gaussian\" there and \"groups\" now"});
  refused("/wait={\"kind\": \"fastest\", \"count\": 9}",
          {"no optimum for 'one'", "/wait/kind is \"all\" there and \"fastest\" now"});
  refused("/model/outputs=[\"x1^2\"]", {"no optimum for 'one'", "/model/outputs"});
  refused("/model={\"kind\": \"polynomial\"}", {"/model/kind is \"expression\" there"});
  refused("/ordering=\"path\"", {"/ordering is \"none\" there and \"path\" now"});
  refused("/stragglers/kind=\"consecutive\"",
          {"/stragglers/kind is \"random\" there and \"consecutive\" now"});
  refused("/schemes/0/beta=\"equispaced\"",
          {"/schemes/0/beta is \"chebyshev\" there and \"equispaced\" now"});
  refused("/schemes/0/penalty=\"seminorm\"", {"/schemes/0/penalty is \"norm\" there"});
  refused("/schemes/0/kind=\"nercc\"", {"/schemes/0/kind is \"letcc\" there and \"nercc\" now"});
  // An ordering of its own is compared with the scheme, that of the experiment is then idle.
  refused("/schemes/0/ordering=\"path\"", {"/schemes/0/ordering is \"experiment\" there"});
  // What is searched, the place in the list, and delays where all are waited for, may be others.
  for (const char* setting : {"/schemes/0/lambda_encode=0.5", "/schemes/1/kind=\"lcc\"",
                              "/delay={\"kind\": \"pareto\"}"}) {
    std::vector<std::string> command = run;
    command.insert(command.end(), {"--set", setting});
    CHECK(testing::laggard(command).code == 0);
  }
  check_refused(testing::laggard({"run", config, "-o", result, "-q", "--set",
                                  "/schemes/0/lambda_decode=\"tuned:\""}),
                2, {"/schemes/0/lambda_decode is 'tuned:'", "tuned:FILE"});
}

TEST_CASE("Where nothing looks a tuned number up, it is to be written", "[program][tune]") {
  const TemporaryDirectory directory;
  const auto tuned = directory.write("t.h5", "").string();
  const auto config =
      directory.write("c.json", R"({"experiment": "training", "dataset": {"kind": "clusters"},
      "schemes": [{"kind": "letcc", "lambda_decode": "tuned:)" +
                                    tuned + R"("}]})");
  check_refused(testing::laggard({"check", config.string()}), 2,
                {"'tuned:" + tuned + "' stands for a number", "write the number"});
}

TEST_CASE("A run takes every parameter of a curve code from the tuning file", "[program][tune]") {
  const TemporaryDirectory directory;
  const std::string tuned = "\"tuned:" + (directory / "t.h5").string() + "\"";
  const auto config = directory.write("c.json", R"({"data_points": 4, "workers": 20, "trials": 2,
      "schemes": [{"kind": "curve", "alpha": "chord", "alpha_power": )" +
                                                    tuned + R"(,
      "encoder": "linear", "decoder": "polynomial", "degree": )" +
                                                    tuned + R"(}]})");
  const Outcome tuning =
      testing::laggard({"tune", config.string(), "-o", (directory / "t.h5").string(), "--grid", "4",
                        "--rounds", "1", "--trials", "2", "-q"});
  CAPTURE(tuning.err);
  REQUIRE(tuning.code == 0);
  // What it cost: 4 powers, 4 degrees, 2 trials of 20 workers each.
  CHECK_THAT(tuning.out, Contains("alpha_power ") && Contains(", degree ") &&
                             Contains("(16 choices, 160 inputs computed, "));
  const auto result = (directory / "r.h5").string();
  const Outcome run = testing::laggard({"run", config.string(), "-o", result, "-q"});
  CAPTURE(run.err);
  REQUIRE(run.code == 0);
  const auto optimum = hdf5::read_rows<SurfacePoint>(
      hdf5::File(directory / "t.h5", hdf5::Access::kReadOnly), "/optimum");
  REQUIRE(optimum.size() == 1);
  for (const TrialRecord& trial : testing::trials_of(result))
    CHECK(trial.degree == optimum[0].degree);
  check_refused(
      testing::laggard({"run", config.string(), "-o", result, "-q", "--overwrite", "--set",
                        "/schemes/0/encoder=\"spline\"", "--set",
                        "/schemes/0/lambda_encode=" + tuned}),
      3,
      {"/schemes/0/lambda_encode: ", "/schemes/0/encoder is \"linear\" there and \"spline\" now"});
}

}  // namespace
}  // namespace laggard
