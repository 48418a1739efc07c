// A run that continues with more trials and points has what one run with all of them has.
#include <catch2/catch.hpp>

#include "commands/messages.hpp"
#include "config/json.hpp"
#include "experiment/serving/rows.hpp"
#include "experiment/training/records.hpp"
#include "mpirun.hpp"
#include "results.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using testing::laggard;
using testing::Outcome;
using testing::TemporaryDirectory;

/// All that does not measure, as bytes.
std::vector<std::string> rows_in(const std::filesystem::path& path) {
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  std::vector<std::string> all;
  const auto add = [&]<class Row>(Row) {
    if (!file.exists(std::string(Row::kTable))) return;
    for (std::string& row : testing::packed_rows<Row>(file, std::string(Row::kTable)))
      all.push_back(std::move(row));
  };
  add(TrialRecord{});
  add(training::TrainingRecord{});
  add(training::RunRecord{});
  add(serving::LatencyRecord{});
  add(serving::QueryRecord{});
  if (file.exists(std::string(WorkerRecord::kTable)))
    for (const WorkerRecord& row : hdf5::read_rows<WorkerRecord>(file))  // but for the rank
      all.push_back(fmt::format("{} {} {} {}", row.point, row.trial, row.worker, row.arrival_s));
  for (const PointRecord& point : output::read_points(file))
    all.push_back(
        fmt::format("{} {} {} {}", point.point, point.combination, point.scheme, point.parameters));
  return all;
}

struct Growth {
  std::string kind;
  config::Json small, large;
};

std::vector<Growth> growths() {
  const auto growth = [](const std::string& kind, const std::string& common,
                         const std::string& small, const std::string& large) {
    const auto json = [&](const std::string& members) {
      return config::parse("{\"experiment\": \"" + kind + "\", " + common + ", " + members + "}",
                           "the test");
    };
    return Growth{kind, json(small), json(large)};
  };
  return {
      growth(
          "approximation",
          R"json("data_points": 5, "worker_block": 3, "dataset": {"kind": "gaussian", "dimension": 2},
                 "model": {"kind": "polynomial", "degree": 3},
                 "schemes": [{"kind": "bacc"}, {"kind": "letcc", "lambda_decode": "gcv"},
                             {"kind": "lcc"}],
                 "stragglers": {"kind": "random"}, "noise": {"kind": "gaussian", "sigma": 0.1},
                 "delay": {"kind": "shifted_exponential"}, "wait": {"kind": "fastest", "count": 9},
                 "output": {"workers": true, "predictions": true})json",
          R"("trials": 3, "sweep": {"/workers": [14, 25], "/stragglers/count": [0, 2]})",
          R"("trials": 5, "sweep": {"/workers": [3, 14, 25], "/stragglers/count": [0, 1, 2]})"),
      growth("training",
             R"json("workers": 12, "data_points": 4,
                 "dataset": {"kind": "clusters", "rows": 600, "holdout": 100},
                 "schemes": [{"kind": "uncoded"}, {"kind": "bacc"}],
                 "delay": {"kind": "pareto", "shape": 1.5}, "wait": {"kind": "fastest", "count": 8},
                 "training": {"steps": 20, "batch": 48, "evaluate_every": 10})json",
             R"("trials": 1)",
             R"("trials": 3, "sweep": {"/stragglers": [{"kind": "random", "count": 2},
                                                       {"kind": "none"}]})"),
      growth("serving",
             R"json("serving": {"instances": 6, "extra": 2, "k": 3, "queries": 2500},
                 "output": {"queries": true})json",
             R"("trials": 2, "sweep": {"/serving/rate": [100]})",
             R"("trials": 3, "sweep": {"/serving/rate": [50, 100, 150]})")};
}

void check_growth(const Growth& growth, int ranks, const std::vector<std::string>& more) {
  const TemporaryDirectory directory;
  const auto small = directory.write("small.json", growth.small.dump()).string();
  const auto large = directory.write("large.json", growth.large.dump()).string();
  const auto result = directory / "r.h5", expected = directory / "expected.h5";
  REQUIRE(laggard({"run", large, "-q", "-o", expected.string()}).code == 0);
  REQUIRE(laggard({"run", small, "-q", "-o", result.string()}).code == 0);
  const std::size_t before = rows_in(result).size();
  std::vector<std::string> run{"run", large, "--resume", "-o", result.string()};
  run.insert(run.end(), more.begin(), more.end());
  const Outcome outcome = ranks == 1 ? laggard(run) : testing::mpirun(ranks, run);
  CAPTURE(growth.kind, ranks, more, outcome.err);
  REQUIRE(outcome.code == 0);
  CHECK_THAT(outcome.err, Contains("trials are already in '" + result.string() +
                                   "', whose configuration has changed; some of its points have "
                                   "new numbers\n"));
  CHECK(rows_in(result).size() > before);
  CHECK(rows_in(result) == rows_in(expected));
  CHECK(laggard({"summary", result.string(), "--csv"}).out ==
        laggard({"summary", expected.string(), "--csv"}).out);
  const Outcome smaller = laggard({"run", small, "--resume", "-q", "-o", result.string()});
  testing::check_refused(smaller, 2, {"cannot resume", "let the configuration only add"});
  CHECK(rows_in(result) == rows_in(expected));
}

TEST_CASE("A finished file takes more trials and points, of any kind", "[program]") {
  for (const Growth& growth : growths()) check_growth(growth, 1, {});
}

TEST_CASE("A finished file takes more trials and points on any ranks", "[mpirun][groups]") {
  for (const Growth& growth : growths()) {
    check_growth(growth, 3, {});
    check_growth(growth, 5, {"--groups", "2"});
  }
}

}  // namespace
}  // namespace laggard
