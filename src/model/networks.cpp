#include "model/networks.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/error.hpp"
#include "core/readable.hpp"
#include "model/architectures.hpp"
#include "model/torch_plugin.hpp"

namespace laggard::model {
namespace {

void execution_fields(Fields& fields, Execution& execution) {
  fields.integer(
      {"threads",
       "number of threads of libtorch on every rank; the last digits of results depend on it"},
      execution.threads, 1, 1024);
  fields.text({"device", "where the network is computed"}, execution.device, {"cpu", "cuda"});
}

ModelSettings settings_of(const std::string& output, const Execution& execution) {
  return {output == "softmax" ? OutputRule::kSoftmax : OutputRule::kAsIs, execution.threads,
          execution.device};
}

struct NetworkConfig {
  std::string weights;
  std::string output = "softmax";
  Execution execution = {};

  void fields(Fields& fields) {
    fields.text({"weights", "file written by `laggard train`"}, weights);
    fields.text({"output", "softmax: probabilities; logits: as the last layer gives them"}, output,
                {"softmax", "logits"});
    execution_fields(fields, execution);
  }
};

NetworkInfo info_of(const std::string& file, bool is_script, const std::string& output,
                    const Execution& execution) {
  return {file, is_script, output == "softmax", execution.threads, execution.device};
}

std::unique_ptr<Model> make_network(std::string_view architecture, const NetworkConfig& config,
                                    const ModelContext& context) {
  if (config.weights.empty())
    throw ConfigError("/model/weights is empty", "it names the weights of the network",
                      "give a file written by `laggard train`");
  const Weights weights = read_weights(config.weights);
  const auto refuse = [&](const std::string& why) {
    throw DataError(
        fmt::format("the weights '{}' do not fit", config.weights), why,
        context.deployed ? "choose other weights in /model/weights" : "choose other weights");
  };
  if (weights.network.architecture != architecture)
    refuse(fmt::format("they are of the network '{}', the model is '{}'",
                       weights.network.architecture, architecture));
  // Trained for sums of queries, it would give nonsense for the queries themselves.
  if (weights.task.kind != TaskKind::kClassifier && context.deployed)
    refuse(fmt::format("they are of {}, a model is a classifier", describe(weights.task)));
  if (!interchangeable(weights.network.input, context.input))
    refuse(fmt::format("they are for inputs of shape {}, the dataset gives {}",
                       to_text(weights.network.input), to_text(context.input)));
  return std::make_unique<PluginNetwork>(
      info_of(config.weights, /*is_script=*/false, config.output, config.execution),
      torch_plugin().make_network(weights, settings_of(config.output, config.execution)));
}

std::unique_ptr<Model> load_script(const TorchScript::Config& config, const ModelContext& context) {
  if (config.path.empty())
    throw ConfigError("/model/path is empty", "it names the TorchScript file",
                      "give the path of a file written by torch.jit.save");
  if (const std::string why = why_unreadable(config.path); !why.empty())
    throw DataError(fmt::format("cannot read the TorchScript module '{}'", config.path), why,
                    "check /model/path");
  return torch_plugin().load_script(config.path, settings_of(config.output, config.execution),
                                    context.input);
}

struct NamedNetwork {
  std::string_view name;
  std::string_view summary;
  std::string_view weights;  ///< default of /model/weights
  /// The parameters of its architecture, for training.
  void (*visit)(std::initializer_list<Fields*> visitors);
  bool is_plain = false;  ///< it has no batch normalisation and no dropout
};

template <class Config>
void visit(std::initializer_list<Fields*> visitors) {
  Config config;
  for (Fields* visitor : visitors) config.fields(*visitor);
}

constexpr NamedNetwork kNamedNetworks[] = {
    {"mlp", "multilayer perceptron", "results/weights/mlp-fashion.h5", visit<MlpConfig>, true},
    {"lenet5", "LeNet-5 for images of 28x28", "results/weights/lenet5-fashion.h5",
     visit<LeNet5Config>, true},
    {"vgg11", "VGG-11 with batch normalisation", "results/weights/vgg11-fashion.h5",
     visit<Vgg11Config>},
    {"resnet18", "ResNet-18 for small images", "results/weights/resnet18-fashion.h5",
     visit<ResNet18Config>},
    {"repvgg", "RepVGG, one 3x3 convolution per block after training",
     "results/weights/repvgg-cifar10.h5", visit<RepVggConfig>},
    {"vit", "vision transformer", "results/weights/vit-fashion.h5", visit<VitConfig>},
};

}  // namespace

const std::vector<KindInfo>& networks() {
  static const std::vector<KindInfo> table = [] {
    std::vector<KindInfo> kinds;
    for (const NamedNetwork& network : kNamedNetworks)
      kinds.push_back({network.name, network.summary, network.visit});
    return kinds;
  }();
  return table;
}

std::vector<ModelKind> network_models() {
  std::vector<ModelKind> kinds;
  for (const NamedNetwork& network : kNamedNetworks) {
    ModelKind kind;
    kind.name = network.name;
    kind.summary = network.summary;
    kind.visit = [network](std::initializer_list<Fields*> visitors) {
      NetworkConfig config{std::string(network.weights)};
      for (Fields* visitor : visitors) config.fields(*visitor);
    };
    kind.make = [network](Fields& reader, const ModelContext& context) {
      NetworkConfig config{std::string(network.weights)};
      config.fields(reader);
      return make_network(network.name, config, context);
    };
    kinds.push_back(std::move(kind));
  }
  return kinds;
}

std::vector<GradientModelKind> gradient_networks() {
  std::vector<GradientModelKind> kinds;
  for (const NamedNetwork& network : kNamedNetworks) {
    if (!network.is_plain) continue;
    GradientModelKind kind;
    kind.name = network.name;
    kind.summary = network.summary;
    kind.visit = network.visit;
    kind.make = [network](Fields&, const GradientModelContext& context) {
      return torch_plugin().make_gradient_network({std::string(network.name), context.parameters,
                                                   context.input, context.classes, "/model"});
    };
    kinds.push_back(std::move(kind));
  }
  return kinds;
}

void TorchScript::Config::fields(Fields& fields) {
  fields.text(
      {"path", "file written by torch.jit.save; it is a program, load only files that you trust"},
      path);
  fields.text({"output", "what becomes of the module's output"}, output, {"as_is", "softmax"});
  execution_fields(fields, execution);
}

TorchScript::TorchScript(const Config& config, const ModelContext& context)
    : PluginNetwork(info_of(config.path, /*is_script=*/true, config.output, config.execution),
                    load_script(config, context)) {}

}  // namespace laggard::model
