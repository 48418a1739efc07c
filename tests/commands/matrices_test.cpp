// `laggard matrices`: its file gives what a run gives.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "commands/messages.hpp"
#include "hdf5/file.hpp"
#include "temporary.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using testing::Outcome;
using testing::TemporaryDirectory;

constexpr const char* kConfig = R"json({"trials": 3, "data_points": 7, "workers": 23,
    "dataset": {"kind": "uniform", "dimension": 2},
    "model": {"kind": "expression", "outputs": ["x1*sin(x2)"]},
    "schemes": [{"kind": "letcc", "ordering": "path"}, {"kind": "bacc"}, {"kind": "lcc",
                 "label": "lcc path", "ordering": "path"}],
    "stragglers": {"kind": "listed", "workers": [2, 11]},
    "output": {"predictions": true, "coded": true}})json";

Matrix read(const hdf5::File& file, const std::string& dataset) {
  const auto extents = file.info(dataset).extents;
  const std::vector<double> values = file.read(dataset);
  return MatrixView(values.data(), static_cast<Index>(extents.at(0)),
                    static_cast<Index>(extents.size() > 1 ? extents[1] : 1));
}

/// Whether encoder and decoder of a file reproduce a trial of the run.
void check_reproduces(const hdf5::File& matrices, const hdf5::File& run, const std::string& scheme,
                      const std::string& trial) {
  INFO(scheme << ", " << trial);
  const Matrix inputs = read(run, trial + "/inputs");
  std::vector<Index> order(static_cast<std::size_t>(inputs.rows()));
  std::iota(order.begin(), order.end(), Index{0});
  if (matrices.exists("/" + scheme + "/order")) {
    const auto stored = matrices.read("/" + scheme + "/order");
    order.assign(stored.begin(), stored.end());
  }
  const Matrix coded = read(matrices, "/" + scheme + "/encoder") * inputs(order, Eigen::all);
  CHECK((coded - read(run, trial + "/coded")).cwiseAbs().maxCoeff() < 1e-12);

  const auto received = matrices.read("/" + scheme + "/received");
  Matrix answers(static_cast<Index>(received.size()), 1);
  for (std::size_t i = 0; i < received.size(); ++i) {
    const auto row = coded.row(static_cast<Index>(received[i]));
    answers(static_cast<Index>(i), 0) = row[0] * std::sin(row[1]);
  }
  Matrix estimates(inputs.rows(), 1);
  estimates(order, Eigen::all) = read(matrices, "/" + scheme + "/decoder") * answers;
  CHECK((estimates - read(run, trial + "/decoded")).cwiseAbs().maxCoeff() < 1e-12);
}

TEST_CASE("matrices reproduce a run, on a path too", "[program][matrices]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto result = (directory / "r.h5").string();
  REQUIRE(testing::laggard({"run", config, "-o", result, "-q"}).code == 0);
  for (const std::string trial : {"0", "2"}) {
    const auto file = (directory / ("m" + trial + ".h5")).string();
    const Outcome outcome =
        testing::laggard({"matrices", config, "-o", file, "--lost", "2,11", "--trial", trial});
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    CHECK_THAT(outcome.out, Contains("path is that of trial " + trial));
    const hdf5::File matrices(file, hdf5::Access::kReadOnly), run(result, hdf5::Access::kReadOnly);
    CHECK(matrices.exists("/letcc/order"));
    CHECK_FALSE(matrices.exists("/bacc/order"));
    check_reproduces(matrices, run, "letcc", "/predictions/0/" + trial);
    check_reproduces(matrices, run, "bacc", "/predictions/1/" + trial);
    check_reproduces(matrices, run, "lcc path", "/predictions/2/" + trial);
  }
}

TEST_CASE("matrices of codes that look at the data are those of the trial", "[program][matrices]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto result = (directory / "r.h5").string(), file = (directory / "m.h5").string();
  const std::string schemes = R"json(/schemes=[
      {"kind": "curve", "label": "chord", "alpha": "chord", "encoder": "linear", "ordering": "path"},
      {"kind": "curve", "label": "systematic", "beta": "systematic", "encoder": "linear"},
      {"kind": "curve", "label": "kriging", "alpha": "equispaced", "decoder": "kriging"},
      {"kind": "uncoded", "missing": "kriging"},
      {"kind": "replication", "missing": "nearest"},
      {"kind": "curve", "label": "loo", "lambda_decode": "loo"}])json";
  REQUIRE(testing::laggard({"run", config, "-o", result, "-q", "--set", schemes}).code == 0);
  const Outcome outcome = testing::laggard(
      {"matrices", config, "-o", file, "--lost", "2,11", "--trial", "1", "--set", schemes});
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
  CHECK_THAT(outcome.out, Contains("matrices of 5 schemes") &&
                              Contains("look at the data have the matrices of trial 1"));
  CHECK_THAT(outcome.err, Contains("(loo, ") && Contains("lambda_decode is 'loo'"));
  const hdf5::File matrices(file, hdf5::Access::kReadOnly), run(result, hdf5::Access::kReadOnly);
  const std::string schemes_of_run[] = {"chord", "systematic", "kriging", "uncoded", "replication"};
  for (std::size_t i = 0; i < 5; ++i)
    check_reproduces(matrices, run, schemes_of_run[i], fmt::format("/predictions/{}/1", i));

  // Where data and workers stand, the first of each in the file's order.
  CHECK(matrices.read("/kriging/alpha").at(1) == Approx(1.0 - 2.0 / 6.0));
  CHECK(matrices.read("/kriging/beta").at(1) == Approx(std::cos(M_PI / 22)));
  CHECK(matrices.read("/systematic/alpha").at(0) == Approx(std::cos(M_PI / 14)));
  CHECK(matrices.read("/systematic/alpha") != matrices.read("/chord/alpha"));
  CHECK(matrices.read("/systematic/beta").size() == 23);
  CHECK_FALSE(matrices.exists("/uncoded/alpha"));
  CHECK(matrices.read("/alpha").at(0) == Approx(std::cos(M_PI / 14)));
}

TEST_CASE("matrices keeps an old file unless it is told to replace it", "[program][matrices]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", R"({"data_points": 3, "workers": 8})").string();
  const auto file = (directory / "m.h5").string();
  const std::vector<std::string> command{"matrices", config, "-o", file};
  REQUIRE(testing::laggard(command).code == 0);
  std::vector<std::string> replacing = command;
  replacing.push_back("--overwrite");
  const Outcome replaced = testing::laggard(replacing);
  CHECK(replaced.code == 0);
  CHECK(replaced.err.empty());
  CHECK_FALSE(std::filesystem::exists(directory / "m.1.h5"));
  CHECK_THAT(testing::laggard(command).err, Contains("is kept as"));
  CHECK(std::filesystem::exists(directory / "m.1.h5"));
}

}  // namespace
}  // namespace laggard
