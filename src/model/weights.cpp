#include "model/weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "hdf5/format.hpp"
#include "model/networks.hpp"

namespace laggard::model {
namespace {

constexpr hdf5::Format kFormat{"laggard-weights",
                               1,
                               1,
                               "cannot use the weights",
                               "a weights file",
                               "`laggard train` writes such files"};
constexpr const char* kTensors = "/tensors";
/// 8 GiB of single-precision numbers: more is a damaged header, not a network.
constexpr std::uint64_t kLargestTensor = std::uint64_t{1} << 31;

[[noreturn]] void refuse_weights(const std::string& path, const std::string& why) {
  throw DataError(fmt::format("cannot use the weights '{}'", path), why,
                  "`laggard train` writes such files");
}

std::string required_text(const hdf5::File& file, const std::string& name) {
  const auto value = file.text_attribute(name);
  if (!value) refuse_weights(file.path(), fmt::format("the attribute '{}' is missing", name));
  return *value;
}

NetworkSpec read_spec(const hdf5::File& file) {
  NetworkSpec spec;
  spec.architecture = required_text(file, "architecture");
  const auto& known = networks();
  if (spec.architecture != kCodeArchitecture &&
      std::none_of(known.begin(), known.end(),
                   [&](const KindInfo& network) { return network.name == spec.architecture; }))
    refuse_weights(file.path(), fmt::format("there is no network '{}'", spec.architecture));
  spec.parameters = required_text(file, "parameters");
  const std::string input = required_text(file, "input_shape");
  spec.input = shape_from_text(input);
  if (spec.input.extents.empty())
    refuse_weights(file.path(), fmt::format("the attribute 'input_shape' is '{}'", input));
  const std::uint64_t outputs = file.integer_attribute("outputs").value_or(0);
  if (outputs == 0 || outputs > kMostOutputs)
    refuse_weights(file.path(), "the attribute 'outputs' is missing or out of range");
  spec.outputs = static_cast<Index>(outputs);
  return spec;
}

WeightsOrigin read_origin(const hdf5::File& file) {
  WeightsOrigin origin;
  origin.dataset = file.text_attribute("dataset").value_or("");
  origin.fingerprint = file.text_attribute("fingerprint").value_or("");
  origin.test_accuracy = file.real_attribute("test_accuracy").value_or(kNaN);
  origin.validation_accuracy = file.real_attribute("validation_accuracy").value_or(kNaN);
  origin.seed = file.integer_attribute("seed").value_or(0);
  origin.threads = file.integer_attribute("threads").value_or(0);
  origin.git_commit = file.text_attribute("git_commit").value_or("");
  origin.command = file.text_attribute("command").value_or("");
  origin.config = file.text_attribute("config").value_or("");
  origin.devices = file.text_attribute("devices").value_or("");
  return origin;
}

/// Files of classifiers have none of it, as those of older versions.
void write_task(hdf5::File& file, const CodingTask& task) {
  if (task.kind == TaskKind::kClassifier) return;
  file.write_attribute("task", to_text(task.kind));
  file.write_attribute("k", std::uint64_t{task.k});
  file.write_attribute("encoder", task.encoder);
  file.write_attribute("base_fingerprint", task.base_fingerprint);
  if (task.kind == TaskKind::kParity) {
    file.write_attribute("parity", std::uint64_t{task.parity});
    file.write_attribute("coefficients", fmt::format("{}", fmt::join(task.coefficients, " ")));
  } else {
    file.write_attribute("r", std::uint64_t{task.r});
    file.write_attribute("loss", task.loss);
  }
}

CodingTask read_task(const hdf5::File& file) {
  CodingTask task;
  task.kind = task_kind(file.text_attribute("task").value_or("classifier"));
  if (task.kind == TaskKind::kClassifier) return task;
  const auto number = [&](const char* name) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(
        file.integer_attribute(name).value_or(0), std::numeric_limits<std::uint32_t>::max()));
  };
  task.k = number("k");
  task.r = number("r");
  task.parity = number("parity");
  task.encoder = required_text(file, "encoder");
  task.base_fingerprint = required_text(file, "base_fingerprint");
  task.loss = file.text_attribute("loss").value_or("");
  std::istringstream coefficients(file.text_attribute("coefficients").value_or(""));
  for (double value = 0; coefficients >> value;) task.coefficients.push_back(value);
  return task;
}

/// Older configurations name the shipped networks by the folder in which they were.
void check_folder(const std::filesystem::path& path) {
  const std::filesystem::path now = "results" / path;
  std::error_code failure;
  if (path.is_relative() && !std::filesystem::exists(path, failure) &&
      std::filesystem::exists(now, failure))
    throw DataError(fmt::format("cannot read '{}'", path.string()), "there is no such file",
                    fmt::format("write '{}', where it is now", now.string()));
}

Weights read(const std::filesystem::path& path, bool tensors) {
  check_folder(path);
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  hdf5::check_format(file, kFormat);
  Weights weights{read_spec(file),
                  tensors ? read_tensors(file, kTensors) : std::vector<NamedTensor>(),
                  read_origin(file), path.string(), read_task(file)};
  for (const NamedTensor& tensor : weights.tensors)
    if (const auto bad = std::find_if_not(tensor.values.begin(), tensor.values.end(),
                                          [](float value) { return std::isfinite(value); });
        bad != tensor.values.end())
      refuse_weights(path.string(), fmt::format("'{}' holds {}", tensor.name, std::fabs(*bad)));
  return weights;
}

}  // namespace

std::string to_text(const Shape& shape) {
  return fmt::format("{}", fmt::join(shape.extents, "x"));
}

Shape shape_from_text(const std::string& text) {
  Shape shape;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end; ++at) {
    std::int32_t extent = 0;
    const auto [next, failure] = std::from_chars(at, end, extent);
    const bool last = next == end;
    if (failure != std::errc() || extent <= 0 || (!last && (*next != 'x' || next + 1 == end)))
      return {};
    shape.extents.push_back(extent);
    at = next;
  }
  return shape;
}

void write_tensors(hdf5::File& file, const std::string& group,
                   const std::vector<NamedTensor>& tensors) {
  file.create_group(group);
  for (const NamedTensor& tensor : tensors)
    file.write(group + "/" + tensor.name, tensor.values, tensor.extents);
}

std::vector<NamedTensor> read_tensors(const hdf5::File& file, const std::string& group) {
  std::vector<NamedTensor> tensors;
  for (const std::string& name : file.members(group)) {
    const std::string dataset = group + "/" + name;
    const hdf5::DatasetInfo info = file.info(dataset);
    if (info.elements() > kLargestTensor)
      refuse_weights(file.path(), fmt::format("'{}' has {} elements", name, info.elements()));
    tensors.push_back({name, info.extents, file.read_floats(dataset)});
  }
  return tensors;
}

std::string write_weights(const std::filesystem::path& path, const Weights& weights,
                          hdf5::Existing existing) {
  const auto fill = [&](hdf5::File& file) {
    file.write_attribute("format", kFormat.name);
    file.write_attribute("format_version", kFormat.newest);
    file.write_attribute("architecture", weights.network.architecture);
    file.write_attribute("parameters", weights.network.parameters);
    file.write_attribute("input_shape", to_text(weights.network.input));
    file.write_attribute("outputs", static_cast<std::uint64_t>(weights.network.outputs));
    file.write_attribute("dataset", weights.origin.dataset);
    file.write_attribute("fingerprint", weights.origin.fingerprint);
    file.write_real_attribute("test_accuracy", weights.origin.test_accuracy);
    file.write_real_attribute("validation_accuracy", weights.origin.validation_accuracy);
    file.write_attribute("seed", weights.origin.seed);
    file.write_attribute("threads", weights.origin.threads);
    file.write_attribute("git_commit", weights.origin.git_commit);
    file.write_attribute("command", weights.origin.command);
    file.write_attribute("config", weights.origin.config);
    if (!weights.origin.devices.empty()) file.write_attribute("devices", weights.origin.devices);
    write_task(file, weights.task);
    write_tensors(file, kTensors, weights.tensors);
  };
  return hdf5::replace_file(path, fill, existing);
}

Weights read_weights(const std::filesystem::path& path) {
  return read(path, /*tensors=*/true);
}

Weights read_weights_head(const std::filesystem::path& path) {
  return read(path, /*tensors=*/false);
}

std::string fingerprint_of(const Weights& weights) {
  Sha256 hash;
  const auto add = [&](const void* data, std::size_t size) {
    hash.update({static_cast<const std::uint8_t*>(data), size});
  };
  const NetworkSpec& network = weights.network;
  const std::string head = fmt::format("{} {} {} {}", network.architecture, network.parameters,
                                       to_text(network.input), network.outputs);
  add(head.data(), head.size());
  for (const NamedTensor& tensor : weights.tensors) {
    add(tensor.name.data(), tensor.name.size());
    add(tensor.values.data(), tensor.values.size() * sizeof(float));
  }
  return "sha256:" + hash.hex();
}

}  // namespace laggard::model
