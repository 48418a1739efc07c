#include "output/summary.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "config/json.hpp"
#include "core/error.hpp"
#include "output/provenance.hpp"
#include "temporary.hpp"

namespace laggard::output {
namespace {

using testing::TemporaryDirectory;

PointRecord point(std::uint32_t number, const std::string& scheme, std::uint32_t workers,
                  std::uint32_t stragglers, const std::string& parameters = "{}") {
  return {number, scheme, workers, 4, stragglers, 0.0, parameters, ""};
}

struct Values {
  std::uint32_t point;
  std::vector<double> mse;
  std::vector<double> accuracy = {};
};

/// A result file with these points and errors.
hdf5::File file_of(const std::filesystem::path& path, const std::vector<PointRecord>& points,
                   const std::vector<Values>& values) {
  hdf5::File file(path, hdf5::Access::kCreate);
  file.write_attribute("format", "laggard");
  file.write_attribute("format_version", std::uint64_t{1});
  file.write_attribute("config", "{}");
  write_points(file, points);
  hdf5::Table<TrialRecord> trials(file, "/trials");
  for (const Values& of_point : values)
    for (std::size_t i = 0; i < of_point.mse.size(); ++i) {
      TrialRecord row;
      row.point = of_point.point;
      row.trial = static_cast<std::uint32_t>(i);
      row.mse = of_point.mse[i];
      if (!of_point.accuracy.empty()) row.accuracy = of_point.accuracy[i];
      trials.append(row);
    }
  trials.write();
  return file;
}

TEST_CASE("A row per point with trials", "[summary]") {
  const TemporaryDirectory directory;
  const hdf5::File file =
      file_of(directory / "r.h5",
              {point(0, "bacc", 16, 0), point(1, "letcc", 16, 0), point(2, "letcc", 32, 0)},
              {{2, {1, 2, 6}, {0.5, 1.0, 0.75}}, {0, {4, kNaN}}});
  const ResultSummary summary = summarise_results(file);
  CHECK(summary.points.size() == 3);
  REQUIRE(summary.rows.size() == 2);
  const SummaryRow &broken = summary.rows[0], &good = summary.rows[1];
  CHECK(good.point == 2);
  CHECK(good.trials == 3);
  CHECK(good.nonfinite_trials == 0);
  CHECK(good.mse_mean == Approx(3.0).epsilon(1e-15));
  CHECK(good.mse_median == 2.0);
  CHECK(good.mse_ci_low < 3.0);
  CHECK(good.mse_ci_high > 3.0);
  CHECK(good.accuracy_mean == Approx(0.75).epsilon(1e-15));
  CHECK(broken.point == 0);
  CHECK(broken.nonfinite_trials == 1);
  CHECK(std::isnan(broken.mse_median));
  CHECK(std::isnan(broken.mse_mean));
  CHECK(std::isnan(broken.accuracy_mean));
}

TEST_CASE("Slopes in N and in S, one per scheme and other setting", "[summary]") {
  const TemporaryDirectory directory;
  const hdf5::File file =
      file_of(directory / "r.h5",
              {point(0, "bacc", 16, 1, R"({"/workers":16,"/stragglers/count":1,"/x":1})"),
               point(1, "bacc", 32, 1, R"({"/workers":32,"/stragglers/count":1,"/x":1})"),
               point(2, "bacc", 64, 1, R"({"/workers":64,"/stragglers/count":1,"/x":1})"),
               point(3, "bacc", 16, 4, R"({"/workers":16,"/stragglers/count":4,"/x":1})"),
               point(4, "bacc", 16, 1, R"({"/workers":16,"/stragglers/count":1,"/x":2})"),
               point(5, "letcc", 16, 1, R"({"/workers":16,"/stragglers/count":1,"/x":1})")},
              {{0, {1.0}}, {1, {0.25}}, {2, {0.0625}}, {3, {16.0}}, {4, {3.0}}, {5, {9.0}}});
  const ResultSummary summary = summarise_results(file);
  REQUIRE(summary.rates.size() == 2);
  for (const RateRecord& rate : summary.rates) {
    CHECK(rate.scheme == "bacc");
    CHECK(rate.parameters == R"({"/x":1})");
    if (rate.variable == "workers") {
      CHECK(rate.fixed == 1);
      CHECK(rate.points == 3);
      CHECK(rate.slope == Approx(-2.0).epsilon(1e-12));
    } else {
      CHECK(rate.variable == "stragglers");
      CHECK(rate.fixed == 16);
      CHECK(rate.points == 2);
      CHECK(rate.slope == Approx(2.0).epsilon(1e-12));
      CHECK(std::isnan(rate.standard_error));
    }
  }
}

TEST_CASE("Slopes in S use the mean number of losses, unrounded", "[summary]") {
  const TemporaryDirectory directory;
  std::vector<PointRecord> points;
  std::vector<Values> values;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const double mean = 0.6 * (i + 1);  // rounded: 1, 1, 2
    points.push_back(point(i, "bacc", 16, static_cast<std::uint32_t>(std::lround(mean)),
                           R"({"/stragglers/probability":)" + std::to_string(i) + "}"));
    points.back().mean_stragglers = mean;
    values.push_back({i, {mean * mean * mean}});
  }
  const ResultSummary summary = summarise_results(file_of(directory / "r.h5", points, values));
  REQUIRE(summary.rates.size() == 1);
  CHECK(summary.rates[0].points == 3);
  CHECK(summary.rates[0].slope == Approx(3.0).epsilon(1e-12));
  CHECK(summary.points[2].mean_stragglers == Approx(1.8));
}

TEST_CASE("What moves with N does not cut the line of its slope", "[summary]") {
  const TemporaryDirectory directory;
  std::vector<PointRecord> points;
  std::vector<Values> values;
  for (const double x : {1.0, 2.0})  // a product with what moves with N
    for (const std::uint32_t k : {1U, 2U, 4U}) {
      const auto number = static_cast<std::uint32_t>(points.size());
      const std::uint32_t workers = 16 * k;
      points.push_back(
          point(number, "parm", workers, 1,
                config::Json{{"/workers", workers}, {"/schemes/0/k", k}, {"/x", x}}.dump()));
      values.push_back({number, {x / (k * k)}});
    }
  const ResultSummary summary = summarise_results(file_of(directory / "r.h5", points, values));
  REQUIRE(summary.rates.size() == 2);
  for (const RateRecord& rate : summary.rates) {
    CHECK(rate.variable == "workers");
    CHECK(rate.points == 3);
    CHECK(rate.slope == Approx(-2.0).epsilon(1e-12));
  }
  CHECK(summary.rates[0].parameters == R"({"/x":1.0})");
  CHECK(summary.rates[1].parameters == R"({"/x":2.0})");
}

TEST_CASE("Slopes in S hold one pattern of losses", "[summary]") {
  const bool whole = GENERATE(false, true);  // how the sweep set it
  const TemporaryDirectory directory;
  std::vector<PointRecord> points;
  std::vector<Values> values;
  for (const std::string start : {"center", "first"})
    for (const std::uint32_t lost : {2U, 4U}) {
      const auto number = static_cast<std::uint32_t>(points.size());
      const std::string count = std::to_string(lost);
      points.push_back(point(
          number, "bacc", 16, lost,
          whole ? R"({"/stragglers":{"start":")" + start + R"(","count":)" + count + "}}"
                : R"({"/stragglers/start":")" + start + R"(","/stragglers/count":)" + count + "}"));
      values.push_back({number, {start == "first" ? lost : 100.0 * lost * lost}});
    }
  const ResultSummary summary = summarise_results(file_of(directory / "r.h5", points, values));
  REQUIRE(summary.rates.size() == 2);
  CHECK(summary.rates[0].slope == Approx(2.0));
  CHECK(summary.rates[0].points == 2);
  CHECK_THAT(summary.rates[0].parameters, Catch::Contains("center"));
  CHECK(summary.rates[1].slope == Approx(1.0));
}

TEST_CASE("A pointer is left out of what the sweep set, wherever it was set", "[summary]") {
  const std::string pointer = "/stragglers/count";
  CHECK(without(R"({"/stragglers/count":2,"/x":1})", pointer) == R"({"/x":1})");
  CHECK(without(R"({"/stragglers":{"kind":"random","count":2}})", pointer) ==
        R"({"/stragglers":{"kind":"random"}})");
  CHECK(without(R"({"/stragglers/count":2})", "/stragglers") == "{}");
  CHECK(without(R"({"/stragglers/counts":2})", pointer) == R"({"/stragglers/counts":2})");
  CHECK(without(R"({"/stragglers":null})", pointer) == R"({"/stragglers":null})");
  CHECK(without("no JSON", pointer) == "no JSON");
}

TEST_CASE("Slopes come in the order of their numbers", "[summary]") {
  const TemporaryDirectory directory;
  std::vector<PointRecord> points;
  std::vector<Values> values;
  std::uint32_t number = 0;
  for (const std::uint32_t workers : {1024U, 256U, 64U})
    for (const std::uint32_t lost : {1U, 2U}) {
      const std::string parameters = "{\"/workers\":" + std::to_string(workers) +
                                     ",\"/stragglers/count\":" + std::to_string(lost) + "}";
      points.push_back(point(number, "bacc", workers, lost, parameters));
      values.push_back({number++, {1.0 * lost}});
    }
  const ResultSummary summary = summarise_results(file_of(directory / "r.h5", points, values));
  REQUIRE(summary.rates.size() == 5);
  CHECK(summary.rates[0].fixed == 64);
  CHECK(summary.rates[1].fixed == 256);
  CHECK(summary.rates[2].fixed == 1024);
  CHECK(summary.rates[3].variable == "workers");
}

TEST_CASE("Unwritten rows and rows of unknown points do not count", "[summary]") {
  const TemporaryDirectory directory;
  const hdf5::File file = file_of(directory / "r.h5", {point(0, "bacc", 16, 0)},
                                  {{0, {1.0}}, {0xFFFFFFFF, {0.0}}, {7, {5.0}}});
  const ResultSummary summary = summarise_results(file);
  REQUIRE(summary.rows.size() == 1);
  CHECK(summary.rows[0].trials == 1);
}

TEST_CASE("A trial that is there twice is damage", "[summary]") {
  const TemporaryDirectory directory;
  hdf5::File file = file_of(directory / "r.h5", {point(0, "bacc", 16, 0), point(1, "bacc", 32, 0)},
                            {{0, {1.0, 2.0}}, {1, {1.0, 2.0}}});
  CHECK_NOTHROW(summarise_results(file));
  hdf5::Table<TrialRecord> trials(file, "/trials");
  TrialRecord row;
  row.point = row.trial = 1;
  trials.append(row);
  trials.write();
  CHECK_THROWS_WITH(summarise_results(file),
                    Catch::Contains("/trials") && Catch::Contains("r.h5") &&
                        Catch::Contains("trial 1 of point 1 is there twice"));
}

TEST_CASE("Points out of their places are damage", "[summary]") {
  const TemporaryDirectory directory;
  const hdf5::File file = file_of(
      directory / "r.h5", {point(0, "bacc", 16, 0), point(7, "letcc", 32, 0)}, {{0, {1.0}}});
  CHECK_THROWS_WITH(summarise_results(file), Catch::Contains("row 1 is of point 7"));
}

TEST_CASE("Writing the summary replaces an older one", "[summary]") {
  const TemporaryDirectory directory;
  hdf5::File file = file_of(directory / "r.h5", {point(0, "bacc", 16, 0), point(1, "bacc", 32, 0)},
                            {{0, {4.0}}, {1, {1.0}}});
  write_summary(file);
  write_summary(file);
  CHECK(hdf5::table_size(file, "/summary") == 2);
  CHECK(hdf5::table_size(file, "/rates") == 1);
}

TEST_CASE("Points come back as they were written", "[summary]") {
  const TemporaryDirectory directory;
  hdf5::File file(directory / "r.h5", hdf5::Access::kCreate);
  std::vector<PointRecord> points{point(0, "bacc", 16, 2, R"({"/noise/sigma":0.5})"),
                                  point(1, "\xce\xbb", 32, 0)};
  points[1].skipped = "K = 5 > N = 4";
  points[1].noise_sigma = 0.25;
  write_points(file, points);
  const auto read = read_points(file);
  REQUIRE(read.size() == 2);
  CHECK(read[0].parameters == points[0].parameters);
  CHECK(read[0].skipped.empty());
  CHECK(read[0].stragglers == 2);
  CHECK(read[1].scheme == "\xce\xbb");
  CHECK(read[1].skipped == points[1].skipped);
  CHECK(read[1].noise_sigma == 0.25);
}

TEST_CASE("Points without a column of text are read as far as they go", "[summary]") {
  struct Bare {
    std::uint32_t point = 0;
    static std::vector<Column> columns() { return {column<Bare>("point", &Bare::point, "")}; }
  };
  const TemporaryDirectory directory;
  hdf5::File file(directory / "r.h5", hdf5::Access::kCreate);
  hdf5::Table<Bare> table(file, "/points");
  table.append({0});
  table.write();
  const auto points = read_points(file);
  REQUIRE(points.size() == 1);
  CHECK(points[0].point == 0);
  CHECK(points[0].scheme.empty());
  CHECK(points[0].parameters.empty());
}

TEST_CASE("Only results of laggard are summarised", "[summary]") {
  const TemporaryDirectory directory;
  hdf5::File file(directory / "r.h5", hdf5::Access::kCreate);
  CHECK_THROWS_AS(summarise_results(file), DataError);
  file.write_attribute("format", "laggard");
  file.write_attribute("config", "{}");
  file.write_attribute("format_version", std::uint64_t{1});
  CHECK_THROWS_AS(summarise_results(file), DataError);  // no /points
  file.write("/points", std::vector<double>{1, 2});
  CHECK_THROWS_AS(summarise_results(file), DataError);  // not a table
}

}  // namespace
}  // namespace laggard::output
