#include "fit/two_level.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "statistics.hpp"

namespace laggard::fit {
namespace {

using faults::Measurement;

constexpr std::uint32_t kWorkers = 12, kRounds = 200;

struct World {
  std::vector<double> workers, rounds;
  std::vector<Measurement> rows;
};

/// Times around 0.1 s with standard deviations 0.5, 0.3 and 0.2 of workers, rounds and chance.
World make_world(Seconds limit_s = 1e300) {
  Stream stream({3, Purpose::kDelay, 0, 0});
  World world;
  for (std::uint32_t w = 0; w < kWorkers; ++w)
    world.workers.push_back(0.5 * standard_normal(stream));
  for (std::uint32_t r = 0; r < kRounds; ++r) world.rounds.push_back(0.3 * standard_normal(stream));
  for (std::uint32_t r = 0; r < kRounds; ++r)
    for (std::uint32_t w = 0; w < kWorkers; ++w) {
      const double log_time = std::log(0.1) + world.workers[w] + world.rounds[r];
      Measurement row{w, r, std::exp(log_time + 0.2 * standard_normal(stream))};
      row.answered = row.seconds <= limit_s;
      if (!row.answered) row.seconds = limit_s;
      world.rows.push_back(row);
    }
  return world;
}

TEST_CASE("Factors of workers and rounds are found again", "[fit]") {
  for (const Seconds limit_s : {1e300, 0.25}) {
    CAPTURE(limit_s);
    const World world = make_world(limit_s);
    REQUIRE(why_no_levels(world.rows) == "");
    const TwoLevel model = fit_two_levels(world.rows);
    CHECK(model.sigma == Approx(0.2).epsilon(0.05));
    CHECK(model.standard_error ==
          Approx(0.2 / std::sqrt(200.0)).epsilon(limit_s < 1.0 ? 0.5 : 0.05));
    const double mean = testing::mean_of(world.workers);
    for (std::uint32_t w = 0; w < kWorkers; ++w)
      CHECK(std::abs(std::log(model.workers[w]) - (world.workers[w] - mean)) <
            (limit_s < 1.0 ? 5.0 : 3.5) * model.standard_error);
    CHECK(model.worker_sigma ==
          Approx(std::sqrt(testing::variance_of(world.workers))).epsilon(0.05));
    CHECK(model.round_sigma == Approx(std::sqrt(testing::variance_of(world.rounds))).epsilon(0.1));
    double product = 0.0;
    for (const double factor : model.workers) product += std::log(factor);
    CHECK(std::abs(product) < 1e-9);
  }
}

TEST_CASE("A worker with few answers has a larger error", "[fit]") {
  World world = make_world();
  std::erase_if(world.rows, [](const Measurement& row) {
    return row.worker % 2 == 1 && row.round % 20 != 0;  // 10 of 200
  });
  const TwoLevel model = fit_two_levels(world.rows);
  CHECK(model.standard_errors[0] == Approx(model.sigma / std::sqrt(200.0)));
  CHECK(model.standard_errors[1] == Approx(model.sigma / std::sqrt(10.0)));
  CHECK(model.standard_error == Approx(model.sigma * std::sqrt(0.5 / 200.0 + 0.5 / 10.0)));
  // Factors that are the same are found to be so, although half of them are known badly.
  Stream stream({5, Purpose::kDelay, 0, 0});
  for (Measurement& row : world.rows) row.seconds = std::exp(standard_normal(stream));
  CHECK(fit_two_levels(world.rows).worker_sigma < fit_two_levels(world.rows).standard_error);
}

TEST_CASE("Factors that are all the same are found to be so", "[fit]") {
  Stream stream({4, Purpose::kDelay, 0, 0});
  std::vector<Measurement> rows;
  for (std::uint32_t r = 0; r < 300; ++r)
    for (std::uint32_t w = 0; w < 10; ++w)
      rows.push_back({w, r, std::exp(standard_normal(stream))});
  const TwoLevel model = fit_two_levels(rows);
  CHECK(model.worker_sigma < 2.0 * model.standard_error);
  CHECK(model.round_sigma < 0.15);
  CHECK(model.sigma == Approx(1.0).epsilon(0.05));
}

TEST_CASE("Without the workers' factors, all workers are alike", "[fit]") {
  const World world = make_world();
  const auto rest = without_factors(world.rows, fit_two_levels(world.rows), true, false);
  CHECK(fit_two_levels(rest).worker_sigma < 1e-9);
  CHECK(fit_two_levels(rest).round_sigma ==
        Approx(fit_two_levels(world.rows).round_sigma).epsilon(0.01));
}

TEST_CASE("What is left without the factors spreads as chance does", "[fit]") {
  // Two workers: the factors of the rounds have taken half of the variance.
  std::vector<Measurement> rows;
  for (const Measurement& row : make_world().rows)
    if (row.worker < 2) rows.push_back(row);
  const TwoLevel model = fit_two_levels(rows);
  std::vector<double> logarithms;
  for (const Measurement& row : without_factors(rows, model, true, true))
    logarithms.push_back(std::log(row.seconds / model.median));
  double squares = 0.0;
  for (const double value : logarithms) squares += value * value;
  CHECK(std::sqrt(squares / static_cast<double>(rows.size())) == Approx(model.sigma));
  CHECK(model.sigma == Approx(0.2).epsilon(0.1));
}

TEST_CASE("Two levels need two workers, two rounds, and answers of all of them", "[fit]") {
  CHECK(why_no_levels({{0, 0, 1.0}, {0, 1, 2.0}, {0, 2, 2.0}}) == "all times are of one worker");
  CHECK(why_no_levels({{0, 0, 1.0}, {1, 0, 2.0}, {2, 0, 2.0}}) == "all times are of one round");
  CHECK(why_no_levels({{0, 4294967294U, 1.0}, {4294967294U, 0, 2.0}}) ==
        "2 times are too few for 2 workers and 2 rounds");
  std::vector<Measurement> rows{{1, 0, 1.0}, {2, 0, 2.0}, {3, 0, 1.0},
                                {1, 7, 3.0}, {2, 7, 4.0}, {3, 7, 3.0}};
  CHECK(why_no_levels(rows) == "");
  rows[1].answered = rows[4].answered = false;
  CHECK(why_no_levels(rows) == "worker 2 has no answer");
  rows[1].answered = true;
  CHECK(why_no_levels(rows) == "");
  rows[3].answered = rows[5].answered = false;
  CHECK(why_no_levels(rows) == "round 7 has no answer");
  rows[5] = {3, 7, 0.0};
  CHECK(why_no_levels(rows) == "a time of worker 3, round 7, is 0");
}

TEST_CASE("Two levels need rounds that connect all workers", "[fit]") {
  std::vector<Measurement> rows;
  for (std::uint32_t round = 0; round < 6; ++round)
    for (WorkerId worker = 0; worker < 2; ++worker)
      rows.push_back({worker + (round < 3 ? 0 : 2), round, 1.0 + worker});
  CHECK_THAT(why_no_levels(rows), Catch::Contains("share no round with others"));
  rows.push_back({0, 5, 1.0});  // was there in a round of the others
  CHECK(why_no_levels(rows) == "");
  rows.back().answered = false;
  CHECK_THAT(why_no_levels(rows), Catch::Contains("share no round with others"));
}

TEST_CASE("Two levels do not depend on how workers and rounds are numbered", "[fit]") {
  const World world = make_world();
  const TwoLevel expected = fit_two_levels(world.rows);
  std::vector<Measurement> rows = world.rows;
  for (Measurement& row : rows) {
    row.worker = 1 + 3 * row.worker;
    row.round += 100;
  }
  REQUIRE(why_no_levels(rows) == "");
  const TwoLevel model = fit_two_levels(rows);
  CHECK(model.workers == expected.workers);
  CHECK(model.rounds == expected.rounds);
  CHECK(model.aic() == expected.aic());
  CHECK(model.worker_numbers.back() == 1 + 3 * (kWorkers - 1));
  CHECK(model.worker_factor(rows[1]) == expected.workers[1]);
  CHECK(model.round_factor(rows.back()) == expected.rounds.back());
}

}  // namespace
}  // namespace laggard::fit
