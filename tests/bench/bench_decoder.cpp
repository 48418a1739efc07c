// Encoders and decoders against the matrix product that they cannot do without, and how building
// them grows with the number of workers. Repetitions interleave and the least CPU time of each
// counts, so that the ratios hold on a machine that does other things as well.
#include <benchmark/benchmark.h>

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>

#include "config/reader.hpp"
#include "core/allocation.hpp"
#include "core/random.hpp"
#include "metrics/statistics.hpp"
#include "schemes/scheme.hpp"

namespace laggard {
namespace {

constexpr std::uint32_t kDataPoints = 60;
constexpr std::uint32_t kSurvivors = 1000;
constexpr std::uint32_t kLost = 50;
constexpr Index kCoordinates = 1000;
constexpr std::uint32_t kGrowthPoints = 8;

enum class Measured { kDecoder, kAll };

struct Candidate {
  const char* label;
  const char* kind;
  const char* parameters;
  double target;  ///< times the product's time; NaN: there is none
  Measured measured = Measured::kAll;
};

constexpr std::array kCandidates{
    Candidate{"bacc", "bacc", "{}", 1.5},
    Candidate{"nercc", "nercc", R"({"lambda_encode": 1e-6, "lambda_decode": 1e-6})", 1.5},
    Candidate{"letcc", "letcc", R"({"lambda_encode": "theory", "lambda_decode": 0})", 1.5},
    Candidate{"letcc_gcv", "letcc", R"({"lambda_decode": "gcv"})", 10.0, Measured::kDecoder},
    Candidate{"floater_hormann", "curve", R"({"decoder": "floater_hormann", "degree": 3})", kNaN,
              Measured::kDecoder},
    Candidate{"floater_hormann_loo", "curve", R"({"decoder": "floater_hormann"})", kNaN,
              Measured::kDecoder},
    Candidate{"quintic", "curve", R"({"decoder": "quintic"})", kNaN, Measured::kDecoder},
    Candidate{"quintic_gcv", "curve", R"({"decoder": "quintic", "lambda_decode": "gcv"})", kNaN,
              Measured::kDecoder},
    Candidate{"polynomial", "curve", R"({"decoder": "polynomial", "degree": 30})", kNaN,
              Measured::kDecoder},
    Candidate{"polynomial_loo", "curve", R"({"decoder": "polynomial"})", kNaN, Measured::kDecoder},
    Candidate{"kriging", "curve", R"({"decoder": "kriging"})", kNaN, Measured::kDecoder},
    Candidate{"auto", "curve", R"({"decoder": "auto"})", kNaN, Measured::kDecoder},
};

std::unique_ptr<schemes::Scheme> make_scheme(const Candidate& candidate, std::uint32_t data_points,
                                             std::uint32_t workers, std::uint32_t lost) {
  schemes::CodeContext context;
  context.data_points = data_points;
  context.workers = workers;
  context.expected_stragglers = lost;
  return config::make(schemes::schemes(), Component{candidate.kind, candidate.parameters, "/bench"},
                      context);
}

/// All but `lost` random workers.
std::vector<WorkerId> survivors(std::uint32_t workers, std::uint32_t lost) {
  Stream stream({1, Purpose::kStragglers, 0, 0});
  std::vector<WorkerId> received = sample_without_replacement(stream, workers, workers - lost);
  std::sort(received.begin(), received.end());
  return received;
}

/// Smooth curves with noise: a case in which cross-validation has to look for its minimum.
Matrix noisy_curves(Index rows) {
  Matrix values(rows, kCoordinates);
  Stream stream({1, Purpose::kNoise, 0, 0});
  fill_standard_normal(stream, {values.data(), static_cast<std::size_t>(values.size())});
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < kCoordinates; ++j)
      values(i, j) = 0.1 * values(i, j) + std::sin(0.005 * double(i) + 0.01 * double(j));
  return values;
}

void product(benchmark::State& state, Index rows, Index inner) {
  const Matrix left = Matrix::Random(rows, inner);
  const Matrix right = noisy_curves(inner);
  for (auto _ : state) {
    const Matrix result = left * right;
    benchmark::DoNotOptimize(result.data());
  }
}

/// What kriging cannot do without.
void factorise(benchmark::State& state) {
  const Eigen::MatrixXd matrix = Eigen::MatrixXd::Random(kSurvivors, kSurvivors);
  for (auto _ : state) {
    const Eigen::PartialPivLU<Eigen::MatrixXd> factors(matrix);
    benchmark::DoNotOptimize(factors.matrixLU().data());
  }
}

void decode(benchmark::State& state, const Candidate& candidate) {
  const auto general = make_scheme(candidate, kDataPoints, kSurvivors + kLost, kLost);
  const Matrix data = noisy_curves(kDataPoints);
  const auto own = general->for_data(data);
  const schemes::Scheme* scheme = own ? own.get() : general.get();
  const auto received = survivors(kSurvivors + kLost, kLost);
  const Matrix results = noisy_curves(kSurvivors);
  for (auto _ : state) {
    const schemes::Decoded decoded = scheme->decode(rows_of(results, 0, results.rows()), received);
    benchmark::DoNotOptimize(decoded.estimates.data());
  }
}

void encode(benchmark::State& state, const Candidate& candidate) {
  const auto scheme = make_scheme(candidate, kDataPoints, kSurvivors, kLost);
  const auto& linear = dynamic_cast<const schemes::LinearScheme&>(*scheme);
  const Matrix data = noisy_curves(kDataPoints);
  for (auto _ : state) {  // the matrix every time, although a run makes it once
    const Matrix inputs = linear.encoder_matrix() * data;
    benchmark::DoNotOptimize(inputs.data());
  }
}

void build(benchmark::State& state, const Candidate& candidate) {
  const auto workers = static_cast<std::uint32_t>(state.range(0));
  const auto scheme = make_scheme(candidate, kGrowthPoints, workers, workers / 100);
  const auto& linear = dynamic_cast<const schemes::LinearScheme&>(*scheme);
  const auto received = survivors(workers, workers / 100);
  for (auto _ : state) {
    const Matrix matrix = linear.decoder_matrix(received);
    benchmark::DoNotOptimize(matrix.data());
  }
}

void register_all() {
  constexpr int kRepetitions = 7;
  const auto add = [](const std::string& name, auto body) {
    return benchmark::RegisterBenchmark(name.c_str(), body)
        ->Repetitions(kRepetitions)
        ->MinTime(0.1)
        ->Unit(benchmark::kMicrosecond);
  };
  add("decode/product", [](auto& state) { product(state, kDataPoints, kSurvivors); });
  add("decode/lu", factorise);
  add("encode/product", [](auto& state) { product(state, kSurvivors, kDataPoints); });
  for (const Candidate& candidate : kCandidates) {
    add(std::string("decode/") + candidate.label, [=](auto& state) { decode(state, candidate); });
    if (candidate.measured == Measured::kDecoder) continue;
    add(std::string("encode/") + candidate.label, [=](auto& state) { encode(state, candidate); });
    add(std::string("build/") + candidate.label, [=](auto& state) { build(state, candidate); })
        ->Arg(1000)
        ->Arg(3000)
        ->Arg(10'000)
        ->Arg(30'000)
        ->Arg(100'000);
  }
}

/// Keeps the least CPU time of every benchmark beside printing it.
class Collector final : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;
      std::string name = run.run_name.function_name;
      if (!run.run_name.args.empty()) name += "/" + run.run_name.args;
      const auto [entry, fresh] = least_us_.try_emplace(name, run.GetAdjustedCPUTime());
      if (!fresh) entry->second = std::min(entry->second, run.GetAdjustedCPUTime());
    }
    ConsoleReporter::ReportRuns(runs);
  }

  /// NaN if it was filtered out.
  double least_us(const std::string& name) const {
    const auto found = least_us_.find(name);
    return found == least_us_.end() ? kNaN : found->second;
  }

 private:
  std::map<std::string, double> least_us_;
};

void print_ratios(const Collector& collector) {
  std::printf("\n%-26s %12s %12s %8s %8s\n", "least CPU time", "us", "product us", "ratio",
              "target");
  for (const char* part : {"decode/", "encode/"})
    for (const Candidate& candidate : kCandidates) {
      const std::string name = part + std::string(candidate.label);
      const double time = collector.least_us(name);
      const double bare = collector.least_us(part + std::string("product"));
      if (std::isnan(time) || std::isnan(bare)) continue;
      std::printf("%-26s %12.1f %12.1f %8.2f %8s\n", name.c_str(), time, bare, time / bare,
                  std::isnan(candidate.target) ? "-" : std::to_string(candidate.target).c_str());
    }
  const double kriging = collector.least_us("decode/kriging"), lu = collector.least_us("decode/lu");
  if (!std::isnan(kriging) && !std::isnan(lu))
    std::printf("decode/kriging takes %.2f times one LU factorisation of its size (target 10)\n",
                kriging / lu);
}

void print_slopes(const Collector& collector) {
  for (const Candidate& candidate : kCandidates) {
    std::vector<double> sizes, times;
    for (const double size : {1e3, 3e3, 1e4, 3e4, 1e5}) {
      const double time = collector.least_us("build/" + std::string(candidate.label) + "/" +
                                             std::to_string(static_cast<int>(size)));
      if (std::isnan(time)) continue;
      sizes.push_back(size);
      times.push_back(time);
    }
    if (times.size() > 1)
      std::printf("build/%-12s grows like n^%.2f (target about 1)\n", candidate.label,
                  metrics::fit_rate(sizes, times).slope);
  }
}

}  // namespace
}  // namespace laggard

int main(int argc, char** argv) {
  laggard::keep_freed_memory();  // as in the program
  std::vector<char*> arguments(argv, argv + argc);
  char interleave[] = "--benchmark_enable_random_interleaving=true";
  arguments.insert(arguments.begin() + 1, interleave);
  auto count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  laggard::register_all();
  laggard::Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);
  laggard::print_ratios(collector);
  laggard::print_slopes(collector);
}
