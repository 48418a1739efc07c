#include "model/torch/code_networks.hpp"

#include <fmt/format.h>
#include <torch/nn/init.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>

#include "model/torch/guard.hpp"
#include "model/torch/layers.hpp"
#include "model/torch/models.hpp"
#include "model/torch/network.hpp"
#include "model/torch/switches.hpp"
#include "model/torch/tensors.hpp"

namespace laggard::model {
namespace {

constexpr std::int64_t kChannelsPerQuery = 20;
constexpr std::int64_t kDilations[] = {1, 1, 2, 4, 8, 1};

torch::nn::Linear linear(std::int64_t in, std::int64_t out) {
  torch::nn::Linear layer(in, out);
  torch::nn::init::normal_(layer->weight, 0.0, 0.01);
  torch::nn::init::zeros_(layer->bias);
  return layer;
}

torch::nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t kernel,
                              std::int64_t dilation) {
  torch::nn::Conv2d layer(
      torch::nn::Conv2dOptions(in, out, kernel).padding(kernel / 2 * dilation).dilation(dilation));
  torch::nn::init::xavier_uniform_(layer->weight);
  torch::nn::init::zeros_(layer->bias);
  return layer;
}

}  // namespace

CodeNetworks::CodeNetworks(const CodingTask& task, const NetworkSpec& network)
    : k_(task.k), r_(task.r), convolutional_(task.encoder == "conv") {
  const auto& extents = network.input.extents;
  if (convolutional_) check_image("the convolutional encoder", network.input);
  const bool image = extents.size() == 3;
  channels_ = image ? extents[0] : 1;
  height_ = image ? extents[1] : 1;
  width_ = image ? extents[2] : network.input.size();
  const std::int64_t plane = height_ * width_, outputs = network.outputs;

  if (convolutional_) {
    std::int64_t in = k_;
    for (const std::int64_t dilation : kDilations) {
      encoder_->push_back(convolution(in, kChannelsPerQuery * k_, 3, dilation));
      encoder_->push_back(torch::nn::ReLU());
      in = kChannelsPerQuery * k_;
    }
    encoder_->push_back(convolution(in, r_, 1, 1));
  } else {
    encoder_->push_back(linear(k_ * plane, k_ * plane));
    encoder_->push_back(torch::nn::ReLU());
    encoder_->push_back(linear(k_ * plane, r_ * plane));
  }
  decoder_->push_back(linear((k_ + r_) * outputs, (k_ + r_) * outputs));
  decoder_->push_back(torch::nn::ReLU());
  decoder_->push_back(linear((k_ + r_) * outputs, k_ * outputs));
  decoder_->push_back(torch::nn::ReLU());
  decoder_->push_back(linear(k_ * outputs, k_ * outputs));
  register_module("encoder", encoder_);
  register_module("decoder", decoder_);
}

torch::Tensor CodeNetworks::encode(const torch::Tensor& queries) {
  // Group, query, channel -> group, channel, query: a plane of each query becomes one channel.
  torch::Tensor planes = queries.reshape({-1, k_, channels_, height_ * width_}).transpose(1, 2);
  // Convolutions of many channels are faster with the channels of a pixel side by side.
  planes =
      convolutional_
          ? planes.reshape({-1, k_, height_, width_}).contiguous(torch::MemoryFormat::ChannelsLast)
          : planes.reshape({-1, k_ * height_ * width_});
  return encoder_->forward(planes)
      .reshape({-1, channels_, r_, height_ * width_})
      .transpose(1, 2)
      .reshape({-1, channels_ * height_ * width_});
}

torch::Tensor CodeNetworks::decode(const torch::Tensor& outputs) {
  return decoder_->forward(outputs);
}

namespace {

class TorchCode final : public LearnedCode {
 public:
  TorchCode(const Weights& weights, const ModelSettings& settings)
      : networks_(weights.task, weights.network),
        settings_(settings),
        device_(device_named(settings.device)) {
    load_tensors(networks_, weights.tensors, weights.source);
    networks_.eval();
    networks_.to(device_);
  }

  void encode(MatrixView queries, MatrixSpan parities) const override {
    run([&] {
      // A wide encoder has megabytes per group between its layers.
      constexpr Index kGroups = 32;
      const Index groups = queries.rows() / networks_.k();
      for (Index first = 0; first < groups; first += kGroups) {
        const Index count = std::min(kGroups, groups - first);
        const MatrixView part(queries.data() + first * networks_.k() * queries.cols(),
                              count * networks_.k(), queries.cols());
        store_rows(networks_.encode(float_tensor(part).to(device_)),
                   MatrixSpan(parities.data() + first * networks_.r() * parities.cols(),
                              count * networks_.r(), parities.cols()));
      }
    });
  }

  void decode(MatrixView outputs, MatrixSpan estimates) const override {
    run([&] { store_rows(networks_.decode(float_tensor(outputs).to(device_)), estimates); });
  }

 private:
  template <class Work>
  void run(Work&& work) const {
    guarded<RunError>("the learned code failed", "check the inputs", [&] {
      const FlushDenormals flush;
      const torch::NoGradGuard no_gradient;
      const OneDnn onednn(true);
      use_threads(settings_.threads);
      work();
    });
  }

  mutable CodeNetworks networks_;  // forward() of libtorch's containers is not const
  ModelSettings settings_;
  torch::Device device_;
};

}  // namespace

std::unique_ptr<LearnedCode> load_code(const Weights& weights, const ModelSettings& settings) {
  return guarded<DataError>(fmt::format("cannot use the weights '{}'", weights.source),
                            "train the code again",
                            [&] { return std::make_unique<TorchCode>(weights, settings); });
}

}  // namespace laggard::model
