// The parameters of the named networks: what `laggard train` reads in /network and what weights
// files keep. The defaults are the published sizes; the ready configurations in configs/ have small
// ones. The networks themselves are in torch/.
#pragma once

#include <cstdint>
#include <vector>

#include "core/fields.hpp"

namespace laggard::model {

/// Fully connected layers with rectifiers; any shape of input is flattened.
struct MlpConfig {
  std::vector<std::uint32_t> hidden{200, 100};

  void fields(Fields& fields);
};

/// LeNet-5 has its published size.
struct LeNet5Config {
  void fields(Fields&) {}
};

/// VGG-11 (Simonyan and Zisserman, arXiv 1409.1556, configuration A).
struct Vgg11Config {
  std::uint32_t width = 64;     ///< channels of the first layer; the last have 8 times as many
  std::uint32_t hidden = 4096;  ///< of the two fully connected layers
  double dropout = 0.5;         ///< between them, in training
  bool batch_norm = true;

  void fields(Fields& fields);
};

/// ResNet-18 (He et al., arXiv 1512.03385) with the stem for small images: one 3x3 convolution.
struct ResNet18Config {
  std::uint32_t width = 64;  ///< channels of the first stage; every stage doubles them
  std::uint32_t stages = 0;  ///< of two blocks each; 0: four, or three for images under 32x32

  void fields(Fields& fields);
};

/// RepVGG (Ding et al., arXiv 2101.03697); the defaults are RepVGG-A0 with strides for small
/// images.
struct RepVggConfig {
  std::vector<std::uint32_t> blocks{2, 4, 14, 1};        ///< of the stages
  std::vector<std::uint32_t> widths{48, 96, 192, 1280};  ///< channels of the stages
  std::vector<std::uint32_t> strides{1, 1, 2, 2, 2};     ///< of the stem and of the stages

  void fields(Fields& fields);
};

/// Vision transformer (Dosovitskiy et al., arXiv 2010.11929); the defaults are ViT-Base/16.
struct VitConfig {
  std::uint32_t patch = 16;  ///< side of a patch, divides the image's
  std::uint32_t width = 768;
  std::uint32_t depth = 12;
  std::uint32_t heads = 12;  ///< divides the width
  std::uint32_t mlp = 3072;  ///< hidden units of a block's perceptron
  double dropout = 0.1;      ///< in training

  void fields(Fields& fields);
};

}  // namespace laggard::model
