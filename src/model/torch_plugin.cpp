#include "model/torch_plugin.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "core/error.hpp"

namespace laggard::model {
namespace {

constexpr const char* kLibrary = "laggard_torch.so";
constexpr const char* kEntryPoint = "laggard_torch_plugin";

using EntryPoint = const TorchPlugin* (*)();

[[noreturn]] void refuse_plugin(const std::string& path, const std::string& why) {
  throw ConfigError(fmt::format("cannot load '{}'", path), why,
                    "install libtorch (Debian: libtorch-dev) and build laggard anew");
}

/// Left open for the life of the process: objects made by the plugin may outlive any owner.
void* open_plugin() {
  // Results must not depend on the number of threads, nor ranks fight for cores.
  setenv("OMP_NUM_THREADS", "1", /*overwrite=*/0);
  const auto found = find_torch_plugin();
  const std::string name = found ? found->string() : kLibrary;
  // By its bare name the dynamic linker looks along the executable's RUNPATH.
  if (void* library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
  const char* reason = dlerror();
  const std::string why = reason == nullptr ? "no reason given" : reason;
  const bool missing = !found && why.find(std::string(kLibrary) + ": cannot open") == 0;
  if (!missing) refuse_plugin(name, why);
  throw ConfigError("this build has no libtorch", fmt::format("there is no {}", kLibrary),
                    "install libtorch-dev and configure with -DLAGGARD_TORCH=ON");
}

std::function<void()>& watcher() {
  static std::function<void()> tell;
  return tell;
}

const TorchPlugin& load() {
  if (watcher()) watcher()();
  void* library = open_plugin();
  const auto entry = reinterpret_cast<EntryPoint>(dlsym(library, kEntryPoint));
  if (entry == nullptr) refuse_plugin(kLibrary, fmt::format("it has no {}", kEntryPoint));
  const TorchPlugin* plugin = entry();
  if (plugin->version != kTorchPluginVersion)
    refuse_plugin(kLibrary, fmt::format("it has version {}, this program needs {}", plugin->version,
                                        kTorchPluginVersion));
  return *plugin;
}

}  // namespace

BeforeTorch::BeforeTorch(std::function<void()> tell) {
  watcher() = std::move(tell);
}

BeforeTorch::~BeforeTorch() {
  watcher() = nullptr;
}

const TorchPlugin& torch_plugin() {
  static const TorchPlugin& plugin = load();
  return plugin;
}

std::optional<std::filesystem::path> find_torch_plugin() {
  std::error_code failure;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", failure);
  if (failure) return std::nullopt;
  const auto folder = executable.parent_path();
  // Beside the program, above the tests, and where `cmake --install` puts it.
  for (const auto& place :
       std::array{folder, folder.parent_path(), folder.parent_path() / LAGGARD_PLUGIN_FOLDER})
    if (std::filesystem::is_regular_file(place / kLibrary, failure)) return place / kLibrary;
  return std::nullopt;
}

}  // namespace laggard::model
