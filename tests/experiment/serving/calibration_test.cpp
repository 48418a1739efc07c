#include "experiment/serving/calibration.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.hpp"
#include "experiment/kinds.hpp"
#include "experiment/serving/capacity.hpp"
#include "temporary.hpp"

using namespace laggard;
using serving::Calibration;
using serving::LatencyTable;

namespace {

const config::Vocabulary kVocabulary = experiment::kinds().vocabulary();

config::Json small_server() {
  return config::parse(R"json({"experiment": "serving", "trials": 2,
      "policies": [{"kind": "equal_resources"}, {"kind": "parm"}],
      "serving": {"queries": 10000, "warmup": 200, "service": {"kind": "round_trip", "base": 0.021},
                  "transfers": {"count": 4, "slowdown": 0.1}}})json",
                       "the test");
}

LatencyTable table_of(const std::string& text) {
  const testing::TemporaryDirectory directory;
  return serving::read_latency_table(directory.write("rows.csv", text).string());
}

std::string table_error(const std::string& text) {
  const testing::TemporaryDirectory directory;
  const std::string path = directory.write("rows.csv", text).string();
  try {
    serving::read_latency_table(path);
  } catch (const DataError& error) {
    return std::string(error.what()).substr(path.size());
  }
  return "";
}

TEST_CASE("The largest rate is above that of the first line where approximate answers come first",
          "[serving]") {
  const config::Plan plan =
      config::expand(config::parse(R"json({"experiment": "serving", "trials": 2,
          "policies": [{"kind": "approximate_backup", "speedup": 4}],
          "serving": {"instances": 4, "extra": 4, "k": 2, "queries": 20000, "transfers": {"count": 0},
                      "service": {"kind": "shifted_exponential", "shift": 0.015, "mean": 0.005}}})json",
                                   "the test"),
                     kVocabulary);
  serving::Simulation simulation(plan.combinations.front());
  const auto& policy = simulation.policies().front();
  const double first_line = simulation.capacity(*policy.policy);
  const serving::Capacity found = serving::largest_rate(
      simulation, policy, serving::latency_column("p999"), 0.06, [](std::uint32_t) {});
  CHECK(first_line == Approx(200.0).epsilon(0.01));
  CHECK(found.rate > 3.0 * first_line);  // the backups serve four times as fast
  CHECK(found.rate < simulation.limit(*policy.policy));
  CHECK(found.means.p999 <= 0.06);
}

}  // namespace

TEST_CASE("A table of latencies has settings, and cells that were not measured", "[serving]") {
  const LatencyTable table = table_of(
      "# from a paper\npolicy,/serving/rate,/serving/k,median_ms,p999_ms\n"
      "parm,270,2,20.5,30.8\n\nequal_resources, 150,,,55\r\n");
  REQUIRE(table.columns.size() == 2);
  CHECK(table.columns[0]->name == "median");
  CHECK(table.columns[1]->name == "p999");
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0].policy == "parm");
  CHECK(table.rows[0].settings.size() == 2);
  CHECK(table.rows[0].settings[0].pointer == "/serving/rate");
  CHECK(table.rows[0].settings[0].value == 270);
  CHECK(table.rows[0].measured == std::vector<Seconds>{0.0205, 0.0308});
  CHECK(table.rows[1].policy == "equal_resources");
  CHECK(table.rows[1].settings.size() == 1);
  CHECK(std::isnan(table.rows[1].measured[0]));
  for (const char* separator : {"; ", "\t"}) {
    const std::string comma = separator;
    const LatencyTable other =
        table_of("\xef\xbb\xbfpolicy" + comma + "median_ms\nparm" + comma + "20.5\n");
    CHECK(other.rows.at(0).policy == "parm");
    CHECK(other.rows.at(0).measured == std::vector<Seconds>{0.0205});
  }
  CHECK(table.rows[1].measured[1] == 0.055);
}

TEST_CASE("A table of latencies that is wrong is named with its line", "[serving]") {
  using Catch::Contains;
  CHECK_THAT(table_error("policy,p999\n"), Contains(":1: there is no latency 'p999'"));
  CHECK_THAT(table_error("policy,p98_ms\n"), Contains(":1: there is no latency 'p98_ms'"));
  CHECK_THAT(table_error("policy,p999_ms\nparm,30,1\n"),
             Contains(":2 (3 cells under a header of 2)"));
  CHECK_THAT(table_error("policy,p999_ms\nparm,-3\n"),
             Contains(":2 ('-3' is not a time above 0 in milliseconds)"));
  CHECK_THAT(table_error("policy,p999_ms\nparm,inf\n"),
             Contains(":2 ('inf' is not a time above 0 in milliseconds)"));
  CHECK_THAT(table_error("policy,/serving/rate,p999_ms\nparm,fast,30\n"),
             Contains(":2 ('fast' is not a JSON value)"));
  CHECK_THAT(table_error("policy,p999_ms\n"), Contains("it has no latencies"));
  CHECK_THROWS_WITH(serving::read_latency_table("/nowhere"),
                    "cannot read the table '/nowhere' (there is no such file); check --table");
}

TEST_CASE("Calibration finds the numbers that a table was made with", "[serving]") {
  LatencyTable table =
      table_of("policy,/serving/rate,median_ms,p99_ms\nequal_resources,270,1,1\nparm,270,1,1\n");
  for (LatencyTable::Row& row : table.rows)
    row.measured = Calibration(small_server(), kVocabulary, table).predict(row);

  config::Json guess = small_server();
  guess["serving"]["service"]["base"] = 0.017;
  guess["serving"]["transfers"]["slowdown"] = 0.2;
  Calibration calibration(guess, kVocabulary, table);
  std::uint32_t steps = 0;
  const auto fit = calibration.fit({"/serving/service/base", "/serving/transfers/slowdown"},
                                   "equal_resources", 150, [&](double) { ++steps; });
  CHECK(steps == fit.evaluations);
  CHECK(fit.error < 0.03);
  const config::Json& found = calibration.document()["serving"];
  CHECK(found["service"]["base"].get<double>() == Approx(0.021).epsilon(0.02));
  CHECK(found["transfers"]["slowdown"].get<double>() == Approx(0.1).epsilon(0.2));
  // A policy that was not fitted is predicted.
  const std::vector<Seconds> predicted = calibration.predict(table.rows[1]);
  CHECK(predicted[1] == Approx(table.rows[1].measured[1]).epsilon(0.03));
}

TEST_CASE("Calibration says what it cannot fit", "[serving]") {
  const LatencyTable table = table_of("policy,/serving/rate,p999_ms\nparm,270,30\nnobody,270,30\n");
  Calibration calibration(small_server(), kVocabulary, table);
  const auto none = [](double) {};
  CHECK_THROWS_WITH(calibration.fit({"/serving/hold"}, "parm", 10, none),
                    Catch::Contains("there is no number above 0 at '/serving/hold'"));
  CHECK_THROWS_WITH(
      calibration.fit({"/serving/rate"}, "replication", 10, none),
      Catch::Contains("no row of the table has a latency of the policy 'replication'"));
  const LatencyTable empty = table_of("policy,/serving/rate,p999_ms\nparm,270,\n");
  CHECK_THROWS_WITH(
      Calibration(small_server(), kVocabulary, empty).fit({"/serving/rate"}, "parm", 10, none),
      Catch::Contains("no row of the table has a latency of the policy 'parm'"));
  CHECK_THROWS_WITH(calibration.predict(table.rows[1]),
                    Catch::Contains("there is no policy 'nobody'"));
  CHECK_THROWS_WITH(
      calibration.fit({"serving"}, "parm", 10, none),
      Catch::Contains("--free cannot set 'serving' (a JSON pointer starts with '/')"));
  CHECK_THROWS_AS(calibration.fit({"serving"}, "parm", 10, none), ConfigError);
  CHECK_THROWS_AS(calibration.fit({"/serving/~2"}, "parm", 10, none), ConfigError);
  config::Json counted = small_server();
  counted["serving"]["instances"] = 12;
  CHECK_THROWS_WITH(
      Calibration(counted, kVocabulary, table).fit({"/serving/instances"}, "parm", 10, none),
      "--free cannot move '/serving/instances' (it is 12 and cannot be 11.999988); "
      "free numbers that may be fractions");
  config::Json swept = small_server();
  swept["sweep"]["/serving/rate"] = {1, 2};
  CHECK_THROWS_WITH(Calibration(swept, kVocabulary, table), Catch::Contains("/sweep is there"));
}

TEST_CASE("A search that leaves the range of a number turns back", "[serving]") {
  config::Json server = small_server();
  server["serving"]["transfers"] = {{"slowdown", 1e-9}, {"exponent", 9.0}};  // at most 10
  Calibration calibration(server, kVocabulary, table_of("policy,median_ms\nequal_resources,20\n"));
  std::uint32_t outside = 0;
  const auto fit = calibration.fit({"/serving/transfers/exponent"}, "equal_resources", 20,
                                   [&](double error) { outside += std::isinf(error) ? 1 : 0; });
  CHECK(outside > 0);
  CHECK(std::isfinite(fit.error));
  const config::Json& found = calibration.document()["serving"]["transfers"]["exponent"];
  CHECK(found.get<double>() <= 10.0);
}

TEST_CASE("Rows that a server cannot keep up with have no prediction, and no fit", "[serving]") {
  const LatencyTable table = table_of("policy,/serving/rate,median_ms\nequal_resources,1500,20\n");
  Calibration calibration(small_server(), kVocabulary, table);
  CHECK(std::isnan(calibration.predict(table.rows[0])[0]));
  CHECK_THROWS_WITH(
      calibration.fit({"/serving/transfers/slowdown"}, "equal_resources", 5, [](double) {}),
      Catch::Contains("no numbers were found at which 'equal_resources' is stable"));
  CHECK(calibration.document()["serving"]["transfers"]["slowdown"] == 0.1);
}

TEST_CASE("Where queries come at recorded times, no rate is tried", "[serving]") {
  const testing::TemporaryDirectory directory;
  const auto file = directory.write("arrivals.txt", "0\n0.004\n0.008\n").string();
  config::Json server = small_server();
  server["serving"]["arrivals"] = {{"kind", "trace"}, {"file", file}};
  const config::Plan plan = config::expand(server, kVocabulary);
  serving::Simulation simulation(plan.combinations.front());
  const char* const kRefused =
      "/serving/arrivals/kind is 'trace' (rates are tried, but those "
      "queries come at 250 per second all the same)";
  CHECK_THROWS_WITH(
      serving::largest_rate(simulation, simulation.policies().front(),
                            serving::latency_column("p99"), 1.0, [](std::uint32_t) {}),
      Catch::Contains(kRefused));
  const LatencyTable table = table_of("policy,/serving/rate,median_ms\nparm,300,20\n");
  CHECK_THROWS_WITH(Calibration(server, kVocabulary, table).predict(table.rows[0]),
                    Catch::Contains("the table sets a rate, but those queries come at 250"));
  CHECK_THROWS_WITH(Calibration(server, kVocabulary, table_of("policy,median_ms\nparm,20\n"))
                        .fit({"/serving/rate"}, "parm", 10, [](double) {}),
                    Catch::Contains("--free moves the rate"));
}

TEST_CASE("The largest rate of M/M/1 is that of its formula", "[serving]") {
  const config::Plan plan =
      config::expand(config::parse(R"json({"experiment": "serving", "trials": 4,
          "policies": [{"kind": "equal_resources"}],
          "serving": {"instances": 1, "extra": 0, "queries": 40000, "transfers": {"count": 0},
                      "service": {"kind": "shifted_exponential", "shift": 0, "mean": 1}}})json",
                                   "the test"),
                     kVocabulary);
  serving::Simulation simulation(plan.combinations.front());
  const auto& policy = simulation.policies().front();
  CHECK(simulation.capacity(*policy.policy) == Approx(1.0).epsilon(0.03));
  // The p99 of the sojourn is log(100) / (1 - rate).
  for (const double limit : {8.0, 20.0}) {
    std::vector<std::uint32_t> left;
    const serving::Capacity found =
        serving::largest_rate(simulation, policy, serving::latency_column("p99"), limit,
                              [&](std::uint32_t rates) { left.push_back(rates); });
    CHECK(found.rate == Approx(1.0 - std::log(100.0) / limit).epsilon(0.03));
    CHECK(found.means.p99 <= limit);
    CHECK(found.means.utilisation == Approx(found.rate).epsilon(0.03));
    REQUIRE(left.size() > 7);
    CHECK(std::vector(left.end() - 7, left.end()) ==
          std::vector<std::uint32_t>{6, 5, 4, 3, 2, 1, 0});
  }
  // Shorter than a service takes: no rate holds it.
  CHECK(serving::largest_rate(simulation, policy, serving::latency_column("p99"), 1.0,
                              [](std::uint32_t) {})
            .rate == 0.0);
}
