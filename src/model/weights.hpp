// Trained networks as files: what a network is, its parameters, and where they come from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "hdf5/replace.hpp"
#include "model/coding.hpp"

namespace laggard::model {

/// Encoder and decoder of a learned code in one file; their sizes follow from task, input and
/// outputs.
inline constexpr const char* kCodeArchitecture = "code";

/// What a file with more says is a damaged header, not a network.
inline constexpr std::uint64_t kMostOutputs = 1'000'000;

/// Everything that fixes the shapes of a network's parameters.
struct NetworkSpec {
  std::string architecture;        ///< a name from networks(), or kCodeArchitecture
  std::string parameters = "{}";   ///< JSON object of the architecture's own parameters
  Shape input;                     ///< shape of one input
  Index outputs = 0;               ///< m, one per class
  std::string where = "/network";  ///< its place in messages

  bool operator==(const NetworkSpec&) const = default;
};

/// A parameter or buffer of a network, row-major.
struct NamedTensor {
  std::string name;  ///< as in the module, e.g. "conv1.weight"
  std::vector<std::uint64_t> extents;
  std::vector<float> values;
};

/// How weights came to be; none of it is needed to use them.
struct WeightsOrigin {
  std::string dataset;                ///< JSON of the training dataset
  std::string fingerprint;            ///< of the training rows
  double test_accuracy = kNaN;        ///< in [0, 1]; NaN without a test set
  double validation_accuracy = kNaN;  ///< in [0, 1]; NaN without validation rows
  std::uint64_t seed = 0;
  std::uint64_t threads = 1;
  std::string git_commit;
  std::string command;
  std::string config;   ///< resolved JSON of the training
  std::string devices;  ///< where its epochs were computed, if /device was changed on the way
};

struct Weights {
  NetworkSpec network;
  std::vector<NamedTensor> tensors;
  WeightsOrigin origin;
  std::string source;  ///< the file, for messages
  CodingTask task;
};

/// SHA-256 of a network's structure and parameters: what tells two deployed models apart.
std::string fingerprint_of(const Weights& weights);

/// "1x28x28", and back. Errors: an empty shape if the text is not one.
std::string to_text(const Shape& shape);
Shape shape_from_text(const std::string& text);

/// One single-precision dataset per tensor in a group of an open file.
void write_tensors(hdf5::File& file, const std::string& group,
                   const std::vector<NamedTensor>& tensors);
std::vector<NamedTensor> read_tensors(const hdf5::File& file, const std::string& group);

/// Writes to a temporary file first, so that `path` is never half a file. Folders on the way are
/// created. Returns where an old file is kept, or "". Errors: RunError.
std::string write_weights(const std::filesystem::path& path, const Weights& weights,
                          hdf5::Existing existing = hdf5::Existing::kReplace);

/// Errors: DataError naming the file if it is missing, is not a weights file, or is damaged.
/// Whether the tensors fit the network is checked by the network.
Weights read_weights(const std::filesystem::path& path);

/// The same without the tensors.
Weights read_weights_head(const std::filesystem::path& path);

}  // namespace laggard::model
