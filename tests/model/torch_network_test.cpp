// Named networks with weights from files.

#include <catch2/catch.hpp>
#include <optional>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "model/networks.hpp"
#include "model/torch_plugin.hpp"
#include "temporary.hpp"

namespace laggard::model {
namespace {

/// OMP_NUM_THREADS as the user set it, before the plugin is loaded.
const auto kGivenThreads = []() -> std::optional<std::string> {
  const char* given = std::getenv("OMP_NUM_THREADS");
  return given == nullptr ? std::nullopt : std::optional<std::string>(given);
}();

using Catch::Matchers::Contains;

const ModelContext kImages{{{1, 28, 28}}, 1};

Weights fresh_weights() {
  Weights weights;
  weights.network = {"lenet5", "{}", kImages.input, 10};
  LearnerConfig config;
  config.network = weights.network;
  config.mean = {0.25};
  config.deviation = {0.5};
  weights.tensors = torch_plugin().make_learner(config)->tensors();
  return weights;
}

std::unique_ptr<Model> lenet5(const std::filesystem::path& weights, const std::string& output,
                              const ModelContext& context = kImages) {
  const config::Json json{{"kind", "lenet5"}, {"weights", weights.string()}, {"output", output}};
  return config::make(models(), {"lenet5", json.dump(), "/model"}, context);
}

Matrix forward(const Model& model, const Matrix& inputs) {
  Matrix outputs(inputs.rows(), model.outputs());
  model.forward(rows_of(inputs, 0, inputs.rows()),
                {outputs.data(), outputs.rows(), outputs.cols()});
  return outputs;
}

NamedTensor& find(Weights& weights, const std::string& name) {
  for (NamedTensor& tensor : weights.tensors)
    if (tensor.name == name) return tensor;
  throw std::logic_error(name);
}

TEST_CASE("LeNet-5 has the parameters of LeNet-5", "[torch]") {
  const Weights weights = fresh_weights();
  std::size_t parameters = 0;
  for (const NamedTensor& tensor : weights.tensors)
    if (tensor.name.rfind("input_", 0) != 0) parameters += tensor.values.size();
  CHECK(parameters == 61'706);
}

TEST_CASE("a block of inputs gives the rows that single inputs give", "[torch]") {
  const testing::TemporaryDirectory folder;
  write_weights(folder / "w.h5", fresh_weights());
  const auto model = lenet5(folder / "w.h5", "logits");
  REQUIRE(model->outputs() == 10);
  const Matrix inputs = (Matrix::Random(9, 784).array() + 1) / 2;
  const Matrix block = forward(*model, inputs);
  for (Index row = 0; row < inputs.rows(); ++row)
    CHECK((forward(*model, inputs.row(row)) - block.row(row)).cwiseAbs().maxCoeff() < 1e-6);
  CHECK(forward(*model, inputs) == block);

  const Matrix probabilities = forward(*lenet5(folder / "w.h5", "softmax"), inputs);
  const Matrix exponentials = block.array().exp();
  const Matrix expected = exponentials.array().colwise() / exponentials.rowwise().sum().array();
  CHECK((probabilities - expected).cwiseAbs().maxCoeff() < 1e-12);
}

TEST_CASE("the normalisation of the inputs is part of the weights", "[torch]") {
  const testing::TemporaryDirectory folder;
  Weights weights = fresh_weights();
  write_weights(folder / "scaled.h5", weights);
  find(weights, "input_mean").values = {0.0F};
  find(weights, "input_deviation").values = {1.0F};
  write_weights(folder / "plain.h5", weights);
  const Matrix inputs = (Matrix::Random(3, 784).array() + 1) / 2;
  const Matrix scaled = forward(*lenet5(folder / "scaled.h5", "logits"), inputs);
  const Matrix plain =
      forward(*lenet5(folder / "plain.h5", "logits"), (inputs.array() - 0.25) / 0.5);
  CHECK((scaled - plain).cwiseAbs().maxCoeff() < 1e-5);
}

TEST_CASE("denormal weights are zeros, and denormal numbers elsewhere are not", "[torch]") {
  const testing::TemporaryDirectory folder;
  Weights weights = fresh_weights();
  for (const char* name : {"full3.weight", "full3.bias"})
    for (float& value : find(weights, name).values) value = 1e-40F;
  write_weights(folder / "w.h5", weights);
  const Matrix outputs =
      forward(*lenet5(folder / "w.h5", "logits"), Matrix::Constant(3, kImages.input.size(), 0.5));
  CHECK(outputs == Matrix::Zero(3, 10));
  volatile double tiny = 1e-310;
  CHECK(tiny * 0.5 > 0.0);
}

TEST_CASE("weights that do not fit are refused with the parameter's name", "[torch]") {
  const testing::TemporaryDirectory folder;
  const auto path = folder / "w.h5";
  Weights weights = fresh_weights();
  const auto message = [&](const ModelContext& context = kImages) -> std::string {
    write_weights(path, weights);
    try {
      lenet5(path, "softmax", context);
    } catch (const DataError& error) {
      return error.what();
    }
    return "no error";
  };
  SECTION("missing") {
    weights.tensors.erase(weights.tensors.begin());
    CHECK_THAT(message(), Contains("w.h5") && Contains("'conv1.bias' is missing"));
  }
  SECTION("superfluous") {
    weights.tensors.push_back({"conv9.bias", {1}, {0.0F}});
    CHECK_THAT(message(), Contains("w.h5") && Contains("conv9.bias"));
  }
  SECTION("another shape") {
    find(weights, "full2.weight").extents = {120, 84};
    CHECK_THAT(message(), Contains("full2.weight") && Contains("[84, 120]"));
  }
  SECTION("inputs divided by nothing") {
    find(weights, "input_deviation").values = {0.0F};
    CHECK_THAT(message(), Contains("w.h5") && Contains("'input_deviation' is not positive"));
  }
  SECTION("another network") {
    weights.network.architecture = "vgg11";
    CHECK_THAT(message(), Contains("w.h5") && Contains("vgg11"));
  }
  SECTION("another number of classes") {
    weights.network.outputs = 7;
    CHECK_THAT(message(), Contains("full3"));
  }
  SECTION("another dataset") {
    CHECK_THAT(message({{{3, 32, 32}}, 1}), Contains("1x28x28") && Contains("3x32x32"));
  }
  SECTION("a shape that LeNet-5 does not have") {
    weights.network.input = {{3, 32, 32}};
    CHECK_THAT(message({{{3, 32, 32}}, 1}), Contains("28x28"));
  }
}

TEST_CASE("the plugin says which libtorch it has", "[torch]") {
  CHECK(std::string(torch_plugin().libtorch_version()).find('.') != std::string::npos);
  const char* threads = std::getenv("OMP_NUM_THREADS");
  REQUIRE(threads != nullptr);
  CHECK(std::string(threads) == (kGivenThreads ? *kGivenThreads : "1"));
}

}  // namespace
}  // namespace laggard::model
