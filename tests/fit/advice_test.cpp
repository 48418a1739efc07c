#include "fit/advice.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "config/json.hpp"
#include "fit/draw.hpp"

namespace laggard::fit {
namespace {

using faults::Measurement;

constexpr std::uint32_t kWorkers = 20, kRounds = 400;

/// Times of unequal workers who share a factor in each round.
std::vector<Measurement> drawn(const std::string& delay, const std::vector<double>& factors,
                               std::uint64_t seed) {
  const auto law = testing::make_delay(delay);
  std::vector<Measurement> rows;
  for (std::uint32_t round = 0; round < kRounds; ++round)
    for (WorkerId worker = 0; worker < kWorkers; ++worker)
      rows.push_back({worker, round, law->sample_for({seed, round, worker}, factors[worker])});
  return rows;
}

/// When 15 of 20 have answered, round by round, ascending.
std::vector<double> completions(const std::vector<Measurement>& rows) {
  std::vector<double> times;
  for (std::size_t first = 0; first < rows.size(); first += kWorkers) {
    std::vector<double> round;
    for (std::size_t i = first; i < first + kWorkers; ++i) round.push_back(rows[i].seconds);
    std::nth_element(round.begin(), round.begin() + 14, round.end());
    times.push_back(round[14]);
  }
  std::sort(times.begin(), times.end());
  return times;
}

TEST_CASE("What is advised gives the completion times again, also where rounds are slow together",
          "[fit]") {
  std::vector<double> factors(kWorkers, 1.0);
  for (std::size_t i = 0; i < 4; ++i) factors[5 * i] = 3.0;
  const std::string truth = R"({"kind": "shared", "sigma": 0.35, "delay":
      {"kind": "lognormal", "median": 0.1, "sigma": 0.3, "scaling": "work"}})";
  const Measured measured(drawn(truth, factors, 1));
  const Advice advice = advise(measured, fit_delays(measured), levels_of(measured));
  const config::Json delay = config::parse(advice.delay, "the advice");
  CHECK(delay.at("kind") == "shared");
  CHECK(delay.at("sigma").get<double>() == Approx(0.35).epsilon(0.1));
  CHECK(delay.at("delay").at("kind") == "lognormal");
  REQUIRE(advice.speeds);
  const auto found =
      config::parse(*advice.speeds, "the advice").at("factors").get<std::vector<double>>();
  CHECK(found[0] / found[1] == Approx(3.0).epsilon(0.1));
  const auto before = completions(drawn(truth, factors, 2));
  const auto after = completions(drawn(advice.delay, found, 3));
  CHECK(after[200] == Approx(before[200]).epsilon(0.08));
  CHECK(after[395] == Approx(before[395]).epsilon(0.2));
}

TEST_CASE("Workers that are alike get no speeds, and rounds that are alike share nothing",
          "[fit]") {
  const Measured measured(
      testing::drawn(R"({"kind": "weibull", "scale": 2, "shape": 3})", kWorkers, kRounds));
  const Advice advice = advise(measured, fit_delays(measured), levels_of(measured));
  CHECK_FALSE(advice.speeds);
  CHECK(config::parse(advice.delay, "the advice").at("kind") == "weibull");
}

TEST_CASE("No levels are better than a kind that fits exactly", "[fit]") {
  // Two values, which chance has dealt unevenly.
  std::vector<faults::Measurement> rows;
  for (std::uint32_t round = 0; round < 20; ++round)
    for (WorkerId worker = 0; worker < 4; ++worker)
      rows.push_back({worker, round, worker == 0 && round % 2 == 0 ? 1.0 : 0.1});
  const Measured measured(rows);
  const Advice advice = advise(measured, fit_delays(measured), levels_of(measured));
  CHECK_FALSE(advice.speeds);
  const config::Json delay = config::parse(advice.delay, "advice");
  CHECK(delay["kind"] == "bimodal");
  CHECK(delay["probability"].get<double>() == Approx(10.0 / 80.0));
}

TEST_CASE("Workers that always take the same time are constant, and unequal", "[fit]") {
  std::vector<faults::Measurement> rows;
  for (std::uint32_t round = 0; round < 40; ++round)
    for (WorkerId worker = 0; worker < 8; ++worker)
      rows.push_back({worker, round, 0.1 * std::pow(1.3, worker)});
  const Measured measured(rows);
  const Advice advice = advise(measured, fit_delays(measured), levels_of(measured));
  const config::Json delay = config::parse(advice.delay, "advice");
  CHECK(delay["kind"] == "constant");
  REQUIRE(advice.speeds);
  const config::Json factors = config::parse(*advice.speeds, "advice")["factors"];
  for (WorkerId worker = 0; worker < 8; ++worker)
    CHECK(delay["seconds"].get<double>() * factors[worker].get<double>() ==
          Approx(rows[worker].seconds).epsilon(1e-8));
}

}  // namespace
}  // namespace laggard::fit
