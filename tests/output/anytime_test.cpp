#include "output/anytime.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/records.hpp"
#include "output/points.hpp"
#include "output/summary.hpp"
#include "temporary.hpp"

namespace laggard::output {
namespace {

using testing::TemporaryDirectory;

AnytimeRecord arrival(std::uint32_t point, std::uint32_t trial, std::uint32_t received,
                      Seconds arrival_s, double error) {
  return {point, trial, received, arrival_s, error * error, error, kNaN};
}

/// Two schemes of one combination.
hdf5::File file_of(const std::filesystem::path& path, const std::vector<AnytimeRecord>& rows,
                   const std::string& config = R"({"output": {"target_error": 0.1}})",
                   const std::vector<TrialRecord>& silent = {}) {
  hdf5::File file(path, hdf5::Access::kCreate);
  file.write_attribute("format", "laggard");
  file.write_attribute("format_version", std::uint64_t{3});
  file.write_attribute("config", config);
  write_points(file, {{0, "a", 4, 2, 0, 0.0, "{}", ""}, {1, "b", 4, 2, 0, 0.0, "{}", ""}});
  hdf5::write_rows(file, rows);
  std::vector<TrialRecord> trials = silent;
  for (const AnytimeRecord& row : rows) {
    if (row.received != 1) continue;
    TrialRecord trial;
    trial.point = row.point;
    trial.trial = row.trial;
    trial.mse = row.mse;
    trials.push_back(trial);
  }
  hdf5::write_rows(file, trials);
  return file;
}

TEST_CASE("the area is under the error from the beginning to the last arrival", "[anytime]") {
  const TemporaryDirectory directory;
  const hdf5::File file =
      file_of(directory / "r.h5", {arrival(0, 0, 1, 1.0, 0.5), arrival(0, 0, 2, 3.0, 0.25),
                                   arrival(0, 0, 3, 4.0, 0.0),  // 1 + 2 * 0.5 + 0.25
                                   arrival(1, 0, 2, 3.0, 0.2),  // not in the order of the arrivals
                                   arrival(1, 0, 1, 2.0, 7.0)});  // 2 + 1 + 0.2
  const auto means = anytime_means(file, 0.25);
  REQUIRE(means.size() == 2);
  CHECK(means.at(0).area == Approx(2.25 / 4.0).epsilon(1e-15));
  CHECK(means.at(1).area == Approx(3.2 / 4.0).epsilon(1e-15));
  CHECK(means.at(0).target_reached == 1.0);
  CHECK(means.at(0).target_s == 3.0);
  CHECK(means.at(0).target_answers == 2.0);
  CHECK(means.at(1).target_s == 3.0);
  CHECK(anytime_means(file, 0.01).at(1).target_reached == 0.0);
  CHECK(std::isnan(anytime_means(file, 0.01).at(1).target_s));
}

TEST_CASE("a trial in which nobody answers counts as one without an estimate", "[anytime]") {
  const TemporaryDirectory directory;
  TrialRecord silent;
  silent.point = 0;
  silent.trial = 1;
  const hdf5::File file = file_of(directory / "r.h5", {arrival(0, 0, 1, 2.0, 0.0)}, "{}", {silent});
  const auto means = anytime_means(file, 0.5);
  CHECK(means.at(0).area == 1.0);  // of both: until the only arrival, and for ever
  CHECK(means.at(0).target_reached == 0.5);
  CHECK(std::isnan(means.at(0).target_s));
}

TEST_CASE("where nothing takes time, the area counts arrivals", "[anytime]") {
  const TemporaryDirectory directory;
  const hdf5::File file = file_of(
      directory / "r.h5",
      {arrival(0, 0, 1, 0.0, kNaN), arrival(0, 0, 2, 0.0, 0.5), arrival(0, 0, 3, 0.0, 0.0)});
  CHECK(anytime_means(file, 0.1).at(0).area == Approx(0.5).epsilon(1e-15));
}

TEST_CASE("the time to the target is the median over the trials", "[anytime]") {
  const TemporaryDirectory directory;
  std::vector<AnytimeRecord> rows;
  for (std::uint32_t trial = 0; trial < 5; ++trial)
    rows.push_back(arrival(0, trial, 1, trial + 1.0, trial < 3 ? 0.05 : 0.5));
  for (std::uint32_t trial = 0; trial < 4; ++trial)
    rows.push_back(arrival(1, trial, 1, trial + 1.0, trial < 2 ? 0.05 : 0.5));
  const hdf5::File file = file_of(directory / "r.h5", rows);
  const ResultSummary summary = summarise_results(file);
  REQUIRE(summary.rows.size() == 2);
  CHECK(summary.rows[0].target_reached == Approx(0.6));
  CHECK(summary.rows[0].target_s == 3.0);
  CHECK(summary.rows[0].target_answers == 1.0);
  CHECK(summary.rows[1].target_reached == 0.5);
  CHECK(std::isnan(summary.rows[1].target_s));
  CHECK(summary.rows[1].anytime_area > 0.0);
}

TEST_CASE("a file without the table has no such columns", "[anytime]") {
  const TemporaryDirectory directory;
  hdf5::File file = file_of(directory / "r.h5", {arrival(0, 0, 1, 1.0, 0.5)}, "{}");
  CHECK(summarise_results(file).rows[0].target_reached == 0.0);  // no target
  file.remove("/anytime");
  CHECK(anytime_means(file, 0.1).empty());
  CHECK(std::isnan(summarise_results(file).rows[0].anytime_area));
}

TEST_CASE("the worst losses are compared with random ones", "[anytime]") {
  const TemporaryDirectory directory;
  hdf5::File file = file_of(directory / "r.h5", {arrival(0, 0, 1, 1.0, 0.5)}, "{}");
  std::vector<TrialRecord> trials(2);
  for (std::uint32_t trial = 0; trial < 2; ++trial) {
    trials[trial].trial = trial;
    trials[trial].mse = 6.0 + trial;
    trials[trial].random_mse = 1.0 + trial;
  }
  hdf5::write_rows(file, trials);
  const SummaryRow row = summarise_results(file).rows[0];
  CHECK(row.random_mse_mean == 1.5);
  CHECK(row.worst_ratio == Approx(6.5 / 1.5));
}

}  // namespace
}  // namespace laggard::output
