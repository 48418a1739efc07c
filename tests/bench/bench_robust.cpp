// How long a robust decoder takes, on one core.
#include <benchmark/benchmark.h>

#include <cmath>

#include "core/allocation.hpp"
#include "core/random.hpp"
#include "math/points.hpp"
#include "math/rational_locator.hpp"
#include "math/spline_outliers.hpp"

namespace laggard {
namespace {

constexpr std::uint32_t kDataPoints = 20;

/// Noisy answers of m coordinates, of which `liars` are wrong.
struct Case {
  std::vector<double> knots, targets;
  Matrix values;

  Case(std::uint32_t n, Index m, std::uint32_t liars) {
    const std::vector<double> beta = math::chebyshev_second(n);
    const std::vector<double> alpha = math::chebyshev_first(kDataPoints);
    knots.assign(beta.rbegin(), beta.rend());
    targets.assign(alpha.rbegin(), alpha.rend());
    values.resize(n, m);
    Stream stream({1, Purpose::kNoise, n, 0});
    for (Index i = 0; i < values.rows(); ++i)
      for (Index c = 0; c < m; ++c)
        values(i, c) = std::sin(5.0 * knots[static_cast<std::size_t>(i)] + double(c)) +
                       0.1 * standard_normal(stream);
    for (const std::uint32_t liar : sample_without_replacement(stream, n, liars))
      values.row(liar).array() += 2.0;
  }
};

void peel(benchmark::State& state) {
  const auto most = static_cast<std::uint32_t>(state.range(2));
  const Case here(static_cast<std::uint32_t>(state.range(0)), state.range(1), most / 2);
  for (auto _ : state) {
    const math::Outliers found = math::find_outliers(
        here.knots, here.targets, rows_of(here.values, 0, here.values.rows()), {most, true});
    benchmark::DoNotOptimize(found.rows.data());
  }
}

void locate(benchmark::State& state) {
  const auto wrong = static_cast<std::uint32_t>(state.range(2));
  const Case here(static_cast<std::uint32_t>(state.range(0)), state.range(1), wrong);
  for (auto _ : state) {
    const auto found = math::locate_errors(here.knots, rows_of(here.values, 0, here.values.rows()),
                                           kDataPoints, wrong);
    benchmark::DoNotOptimize(found.data());
  }
}

BENCHMARK(peel)
    ->Args({100, 10, 5})
    ->Args({100, 10, 16})
    ->Args({1000, 10, 30})
    ->ArgNames({"n", "m", "B"})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(locate)->Args({100, 10, 5})->ArgNames({"n", "m", "E"})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace laggard

int main(int argc, char** argv) {
  laggard::keep_freed_memory();  // as in the program
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
