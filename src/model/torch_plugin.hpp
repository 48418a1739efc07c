// Everything that needs libtorch, loaded on first use: mapping libtorch costs a process 0.4 s and
// 80 MB, which runs without networks should not pay.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "model/gradient_model.hpp"
#include "model/learner.hpp"
#include "model/model.hpp"
#include "model/weights.hpp"

namespace laggard::model {

/// What becomes of a network's outputs.
enum class OutputRule { kAsIs, kSoftmax };

/// How a model is computed.
struct ModelSettings {
  OutputRule rule = OutputRule::kAsIs;
  std::uint32_t threads = 1;   ///< numbers are reproducible for a fixed number of threads
  std::string device = "cpu";  ///< "cpu" or "cuda"
};

/// Raised with every change of the structs and classes that cross the boundary. C++ objects cross
/// it, so the program and the plugin must also come from one compiler.
inline constexpr std::uint32_t kTorchPluginVersion = 5;

/// The functions of laggard_torch.so. They throw our Errors only: DataError for files that do not
/// fit, RunError for what libtorch reports otherwise.
struct TorchPlugin {
  std::uint32_t version;

  /// A TorchScript module called with B x input.extents in single precision.
  std::unique_ptr<Model> (*load_script)(const std::string& path, const ModelSettings& settings,
                                        const Shape& input);
  /// A named network with trained weights.
  std::unique_ptr<Model> (*make_network)(const Weights& weights, const ModelSettings& settings);
  /// A named network, or a code, with fresh weights.
  std::unique_ptr<Learner> (*make_learner)(const LearnerConfig& config);
  /// A named network whose weights somebody else has.
  std::unique_ptr<GradientModel> (*make_gradient_network)(const NetworkSpec& spec);
  /// A named network with trained weights, folded, as a TorchScript file: B x input shape in single
  /// precision -> B x m, before any softmax.
  void (*export_script)(const Weights& weights, const std::string& path);
  /// A trained encoder and decoder; the settings' rule is not looked at.
  std::unique_ptr<LearnedCode> (*load_code)(const Weights& weights, const ModelSettings& settings);
  /// "1.13.1"
  const char* (*libtorch_version)();
};

/// Loads the plugin on the first call. It is sought beside the executable, one folder above, where
/// it is installed, and on the executable's RUNPATH. Sets OMP_NUM_THREADS=1 if it is unset, before
/// libtorch reads it; call it from one thread. Errors: ConfigError if there is no plugin or it
/// cannot be loaded.
const TorchPlugin& torch_plugin();

/// Calls `tell` just before this process loads the plugin, if it does so while this object lives:
/// others that will need it may load it at the same time.
class BeforeTorch {
 public:
  explicit BeforeTorch(std::function<void()> tell);
  ~BeforeTorch();
  BeforeTorch(const BeforeTorch&) = delete;
  BeforeTorch& operator=(const BeforeTorch&) = delete;
};

/// Where the plugin lies, without loading it; empty in a build without libtorch.
std::optional<std::filesystem::path> find_torch_plugin();

}  // namespace laggard::model
