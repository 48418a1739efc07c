#include "model/torch/switches.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <malloc.h>
#include <torch/cuda.h>

#include <limits>

#include "core/error.hpp"

namespace laggard::model {

c10::Device device_named(const std::string& name) {
  if (name == "cuda" && !torch::cuda::is_available())
    throw ConfigError("there is no device 'cuda'",
                      "this libtorch has no CUDA, or the machine no GPU that it can use",
                      "set device to \"cpu\"");
  return c10::Device(name);
}

void use_threads(std::uint32_t threads) {
  const int count = static_cast<int>(threads);
  if (at::get_num_threads() != count) at::set_num_threads(count);
  using SetThreads = void (*)(int);
  static const auto set_openblas =
      reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  static int openblas = 0;  // it may have begun with what OMP_NUM_THREADS says
  if (set_openblas == nullptr || openblas == count) return;
  set_openblas(count);
  openblas = count;
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

void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
}

OneDnn::OneDnn(bool enabled) : before_(at::globalContext().userEnabledMkldnn()) {
  at::globalContext().setUserEnabledMkldnn(enabled);
}

OneDnn::~OneDnn() {
  at::globalContext().setUserEnabledMkldnn(before_);
}

FlushDenormals::FlushDenormals() {
  at::globalContext().setFlushDenormal(true);  // false where the processor cannot
}

FlushDenormals::~FlushDenormals() {
  at::globalContext().setFlushDenormal(false);
}

}  // namespace laggard::model
