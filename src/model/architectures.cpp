#include "model/architectures.hpp"

namespace laggard::model {
namespace {

constexpr std::uint32_t kWidest = 1 << 16;
constexpr Range kDropout{0.0, 0.95, false};

}  // namespace

void MlpConfig::fields(Fields& fields) {
  fields.integers({"hidden", "units of the hidden layers"}, hidden);
}

void Vgg11Config::fields(Fields& fields) {
  fields.integer({"width", "channels of the first layer; the last layers have 8 times as many"},
                 width, 1, kWidest);
  fields.integer({"hidden", "units of the two fully connected layers"}, hidden, 1, kWidest);
  fields.number({"dropout", "dropout between the fully connected layers in training"}, dropout,
                kDropout);
  fields.boolean({"batch_norm", "batch normalisation after every convolution"}, batch_norm);
}

void ResNet18Config::fields(Fields& fields) {
  fields.integer({"width", "channels of the first stage; every stage doubles them"}, width, 1,
                 kWidest);
  fields.integer(
      {"stages", "number of stages of two blocks; 0: four, or three for images below 32x32"},
      stages, 0, 4);
}

void RepVggConfig::fields(Fields& fields) {
  fields.integers({"blocks", "number of blocks of each stage"}, blocks);
  fields.integers({"widths", "channels of each stage; the stem has at most 64"}, widths);
  fields.integers({"strides", "strides of the stem and of the first block of each stage"}, strides);
}

void VitConfig::fields(Fields& fields) {
  fields.integer({"patch", "side of a patch in pixels; it divides the side of the image"}, patch, 1,
                 kWidest);
  fields.integer({"width", "numbers per token"}, width, 1, kWidest);
  fields.integer({"depth", "encoder blocks"}, depth, 1, 1000);
  fields.integer({"heads", "attention heads; their number divides the width"}, heads, 1, kWidest);
  fields.integer({"mlp", "hidden units of a block's perceptron"}, mlp, 1, kWidest);
  fields.number({"dropout", "dropout in training"}, dropout, kDropout);
}

}  // namespace laggard::model
