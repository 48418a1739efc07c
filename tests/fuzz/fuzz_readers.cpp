// A program for libFuzzer: LAGGARD_FUZZ=npy fuzz_readers CORPUS -runs=1000000
// HDF5 files stay well-formed, unless LAGGARD_FUZZ_DAMAGE is set.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "fuzz/hdf5_mutator.hpp"
#include "fuzz/readers.hpp"

namespace {

const laggard::testing::Reader& chosen() {
  static const laggard::testing::Reader& reader = []() -> const auto& {
    const char* name = std::getenv("LAGGARD_FUZZ");
    const auto& table = laggard::testing::readers();
    const auto found = std::find_if(table.begin(), table.end(), [&](const auto& entry) {
      return name != nullptr && entry.name == name;
    });
    if (found != table.end()) return *found;
    std::fputs("set LAGGARD_FUZZ to the name of a reader:", stderr);
    for (const auto& entry : table) std::fprintf(stderr, " %s", std::string(entry.name).c_str());
    std::fputs("\n", stderr);
    std::exit(2);
  }
  ();
  return reader;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen().read({reinterpret_cast<const char*>(data), size});
  return 0;
}

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  static const bool damage = std::getenv("LAGGARD_FUZZ_DAMAGE") != nullptr;
  return chosen().hdf5 && !damage ? laggard::testing::mutate_hdf5(data, size, max_size, seed)
                                  : LLVMFuzzerMutate(data, size, max_size);
}
