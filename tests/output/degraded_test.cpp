#include "output/degraded.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "temporary.hpp"

namespace laggard::output {
namespace {

using testing::TemporaryDirectory;

struct Trial {
  std::uint32_t point, reconstructed, unavailable;
  double base_accuracy, degraded_accuracy, reconstruction_accuracy;
};

ResultSummary summary_of(const std::vector<PointRecord>& points, const std::vector<Trial>& trials) {
  const TemporaryDirectory directory;
  hdf5::File file(directory / "r.h5", hdf5::Access::kCreate);
  file.write_attribute("format", "laggard");
  file.write_attribute("format_version", std::uint64_t{1});
  file.write_attribute("config", "{}");
  write_points(file, points);
  hdf5::Table<TrialRecord> table(file, "/trials");
  std::uint32_t number = 0;
  for (const Trial& trial : trials) {
    TrialRecord row;
    row.point = trial.point;
    row.trial = number++;
    row.mse = row.accuracy = 0.5;
    row.base_accuracy = trial.base_accuracy;
    row.reconstructed = trial.reconstructed;
    row.unavailable = trial.unavailable;
    row.degraded_accuracy = trial.degraded_accuracy;
    row.reconstruction_accuracy = trial.reconstruction_accuracy;
    table.append(row);
  }
  table.write();
  return summarise_results(file);
}

PointRecord point(std::uint32_t number, const std::string& scheme, const std::string& parameters) {
  return {number, scheme, 6, 4, 2, 0.0, parameters, "", kNaN, 10};
}

TEST_CASE("Reconstructions are counted one by one over all choices of the losses", "[summary]") {
  const std::string first = R"({"/stragglers/workers":[0],"/seed":1})";
  const std::string second = R"({"/stragglers/workers":[1],"/seed":1})";
  const ResultSummary summary = summary_of(
      {point(0, "uncoded", first), point(1, "parm", first), point(2, "uncoded", second),
       point(3, "parm", second), point(4, "parm", R"({"/stragglers/workers":[0],"/seed":2})")},
      {{0, 0, 2, 1.0, kNaN, kNaN},
       {1, 2, 0, 1.0, 0.5, 1.0},
       {1, 1, 1, 0.5, 1.0, 0.0},
       {2, 0, 2, 1.0, kNaN, kNaN},
       {3, 1, 0, 0.75, 0.0, 0.0},
       {4, 4, 0, 1.0, 0.25, 0.5}});
  REQUIRE(summary.rows.size() == 5);
  const SummaryRow& row = summary.rows[1];
  CHECK(row.base_accuracy == 0.75);
  CHECK(row.reconstructed == 3);
  CHECK(row.unavailable == 1);
  CHECK(row.degraded_accuracy == Approx(2.0 / 3));
  CHECK(row.reconstruction_accuracy == Approx(2.0 / 3));
  CHECK(std::isnan(summary.rows[0].degraded_accuracy));

  const auto records = degraded(summary);
  REQUIRE(records.size() == 2);  // two seeds; uncoded reconstructs nothing
  const DegradedRecord& both = records[0];
  CHECK(both.scheme == "parm");
  CHECK(both.parameters == R"({"/seed":1})");
  CHECK(both.reconstructed == 4);
  CHECK(both.unavailable == 1);
  CHECK(both.base_accuracy == Approx((1.0 + 0.5 + 0.75) / 3));
  CHECK(both.degraded_accuracy == Approx(0.5));  // 1 + 1 + 0 of 4
  CHECK(both.reconstruction_accuracy == Approx(0.5));
  CHECK(both.random_accuracy == Approx(0.1));
  CHECK(both.overall_accuracy(0.0) == both.base_accuracy);
  CHECK(both.overall_accuracy(0.2) == Approx(0.8 * 0.75 + 0.2 * 0.5));
  CHECK(records[1].degraded_accuracy == 0.25);
}

TEST_CASE("Levels of losses are not mixed", "[summary]") {
  const std::string few = R"({"/stragglers/probability":0.1})";
  const std::string many = R"({"/stragglers/probability":0.3})";
  const auto records = degraded(summary_of({point(0, "parm", few), point(1, "parm", many)},
                                           {{0, 2, 0, 1.0, 0.5, 1.0}, {1, 2, 1, 1.0, 0.25, 1.0}}));
  REQUIRE(records.size() == 2);
  CHECK(records[0].parameters == few);
  CHECK(records[1].unavailable == 1);
}

TEST_CASE("Losses of one and of two in a group are not averaged", "[summary]") {
  const auto at = [](const std::string& positions) {
    return R"({"/stragglers/workers":)" + positions + "}";
  };
  const auto kind = [](const std::string& positions) {
    return R"({"/stragglers":{"kind":"periodic","period":4,"workers":)" + positions + "}}";
  };
  const bool whole = GENERATE(false, true);
  std::vector<PointRecord> points;
  std::vector<Trial> trials;
  for (const char* positions : {"[0]", "[0,1]", "[1]", "[1,2]"}) {
    const auto number = static_cast<std::uint32_t>(points.size());
    points.push_back(point(number, "parm", whole ? kind(positions) : at(positions)));
    trials.push_back({number, 2, 0, 1.0, number % 2 == 0 ? 1.0 : 0.5, 1.0});
  }
  const auto records = degraded(summary_of(points, trials));
  REQUIRE(records.size() == 2);
  CHECK(records[0].lost == 1);
  CHECK(records[0].degraded_accuracy == 1.0);
  CHECK(records[1].lost == 2);
  CHECK(records[1].degraded_accuracy == 0.5);
  CHECK(records[1].parameters ==
        (whole ? R"({"/stragglers":{"kind":"periodic","period":4}})" : "{}"));
}

TEST_CASE("A position without a query has its place in the average", "[summary]") {
  const auto records = degraded(summary_of({point(0, "parm", R"({"/stragglers/workers":[0]})"),
                                            point(1, "parm", R"({"/stragglers/workers":[2]})")},
                                           {{0, 2, 0, 1.0, 0.5, 1.0}, {1, 0, 0, 0.5, kNaN, kNaN}}));
  REQUIRE(records.size() == 1);
  CHECK(records[0].base_accuracy == Approx(0.75));
  CHECK(records[0].reconstructed == 2);
}

TEST_CASE("Queries without an estimate are counted where nothing could be reconstructed",
          "[summary]") {
  const auto records = degraded(summary_of(
      {point(0, "parm", R"({"/stragglers/count":1})"),
       point(1, "parm", R"({"/stragglers/count":6})"),
       point(2, "uncoded", R"({"/stragglers/count":6})")},
      {{0, 1, 0, 1.0, 0.5, 1.0}, {1, 0, 4, 1.0, kNaN, kNaN}, {2, 0, 4, 1.0, kNaN, kNaN}}));
  REQUIRE(records.size() == 2);
  CHECK(records[1].scheme == "parm");
  CHECK(records[1].unavailable == 4);
  CHECK(std::isnan(records[1].degraded_accuracy));
  CHECK(records[1].base_accuracy == 1.0);
}

TEST_CASE("Many seeds stay points of their own", "[summary]") {
  ResultSummary summary;
  constexpr std::uint32_t kPoints = 200'000;  // a search through all for each would take minutes
  for (std::uint32_t i = 0; i < kPoints; ++i) {
    summary.points.push_back(point(i, "parm", "{\"/seed\":" + std::to_string(i) + "}"));
    SummaryRow row;
    row.point = i;
    row.trials = 1;
    row.reconstructed = 1;
    row.base_accuracy = row.degraded_accuracy = row.reconstruction_accuracy = 1.0;
    summary.rows.push_back(row);
  }
  CHECK(degraded(summary).size() == kPoints);
}

}  // namespace
}  // namespace laggard::output
