// TorchScript modules made here, used as models through the plugin.

#include <torch/script.h>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "experiment.hpp"
#include "model/model.hpp"
#include "model/networks.hpp"
#include "temporary.hpp"

namespace laggard::model {
namespace {

using Catch::Matchers::Contains;

const ModelContext kVectors{{{3}}, 1};

/// Saves a module with a 2 x 3 weight, 1..6, and this forward method.
std::string save(const testing::TemporaryDirectory& folder, const std::string& source) {
  torch::jit::Module module("m");
  module.register_parameter("weight", torch::arange(1.0F, 7.0F).view({2, 3}), false);
  module.define(source);
  const std::string path = folder / "module.pt";
  module.save(path);
  return path;
}

const std::string kLinear = "def forward(self, x):\n  return torch.matmul(x, self.weight.t())\n";

Matrix forward(const Model& model, const Matrix& inputs) {
  Matrix outputs(inputs.rows(), model.outputs());
  model.forward(rows_of(inputs, 0, inputs.rows()),
                {outputs.data(), outputs.rows(), outputs.cols()});
  return outputs;
}

TEST_CASE("a TorchScript module computes what it says", "[torch]") {
  const testing::TemporaryDirectory folder;
  const TorchScript model({save(folder, kLinear)}, kVectors);
  REQUIRE(model.outputs() == 2);
  const Matrix inputs = Matrix::Random(5, 3);
  Matrix weight(2, 3);
  weight << 1, 2, 3, 4, 5, 6;
  const Matrix expected = inputs * weight.transpose();
  const Matrix block = forward(model, inputs);
  CHECK((block - expected).cwiseAbs().maxCoeff() < 1e-5);
  for (Index row = 0; row < inputs.rows(); ++row)
    CHECK((forward(model, inputs.row(row)) - block.row(row)).cwiseAbs().maxCoeff() < 1e-6);
  CHECK(forward(model, inputs) == block);  // also after the executor has seen the shapes
  CHECK_FALSE(model.polynomial_degree());
}

TEST_CASE("softmax outputs are probabilities", "[torch]") {
  const testing::TemporaryDirectory folder;
  const TorchScript model({save(folder, kLinear), "softmax"}, kVectors);
  const Matrix outputs = forward(model, Matrix::Random(4, 3));
  CHECK((outputs.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-12);
  CHECK(outputs.minCoeff() > 0);
}

TEST_CASE("images reach the module as batch x channels x height x width", "[torch]") {
  const testing::TemporaryDirectory folder;
  const std::string path = save(folder, "def forward(self, x):\n  return x[:, 0].sum(2)\n");
  const TorchScript model({path}, {{{2, 2, 3}}, 1});
  REQUIRE(model.outputs() == 2);
  Matrix input(1, 12);
  input << 1, 2, 3, 4, 5, 6, 100, 100, 100, 100, 100, 100;
  const Matrix output = forward(model, input);
  CHECK(output(0, 0) == 6);
  CHECK(output(0, 1) == 15);
}

TEST_CASE("values that are not finite are passed on", "[torch]") {
  const testing::TemporaryDirectory folder;
  const TorchScript model({save(folder, kLinear)}, kVectors);
  Matrix input = Matrix::Zero(1, 3);
  input(0, 1) = kNaN;
  CHECK(std::isnan(forward(model, input)(0, 0)));
}

TEST_CASE("modules that cannot be models are refused in one line", "[torch]") {
  const testing::TemporaryDirectory folder;
  const auto message_of = [](const std::string& path) -> std::string {
    try {
      TorchScript({path}, kVectors);
    } catch (const DataError& error) {
      return error.what();
    }
    return "no error";
  };
  std::string message;
  std::vector<std::string> parts;
  SECTION("missing file") {
    message = message_of(folder / "none.pt");
    parts = {"none.pt", "there is no such file"};
  }
  SECTION("not TorchScript") {
    message = message_of(folder.write("text.pt", "hello"));
    parts = {"text.pt"};
  }
  SECTION("another input shape") {
    message =
        message_of(save(folder, "def forward(self, x):\n  return torch.matmul(x, self.weight)\n"));
    parts = {"module.pt", "shape 3", "shapes cannot be multiplied"};
  }
  SECTION("an exception of the module") {
    message = message_of(save(folder,
                              "def forward(self, x):\n  assert False, 'of my own'\n"
                              "  return x\n"));
    parts = {"module.pt", "of my own"};
  }
  SECTION("a tuple") {
    message = message_of(save(folder, "def forward(self, x):\n  return (x, x)\n"));
    parts = {"module.pt", "it returns Tuple"};
  }
  SECTION("no batch") {
    message = message_of(save(folder, "def forward(self, x):\n  return x.sum()\n"));
    parts = {"module.pt", "one row per input"};
  }
  SECTION("rows that depend on the batch") {
    message = message_of(save(folder, "def forward(self, x):\n  return torch.matmul(x, x.t())\n"));
    parts = {"module.pt", "one row per input"};
  }
  INFO(message);
  for (const std::string& part : parts) CHECK_THAT(message, Contains(part));
  CHECK(message.find('\n') == std::string::npos);
  CHECK(message.find("frame #") == std::string::npos);
  CHECK(message.find(".cpp:") == std::string::npos);
  CHECK_THROWS_AS(TorchScript({""}, kVectors), ConfigError);
}

/// What building a setup with this module says. Drawn inputs are in [-3, 3]^3.
std::string tried_out(const testing::TemporaryDirectory& folder, const std::string& source) {
  const config::Json json{{"data_points", 2},
                          {"workers", 8},
                          {"dataset", {{"kind", "uniform"}, {"dimension", 3}}},
                          {"model", {{"kind", "torchscript"}, {"path", save(folder, source)}}}};
  try {
    testing::setup_of(json.dump());
  } catch (const DataError& error) {
    return error.what();
  }
  return "taken";
}

TEST_CASE("modules that are no function of one input are refused before a run", "[torch]") {
  const testing::TemporaryDirectory folder;
  CHECK(tried_out(folder, kLinear) == "taken");
  // Traced in training mode, dropout stays on whatever eval() says.
  CHECK_THAT(tried_out(folder,
                       "def forward(self, x):\n"
                       "  return torch.dropout(torch.matmul(x, self.weight.t()), .5, True)\n"),
             Contains("/model: '") && Contains("module.pt' gives other outputs whenever") &&
                 Contains("model.eval()"));
  CHECK_THAT(tried_out(folder, "def forward(self, x):\n  return x + 1e-3 * torch.randn_like(x)\n"),
             Contains("gives other outputs whenever"));
  // Normalised by the batch, as batch normalisation in training mode does.
  CHECK_THAT(
      tried_out(folder,
                "def forward(self, x):\n"
                "  return torch.batch_norm(x.unsqueeze(2).expand(-1, -1, 2), None,\n"
                "      None, None, None, True, 0.1, 1e-5, False)\n"),
      Contains("module.pt' gives an input other outputs when other inputs are in its batch"));
  CHECK_THAT(tried_out(folder, "def forward(self, x):\n  return x - x.mean(0)\n"),
             Contains("other inputs are in its batch"));
  CHECK_THAT(tried_out(folder, "def forward(self, x):\n  return x + 1e-3 * x.max()\n"),
             Contains("other inputs are in its batch"));
  CHECK_THAT(tried_out(folder, "def forward(self, x):\n  return x * x.size(0)\n"),
             Contains("in a batch of 4"));
  // bfloat16 (15 in TorchScript): the same sums, in another order, have a last digit of 2^-8.
  CHECK(tried_out(folder,
                  "def forward(self, x):\n"
                  "  y = torch.matmul(x.to(15), self.weight.to(15).t()).float()\n"
                  "  return y * (1 + (2.0 ** -8 if x.size(0) > 1 else 0.0))\n") == "taken");
}

}  // namespace
}  // namespace laggard::model
