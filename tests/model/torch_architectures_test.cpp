// The named networks: their published sizes, and that folding does not change what they compute.

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "model/networks.hpp"
#include "model/torch_plugin.hpp"
#include "temporary.hpp"

namespace laggard::model {
namespace {

using Catch::Matchers::Contains;

LearnerConfig config_of(const NetworkSpec& spec) {
  LearnerConfig config;
  config.network = spec;
  const Index channels = spec.input.extents.size() == 3 ? spec.input.extents[0] : 1;
  config.mean.assign(static_cast<std::size_t>(channels), 0.4);
  config.deviation.assign(static_cast<std::size_t>(channels), 0.3);
  config.seed = 5;
  return config;
}

std::unique_ptr<Learner> learner(const NetworkSpec& spec) {
  return torch_plugin().make_learner(config_of(spec));
}

struct RandomBatch {
  Matrix inputs;
  std::vector<std::int32_t> labels;

  MatrixView rows(Index first, Index count) const { return rows_of(inputs, first, count); }
};

RandomBatch random_batch(Index rows, const NetworkSpec& spec) {
  RandomBatch batch{Matrix(rows, spec.input.size()), {}};
  Stream stream({3, Purpose::kData, 0, 0});
  for (Index i = 0; i < batch.inputs.size(); ++i) batch.inputs.data()[i] = uniform01(stream);
  for (Index row = 0; row < rows; ++row)
    batch.labels.push_back(
        static_cast<std::int32_t>(uniform_index(stream, static_cast<std::uint32_t>(spec.outputs))));
  return batch;
}

/// Parameters that training changes.
std::size_t parameters(const NetworkSpec& spec) {
  std::size_t count = 0;
  for (const NamedTensor& tensor : learner(spec)->tensors()) {
    const bool buffer =
        tensor.name.find("running_") != std::string::npos || tensor.name.rfind("input_", 0) == 0;
    if (!buffer) count += tensor.values.size();
  }
  return count;
}

const Shape kGray{{1, 28, 28}}, kColour{{3, 32, 32}};

TEST_CASE("networks have the published numbers of parameters", "[torch]") {
  CHECK(parameters({"mlp", "{}", kGray, 10}) == 178'110);
  CHECK(parameters({"lenet5", "{}", kGray, 10}) == 61'706);
  CHECK(parameters({"resnet18", "{}", kColour, 10}) == 11'173'962);
  // The features of VGG-11 with batch normalisation, and three small layers.
  CHECK(parameters({"vgg11", R"({"hidden": 10})", kColour, 10}) ==
        9'223'232 + (512 * 10 + 10) + 2 * (10 * 10 + 10));
  // RepVGG-A0 for 1000 classes before folding; afterwards it has the published 8.31 M. 96 more than
  // with the strides for large images, where the first block of stage 1 has no identity branch.
  CHECK(parameters({"repvgg", "{}", kColour, 1000}) == 9'108'968 + 96);
  // Ten more blocks of 7,087,872 make the 86,567,656 of ViT-Base/16.
  CHECK(parameters({"vit", R"({"depth": 2})", {{3, 224, 224}}, 1000}) ==
        86'567'656 - 10 * 7'087'872);
}

TEST_CASE("the variant of ResNet-18 for 28x28 has no last stage", "[torch]") {
  CHECK(parameters({"resnet18", "{}", kGray, 10}) == 2'776'522);
  CHECK(parameters({"resnet18", R"({"stages": 3})", kGray, 10}) == 2'776'522);
}

const std::vector<NetworkSpec>& small_networks() {
  static const std::vector<NetworkSpec> specs{
      {"mlp", R"({"kind": "mlp", "hidden": [9, 7]})", {{12}}, 4},
      {"lenet5", R"({"kind": "lenet5"})", kGray, 10},
      {"vgg11", R"({"kind": "vgg11", "width": 3, "hidden": 8})", kGray, 5},
      {"vgg11", R"({"kind": "vgg11", "width": 2, "hidden": 8, "batch_norm": false})", kColour, 5},
      {"resnet18", R"({"kind": "resnet18", "width": 4})", kGray, 5},
      {"repvgg", R"({"kind": "repvgg", "blocks": [2, 2], "widths": [6, 8], "strides": [1, 1, 2]})",
       kColour, 5},
      {"vit", R"({"kind": "vit", "patch": 8, "width": 12, "depth": 2, "heads": 3, "mlp": 16})",
       kColour, 5},
  };
  return specs;
}

/// Some steps, so that no running mean is 0 and no variance 1.
void train_a_little(Learner& network, const RandomBatch& batch) {
  std::vector<float> flat(network.flat_size());
  for (std::uint64_t step = 0; step < 5; ++step) {
    network.gradient({batch.rows(0, batch.inputs.rows()), batch.labels}, step, 1.0, flat);
    network.step(flat, 1e-3);
  }
}

TEST_CASE("a folded network computes what the trained one does", "[torch]") {
  for (const NetworkSpec& spec : small_networks()) {
    CAPTURE(spec.architecture, spec.parameters);
    const RandomBatch batch = random_batch(8, spec);
    const auto network = learner(spec);
    train_a_little(*network, batch);
    Weights weights{spec, network->tensors(), {}, "memory", {}};
    const auto model = torch_plugin().make_network(weights, ModelSettings{});
    Matrix logits(8, spec.outputs);
    model->forward(batch.rows(0, 8), {logits.data(), 8, spec.outputs});

    // The learner evaluates the unfolded form: its loss tells the outputs.
    for (Index row = 0; row < 8; ++row) {
      const auto label = batch.labels[static_cast<std::size_t>(row)];
      const auto exact = network->evaluate({batch.rows(row, 1), std::span(&label, 1)});
      const double largest = logits.row(row).maxCoeff();
      const double loss =
          largest + std::log((logits.row(row).array() - largest).exp().sum()) - logits(row, label);
      CHECK(loss == Approx(exact.loss).margin(1e-5));
    }
  }
}

TEST_CASE("an exported network gives the same numbers as a TorchScript module", "[torch]") {
  const testing::TemporaryDirectory folder;
  for (const NetworkSpec& spec : small_networks()) {
    CAPTURE(spec.architecture, spec.parameters);
    const RandomBatch batch = random_batch(8, spec);
    const auto network = learner(spec);
    train_a_little(*network, batch);
    const Weights weights{spec, network->tensors(), {}, "memory", {}};
    const std::string path = folder / "module.pt";
    torch_plugin().export_script(weights, path);
    const auto model = torch_plugin().make_network(weights, ModelSettings{});
    const TorchScript module({path}, {spec.input, 1});
    REQUIRE(module.outputs() == spec.outputs);
    Shape other = spec.input;
    ++other.extents.front();
    CHECK_THROWS_WITH(TorchScript({path}, {other, 1}),
                      Catch::Matchers::Contains("it is for inputs of shape"));
    for (const Index count : {1, 3, 8}) {  // the module was traced with two rows
      Matrix own(count, spec.outputs), exported(count, spec.outputs);
      model->forward(batch.rows(0, count), {own.data(), count, spec.outputs});
      module.forward(batch.rows(0, count), {exported.data(), count, spec.outputs});
      CHECK((own - exported).cwiseAbs().maxCoeff() < 1e-5);
    }
  }
}

TEST_CASE("memory does not grow over forward passes", "[torch]") {
  if (dlsym(RTLD_DEFAULT, "__asan_init") != nullptr) return;  // the sanitizer keeps what was freed
  const NetworkSpec spec = small_networks()[5];
  const RandomBatch batch = random_batch(8, spec);
  const Weights weights{spec, learner(spec)->tensors(), {}, "memory", {}};
  const auto model = torch_plugin().make_network(weights, ModelSettings{});
  Matrix outputs(8, spec.outputs);
  const auto run = [&](int passes) {
    for (int pass = 0; pass < passes; ++pass)
      model->forward(batch.rows(0, 8), {outputs.data(), 8, spec.outputs});
    std::ifstream file("/proc/self/statm");
    long total = 0, resident = 0;
    file >> total >> resident;
    return resident * sysconf(_SC_PAGESIZE);
  };
  const long before = run(50);
  CHECK(run(1000) - before < 4L << 20);
}

TEST_CASE("shares of a batch add up to its gradient and leave the network as it is", "[torch]") {
  const NetworkSpec spec = small_networks().front();
  const RandomBatch batch = random_batch(8, spec);
  const auto network = learner(spec);
  std::vector<float> whole(network->flat_size()), part(whole.size()), sum(whole.size(), 0.0F);
  const BatchResult result = network->gradient({batch.rows(0, 8), batch.labels}, 1, 1.0, whole);
  double loss = 0;
  for (Index first : {0, 3}) {
    const Index count = first == 0 ? 3 : 5;
    loss +=
        network
            ->gradient({batch.rows(first, count), std::span(batch.labels)
                                                      .subspan(static_cast<std::size_t>(first),
                                                               static_cast<std::size_t>(count))},
                       1, static_cast<double>(count) / 8, part)
            .loss;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += part[i];
  }
  CHECK(loss == Approx(result.loss));
  for (std::size_t i = 0; i < sum.size(); ++i) CHECK(sum[i] == Approx(whole[i]).margin(1e-7));
  std::vector<float> again(whole.size());
  network->gradient({batch.rows(0, 8), batch.labels}, 1, 1.0, again);
  CHECK(again == whole);
}

TEST_CASE("batch normalisation learns its running statistics through the steps", "[torch]") {
  const NetworkSpec spec = small_networks()[2];
  const RandomBatch batch = random_batch(8, spec);
  const auto network = learner(spec);
  // Sorted: tensors come in the order of their names, the vector has the network's.
  const auto running = [&] {
    std::vector<float> values;
    for (const NamedTensor& tensor : network->tensors())
      if (tensor.name.find("running_") != std::string::npos)
        values.insert(values.end(), tensor.values.begin(), tensor.values.end());
    std::sort(values.begin(), values.end());
    return values;
  };
  const std::vector<float> before = running();
  std::vector<float> flat(network->flat_size());
  network->gradient({batch.rows(0, 8), batch.labels}, 1, 1.0, flat);
  CHECK(running() == before);
  network->step(flat, 1e-3);
  std::vector<float> carried(flat.end() - static_cast<std::ptrdiff_t>(before.size()), flat.end());
  std::sort(carried.begin(), carried.end());
  CHECK(running() == carried);
  CHECK(running() != before);
}

TEST_CASE("networks refuse sizes and inputs that do not fit", "[torch]") {
  const auto message = [](const NetworkSpec& spec) -> std::string {
    try {
      learner(spec);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK_THAT(message({"vit", R"({"patch": 5})", kGray, 10}),
             Contains("/network/patch is 5") && Contains("28x28"));
  CHECK_THAT(message({"vit", R"({"patch": 4, "width": 10, "heads": 3})", kGray, 10}),
             Contains("/network/heads"));
  CHECK_THAT(message({"repvgg", R"({"blocks": [1, 2]})", kColour, 10}),
             Contains("2 blocks, 4 widths and 5 strides"));
  CHECK_THAT(message({"repvgg", R"({"blocks": [1, 0, 1, 1]})", kColour, 10}),
             Contains("/network/blocks contains 0"));
  CHECK_THAT(message({"mlp", R"({"hidden": [0]})", {{3}}, 10}), Contains("/network/hidden"));
  for (const char* name : {"vgg11", "resnet18", "repvgg", "vit"})
    CHECK_THAT(message({name, "{}", {{784}}, 10}), Contains("784") && Contains("images"));
}

Weights trained_a_little(const NetworkSpec& spec, const std::string& device) {
  LearnerConfig config = config_of(spec);
  config.device = device;
  const auto network = torch_plugin().make_learner(config);
  train_a_little(*network, random_batch(24, spec));
  return {spec, network->tensors(), {}, "memory", {}};
}

TEST_CASE("a GPU gives the answers of the processor and always the same; its lack is said",
          "[torch]") {
  for (const NetworkSpec& spec : small_networks()) {
    CAPTURE(spec.architecture);
    Weights weights;
    try {
      weights = trained_a_little(spec, "cuda");
    } catch (const ConfigError& error) {
      CHECK_THAT(error.what(), Contains("there is no device 'cuda'"));
      return;
    }
    const Weights again = trained_a_little(spec, "cuda");
    for (std::size_t i = 0; i < weights.tensors.size(); ++i)
      CHECK(again.tensors[i].values == weights.tensors[i].values);
    const RandomBatch batch = random_batch(40, spec);
    const auto answers = [&](const char* device) {
      Matrix outputs(40, spec.outputs);
      torch_plugin()
          .make_network(weights, {OutputRule::kAsIs, 1, device})
          ->forward(batch.rows(0, 40), {outputs.data(), outputs.rows(), outputs.cols()});
      return outputs;
    };
    const Matrix expected = answers("cpu");
    CHECK((answers("cuda") - expected).cwiseAbs().maxCoeff() <
          1e-5 * expected.cwiseAbs().maxCoeff());
  }
}

}  // namespace
}  // namespace laggard::model
