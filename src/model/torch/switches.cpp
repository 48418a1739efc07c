#include "model/torch/switches.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <malloc.h>
#include <torch/cuda.h>

#include <atomic>
#include <condition_variable>
#include <limits>
#include <mutex>

#include "core/error.hpp"

namespace laggard::model {

namespace {

/// Left alone, cuDNN multiplies with 10 bits of each factor, and may choose algorithms that add in
/// the order in which blocks of threads finish.
void compute_exactly_on_gpus() {
  at::Context& context = at::globalContext();
  context.setAllowTF32CuBLAS(false);
  context.setAllowTF32CuDNN(false);
  context.setDeterministicCuDNN(true);
  context.setBenchmarkCuDNN(false);
}

}  // namespace

c10::Device device_named(const std::string& name) {
  if (name != "cuda") return c10::Device(name);
  if (!torch::cuda::is_available())
    throw ConfigError("there is no device 'cuda'",
                      "this libtorch has no CUDA, or the machine no GPU that it can use",
                      "set device to \"cpu\"");
  compute_exactly_on_gpus();
  return c10::Device(name);
}

void use_threads(std::uint32_t threads) {
  const int count = static_cast<int>(threads);
  if (at::get_num_threads() != count) at::set_num_threads(count);
  using SetThreads = void (*)(int);
  static const auto set_openblas =
      reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  static std::atomic<int> openblas = 0;  // it may have begun with what OMP_NUM_THREADS says
  if (set_openblas != nullptr && openblas.exchange(count) != count) set_openblas(count);
}

bool has_fast_blas() {
  // The libraries stand in for each other at run time; each has a function that the others lack.
  static const bool found = [] {
    for (const char* function :
         {"openblas_get_config", "bli_info_get_version_str", "mkl_get_version"})
      if (dlsym(RTLD_DEFAULT, function) != nullptr) return true;
    return false;
  }();
  return found;
}

void keep_all_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
}

namespace {

/// Who computes with the switch as it is; it is one for the whole process.
struct OneDnnUsers {
  std::mutex mutex;
  std::condition_variable gone;
  std::size_t count = 0;
  bool enabled = true;                                          // for the users that there are
  const bool before = at::globalContext().userEnabledMkldnn();  // and for nobody
};

OneDnnUsers& onednn_users() {
  static OneDnnUsers users;
  return users;
}

}  // namespace

OneDnn::OneDnn(bool enabled) {
  OneDnnUsers& users = onednn_users();
  std::unique_lock lock(users.mutex);
  users.gone.wait(lock, [&] { return users.count == 0 || users.enabled == enabled; });
  ++users.count;
  users.enabled = enabled;
  at::globalContext().setUserEnabledMkldnn(enabled);
}

OneDnn::~OneDnn() {
  OneDnnUsers& users = onednn_users();
  const std::lock_guard lock(users.mutex);
  if (--users.count > 0) return;
  at::globalContext().setUserEnabledMkldnn(users.before);
  users.gone.notify_all();
}

FlushDenormals::FlushDenormals() {
  at::globalContext().setFlushDenormal(true);  // false where the processor cannot
}

FlushDenormals::~FlushDenormals() {
  at::globalContext().setFlushDenormal(false);
}

}  // namespace laggard::model
