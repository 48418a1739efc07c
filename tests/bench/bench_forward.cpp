// Forward passes of trained networks against the same network as a plain TorchScript module, with
// oneDNN (libtorch's default) and without, in the same run.
#include <ATen/Parallel.h>
#include <torch/script.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <limits>

#include "core/allocation.hpp"
#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "model/torch_plugin.hpp"

namespace laggard {
namespace {

constexpr std::array<Index, 5> kBatches{1, 2, 4, 10, 64};
constexpr Seconds kTimePerRound = 0.05;
constexpr int kRounds = 12;

/// Seconds per call, over as many calls as fill a round.
template <class Call>
Seconds time_of(Call call) {
  const Stopwatch watch;
  int calls = 0;
  do {
    call();
    ++calls;
  } while (watch.elapsed() < kTimePerRound);
  return watch.elapsed() / calls;
}

struct Times {
  Seconds own = std::numeric_limits<Seconds>::infinity();
  Seconds script = own, script_without_onednn = own;
};

Times measure(const model::Model& own, torch::jit::Module& script, const Shape& input,
              Index batch) {
  const Matrix inputs = Matrix::Random(batch, input.size()).cwiseAbs();
  Matrix outputs(batch, own.outputs());
  std::vector<std::int64_t> extents{batch};
  extents.insert(extents.end(), input.extents.begin(), input.extents.end());
  const torch::Tensor tensor = torch::rand(extents);
  const torch::InferenceMode inference;
  const auto run_script = [&] { script.forward({tensor}); };
  Times least;
  for (int round = 0; round < kRounds; ++round) {
    least.own =
        std::min(least.own, time_of([&] {
                   own.forward(rows_of(inputs, 0, batch), {outputs.data(), batch, outputs.cols()});
                 }));
    at::globalContext().setUserEnabledMkldnn(true);
    least.script = std::min(least.script, time_of(run_script));
    at::globalContext().setUserEnabledMkldnn(false);
    least.script_without_onednn = std::min(least.script_without_onednn, time_of(run_script));
    at::globalContext().setUserEnabledMkldnn(true);
  }
  return least;
}

void report(const std::string& path) {
  const model::Weights weights = model::read_weights(path);
  const auto own = model::torch_plugin().make_network(weights, {});
  const std::string exported = std::filesystem::temp_directory_path() /
                               ("laggard-bench-" + std::to_string(getpid()) + ".pt");
  model::torch_plugin().export_script(weights, exported);
  torch::jit::Module script = torch::jit::load(exported);
  std::filesystem::remove(exported);
  script.eval();
  for (const Index batch : kBatches) {
    const Times times = measure(*own, script, weights.network.input, batch);
    const Seconds best = std::min(times.script, times.script_without_onednn);
    std::printf("%-10s %5ld %12.1f %12.1f %12.1f %10.2f %10.2f\n",
                weights.network.architecture.c_str(), static_cast<long>(batch), times.own * 1e6,
                times.script * 1e6, times.script_without_onednn * 1e6, times.script / times.own,
                best / times.own);
  }
}

}  // namespace
}  // namespace laggard

int main(int argc, char** argv) {
  if (argc < 2) {
    std::puts("usage: bench_forward WEIGHTS.h5 ...");
    return 2;
  }
  laggard::keep_freed_memory();  // as the program does
  at::set_num_threads(1);
  std::puts(
      "Microseconds per call, one thread; throughput relative to the module as loaded, and to\n"
      "the faster of the module's two ways.");
  std::puts("network    batch          own       module   no oneDNN  to module    to best");
  try {
    for (int i = 1; i < argc; ++i) laggard::report(argv[i]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 3;
  }
}
