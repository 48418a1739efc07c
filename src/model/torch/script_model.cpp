#include <fmt/format.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>

#include "model/torch/guard.hpp"
#include "model/torch/models.hpp"
#include "model/torch/switches.hpp"
#include "model/torch/tensors.hpp"

namespace laggard::model {
namespace {

class ScriptModel final : public Model {
 public:
  ScriptModel(const std::string& path, const ModelSettings& settings, const Shape& input)
      : path_(path),
        device_(device_named(settings.device)),
        module_(torch::jit::load(path, device_)),
        input_(input),
        settings_(settings) {
    module_.eval();
    check_shape();
    outputs_ = count_outputs();
  }

  Index outputs() const override { return outputs_; }

  void forward(MatrixView inputs, MatrixSpan outputs) const override {
    guarded<RunError>(
        fmt::format("the TorchScript module '{}' failed", path_),
        "check the module and the dataset",
        [&] { store_outputs(call(to_batch(inputs, input_, device_)), settings_.rule, outputs); });
  }

 private:
  torch::Tensor call(const torch::Tensor& batch) const {
    const FlushDenormals flush;
    const torch::InferenceMode inference;
    // The optimizing executor specialises for the shapes it has seen, so that the first calls would
    // round otherwise than later ones, and keeps what it compiled.
    const torch::jit::GraphOptimizerEnabledGuard plain(false);
    const OneDnn onednn(true);
    use_threads(settings_.threads);
    const torch::jit::IValue result = module_.forward({batch});
    if (!result.isTensor())
      throw DataError(fmt::format("the TorchScript module '{}' cannot be used", path_),
                      fmt::format("it returns {}", result.tagKind()),
                      "wrap it so that it returns one tensor");
    return result.toTensor();
  }

  /// Modules that this program exported know their inputs.
  void check_shape() const {
    if (!module_.hasattr(kShapeMember)) return;
    const torch::Tensor known = module_.attr(kShapeMember).toTensor().cpu().to(torch::kInt64);
    const auto* values = known.data_ptr<std::int64_t>();
    const Shape shape{{values, values + known.numel()}};
    if (shape != input_)
      throw DataError(fmt::format("the TorchScript module '{}' does not fit", path_),
                      fmt::format("it is for inputs of shape {}, the dataset gives {}",
                                  to_text(shape), to_text(input_)),
                      "choose another module in /model/path");
  }

  /// One forward call on zeros tells m; one of two rows that the first dimension is the batch.
  Index count_outputs() const {
    std::vector<Index> sizes;
    for (Index batch : {1, 2}) {
      const Matrix zeros = Matrix::Zero(batch, input_.size());
      const torch::Tensor result =
          call(to_batch({zeros.data(), batch, zeros.cols()}, input_, device_));
      if (result.dim() == 0 || result.size(0) != batch || result.numel() == 0)
        throw DataError(
            fmt::format("the TorchScript module '{}' cannot be used", path_),
            fmt::format("it returns [{}] for {} inputs", fmt::join(result.sizes(), ", "), batch),
            "its output must have one row per input");
      sizes.push_back(result.numel() / batch);
    }
    if (sizes[0] != sizes[1])
      throw DataError(fmt::format("the TorchScript module '{}' cannot be used", path_),
                      fmt::format("it returns {} numbers per input for one input, {} for two",
                                  sizes[0], sizes[1]),
                      "its output must have one row per input");
    return sizes[0];
  }

  std::string path_;
  torch::Device device_;
  mutable torch::jit::Module module_;  // forward() is not const in libtorch
  Shape input_;
  ModelSettings settings_;
  Index outputs_ = 0;
};

}  // namespace

std::unique_ptr<Model> load_script(const std::string& path, const ModelSettings& settings,
                                   const Shape& input) {
  return guarded<DataError>(
      fmt::format("the TorchScript module '{}' cannot be used with inputs of shape {}", path,
                  to_text(input)),
      "check that it was written by torch.jit.save for this dataset",
      [&] { return std::make_unique<ScriptModel>(path, settings, input); });
}

}  // namespace laggard::model
