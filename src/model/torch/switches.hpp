// Where and how libtorch computes: its switches are global to the process.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <string>

namespace laggard::model {

/// "cpu" or "cuda". From the first "cuda" on, GPUs compute in full single precision, and add in the
/// same order each time. Errors: ConfigError if libtorch has no such device here.
c10::Device device_named(const std::string& name);

/// Threads of libtorch and of OpenBLAS, from now on.
void use_threads(std::uint32_t threads);

/// Whether libtorch multiplies matrices with OpenBLAS, BLIS or MKL instead of the reference BLAS.
bool has_fast_blas();

/// All freed memory stays with the process from now on, beyond what laggard::keep_freed_memory()
/// keeps. The temporaries of a step are many megabytes, and a kernel that takes them back clears
/// them for every step anew.
void keep_all_freed_memory();

/// oneDNN on or off while the object lives. The switch is one for all threads: one that wants it
/// otherwise waits until the others are gone, so a thread must not hold two.
class OneDnn {
 public:
  explicit OneDnn(bool enabled);
  OneDnn(const OneDnn&) = delete;
  OneDnn& operator=(const OneDnn&) = delete;
  ~OneDnn();
};

/// While the object lives, this thread takes numbers below 1e-38 for zero: weight decay leaves
/// weights there that nothing else moves, and a processor takes a hundred times as long for them.
class FlushDenormals {
 public:
  FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
  ~FlushDenormals();
};

}  // namespace laggard::model
