#include "experiment/serving/arrivals.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.hpp"
#include "experiment/serving/serving.hpp"
#include "statistics.hpp"
#include "temporary.hpp"

using namespace laggard;
using testing::make_arrivals;

namespace {

std::vector<double> first_times(const serving::Arrivals& arrivals, double rate, int count,
                                std::uint32_t trial = 0) {
  const auto process = arrivals.start({1, trial, 0}, rate);
  std::vector<double> times;
  for (int i = 0; i < count; ++i) times.push_back(process->next());
  return times;
}

/// Variance over mean of the numbers of arrivals in intervals of one second.
double dispersion(const std::vector<double>& times) {
  std::vector<double> counts(static_cast<std::size_t>(times.back()));
  for (const double time : times)
    if (const auto second = static_cast<std::size_t>(time); second < counts.size())
      counts[second] += 1.0;
  return testing::variance_of(counts) / testing::mean_of(counts);
}

std::string trace_error(const testing::TemporaryDirectory& directory, const std::string& text) {
  const auto path = directory.write("arrivals.txt", text).string();
  try {
    make_arrivals(R"({"kind": "trace", "file": ")" + path + "\"}");
  } catch (const DataError& error) {
    return std::string(error.what()).substr(path.size());
  }
  return "";
}

}  // namespace

TEST_CASE("Poisson arrivals have exponential gaps", "[serving]") {
  const auto times = first_times(*make_arrivals(R"({"kind": "poisson"})"), 50.0, 20000);
  std::vector<double> gaps{times[0]};
  for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(times[i] - times[i - 1]);
  CHECK(testing::kolmogorov_smirnov(gaps, [](double x) { return 1.0 - std::exp(-50.0 * x); }) <
        1.95);
  CHECK(dispersion(times) == Approx(1.0).margin(0.25));
}

TEST_CASE("Bursts keep the mean rate and make arrivals uneven", "[serving]") {
  const auto mmpp =
      make_arrivals(R"({"kind": "mmpp", "factor": 10, "share": 0.2, "queries": 500})");
  std::vector<double> rates;
  for (std::uint32_t trial = 0; trial < 30; ++trial)
    rates.push_back(20000.0 / first_times(*mmpp, 50.0, 20000, trial).back());
  CHECK(testing::standard_errors(rates, 50.0) < 4.0);
  CHECK(dispersion(first_times(*mmpp, 50.0, 20000)) > 10.0);
}

TEST_CASE("Twice the rate gives the same arrivals in half the time", "[serving]") {
  for (const char* kind : {R"({"kind": "poisson"})", R"({"kind": "mmpp"})"}) {
    const auto arrivals = make_arrivals(kind);
    const auto slow = first_times(*arrivals, 10.0, 5000), fast = first_times(*arrivals, 20.0, 5000);
    for (std::size_t i = 0; i < slow.size(); ++i) REQUIRE(fast[i] == Approx(slow[i] / 2.0));
    CHECK(slow != first_times(*arrivals, 10.0, 5000, 1));
  }
}

TEST_CASE("Recorded arrivals begin at 0 and are repeated", "[serving]") {
  const testing::TemporaryDirectory directory;
  const auto path = directory.write("arrivals.txt", "10\n10.5\n\n12\n13\n").string();
  const auto trace = make_arrivals(R"({"kind": "trace", "file": ")" + path + "\"}");
  CHECK(trace->own_rate() == Approx(1.0));
  CHECK(first_times(*trace, 99.0, 9) == std::vector<double>{0, 0.5, 2, 3, 4, 4.5, 6, 7, 8});
}

TEST_CASE("Recorded arrivals that cannot be are named with their line", "[serving]") {
  const testing::TemporaryDirectory directory;
  using Catch::Contains;
  CHECK_THAT(trace_error(directory, ""), Contains("it has 0 arrivals, which span no time"));
  CHECK_THAT(trace_error(directory, "3\n3\n"), Contains("it has 2 arrivals, which span no time"));
  CHECK_THAT(trace_error(directory, "1\n-2\n"), Contains(":2 (-2 is not a time from 0"));
  CHECK_THAT(trace_error(directory, "1\n5\n4\n"),
             Contains(":3 (4 s is earlier than the line before)"));
  CHECK_THAT(trace_error(directory, "1\nsoon\n"), Contains(":2 ('soon' is not a time)"));
  CHECK_THROWS_WITH(make_arrivals(R"({"kind": "trace", "file": "/nowhere"})"),
                    Contains("cannot read the arrivals '/nowhere'"));
}
