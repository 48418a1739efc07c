#include "model/torch/network.hpp"

#include <fmt/format.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <map>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "model/torch/layers.hpp"

namespace laggard::model {
namespace {

template <class Config, NetworkPtr (*make)(const Config&, const NetworkSpec&)>
NetworkPtr build(const NetworkSpec& spec) {
  const config::Json parameters = config::parse(spec.parameters, spec.where);
  config::JsonReader reader(parameters, spec.where);
  reader.allow("kind");
  Config config;
  config.fields(reader);
  reader.finish();
  return make(config, spec);
}

struct Builder {
  std::string_view architecture;
  NetworkPtr (*make)(const NetworkSpec& spec);
};

constexpr Builder kBuilders[] = {
    {"mlp", build<MlpConfig, make_mlp>},
    {"lenet5", build<LeNet5Config, make_lenet5>},
    {"vgg11", build<Vgg11Config, make_vgg11>},
    {"resnet18", build<ResNet18Config, make_resnet18>},
    {"repvgg", build<RepVggConfig, make_repvgg>},
    {"vit", build<VitConfig, make_vit>},
};

std::vector<std::uint64_t> extents_of(const torch::Tensor& tensor) {
  return {tensor.sizes().begin(), tensor.sizes().end()};
}

/// Parameters and buffers share one set of names. Counters (num_batches_tracked) are left out: no
/// output depends on them.
std::map<std::string, torch::Tensor> named_tensors(const torch::nn::Module& network) {
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& parameter : network.named_parameters())
    tensors[parameter.key()] = parameter.value();
  for (const auto& buffer : network.named_buffers())
    if (buffer.value().is_floating_point()) tensors[buffer.key()] = buffer.value();
  return tensors;
}

}  // namespace

Network::Network(const NetworkSpec& spec) : input_(spec.input) {
  const std::vector<std::int64_t> extents = input_.extents.size() == 3
                                                ? std::vector<std::int64_t>{input_.extents[0], 1, 1}
                                                : std::vector<std::int64_t>{1};
  mean_ = register_buffer("input_mean", torch::zeros(extents));
  deviation_ = register_buffer("input_deviation", torch::ones(extents));
}

torch::Tensor Network::forward(const torch::Tensor& inputs) {
  return classify((inputs - mean_).div_(deviation_));
}

void Network::set_normalisation(const std::vector<double>& mean,
                                const std::vector<double>& deviation) {
  const torch::NoGradGuard no_gradient;
  mean_.copy_(torch::tensor(mean).view_as(mean_));
  deviation_.copy_(torch::tensor(deviation).view_as(deviation_));
}

void Network::fold() {
  for (const auto& module : modules(/*include_self=*/false))
    if (auto* layer = dynamic_cast<Foldable*>(module.get())) layer->fold();
}

void check_positive(const std::vector<std::uint32_t>& sizes, const std::string& where) {
  for (const std::uint32_t size : sizes)
    if (size == 0)
      throw ConfigError(fmt::format("{} contains 0", where), "a layer needs a size",
                        "give positive numbers");
}

NetworkPtr make_network(const NetworkSpec& spec) {
  for (const Builder& builder : kBuilders)
    if (builder.architecture == spec.architecture) return builder.make(spec);
  throw DataError(fmt::format("there is no network '{}'", spec.architecture),
                  "this build of laggard_torch.so does not have it", "build laggard anew");
}

std::vector<NamedTensor> tensors_of(const torch::nn::Module& network) {
  std::vector<NamedTensor> copies;
  for (const auto& [name, tensor] : named_tensors(network)) {
    const torch::Tensor plain = tensor.detach().to(torch::kCPU, torch::kFloat).contiguous();
    const float* values = plain.data_ptr<float>();
    copies.push_back({name, extents_of(plain), {values, values + plain.numel()}});
  }
  return copies;
}

void load_tensors(torch::nn::Module& network, const std::vector<NamedTensor>& tensors,
                  const std::string& source) {
  const torch::NoGradGuard no_gradient;
  auto expected = named_tensors(network);
  const auto refuse = [&](const std::string& why) {
    throw DataError(fmt::format("the weights '{}' do not fit the network", source), why,
                    "they are damaged or of another version of the network; train it again");
  };
  for (const NamedTensor& tensor : tensors) {
    const auto found = expected.find(tensor.name);
    if (found == expected.end()) refuse(fmt::format("it has no '{}'", tensor.name));
    torch::Tensor& target = found->second;
    const auto extents = extents_of(target);
    if (tensor.extents != extents)
      refuse(fmt::format("'{}' has shape [{}] instead of [{}]", tensor.name,
                         fmt::join(tensor.extents, ", "), fmt::join(extents, ", ")));
    target.copy_(torch::tensor(tensor.values).view_as(target));
    if (tensor.name == "input_deviation" && !target.gt(0).all().item<bool>())
      refuse("'input_deviation' is not positive");
    expected.erase(found);
  }
  if (!expected.empty()) refuse(fmt::format("'{}' is missing", expected.begin()->first));
}

}  // namespace laggard::model
