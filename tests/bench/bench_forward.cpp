// Forward passes of trained networks against the same network as a plain TorchScript module, with
// oneDNN (libtorch's default) and without, in the same run.
#include <ATen/Parallel.h>
#include <torch/script.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <vector>

#include "core/allocation.hpp"
#include "core/error.hpp"
#include "model/torch_plugin.hpp"

namespace laggard {
namespace {

constexpr std::array<Index, 5> kBatches{1, 2, 4, 10, 64};
constexpr Seconds kTimePerBurst = 2e-3;
constexpr int kLeastCalls = 8;
constexpr Seconds kTimePerWay = 0.6;

/// What this thread has computed for: other load on the machine does not count.
Seconds thread_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Seconds per call of a few calls in a row; the first one, which finds the caches as another way
/// left them, does not count. A single large batch right after the way without oneDNN takes a fifth
/// longer than those after it.
template <class Call>
Seconds burst(Call call) {
  call();
  const Seconds start = thread_time();
  Seconds spent = 0.0;
  int calls = 0;
  do {
    call();
    ++calls;
    spent = thread_time() - start;
  } while (calls < kLeastCalls || spent < kTimePerBurst);
  return spent / calls;
}

Seconds median(std::vector<Seconds>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Times {
  Seconds own = 0.0, script = 0.0, script_without_onednn = 0.0;
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
  const auto run_own = [&] {
    own.forward(rows_of(inputs, 0, batch), {outputs.data(), batch, outputs.cols()});
  };
  std::vector<Seconds> of_own, of_script, without_onednn;
  const Seconds end = thread_time() + 3 * kTimePerWay;
  do {
    of_own.push_back(burst(run_own));
    at::globalContext().setUserEnabledMkldnn(true);
    of_script.push_back(burst(run_script));
    at::globalContext().setUserEnabledMkldnn(false);
    without_onednn.push_back(burst(run_script));
    at::globalContext().setUserEnabledMkldnn(true);
  } while (thread_time() < end);
  return {median(of_own), median(of_script), median(without_onednn)};
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
      "Microseconds of CPU per call, medians, one thread; throughput relative to the module as "
      "loaded, and to\n"
      "the faster of the module's two ways.");
  std::puts("network    batch          own       module   no oneDNN  to module    to best");
  try {
    for (int i = 1; i < argc; ++i) laggard::report(argv[i]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 3;
  }
}
