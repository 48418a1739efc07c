// What learners of codes minimise, computed a second time by hand.

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "model/torch_plugin.hpp"
#include "random_matrix.hpp"

namespace laggard::model {
namespace {

using testing::normal_matrix;

Index argmax(const Matrix& matrix, Index row) {
  Index best = 0;
  matrix.row(row).maxCoeff(&best);
  return best;
}

const NetworkSpec kMlp{"mlp", R"({"hidden": [5]})", {{2, 4, 4}}, 3};

LearnerConfig config_of(const NetworkSpec& spec, const CodingTask& task) {
  LearnerConfig config;
  config.network = spec;
  config.task = task;
  config.mean = {0.4, 0.1};
  config.deviation = {0.3, 2.0};
  config.seed = 5;
  return config;
}

CodingTask parity_task() {
  CodingTask task;
  task.kind = TaskKind::kParity;
  task.k = 2;
  task.coefficients = {1, 2};
  task.encoder = "addition";
  return task;
}

CodingTask code_task(const std::string& encoder, const std::string& loss, std::uint32_t r = 1) {
  CodingTask task;
  task.kind = TaskKind::kCode;
  task.k = 2;
  task.r = r;
  task.encoder = encoder;
  task.loss = loss;
  return task;
}

Weights deployed() {
  return {kMlp, torch_plugin().make_learner(config_of(kMlp, {}))->tensors(), {}, "memory", {}};
}

Matrix forward(const Weights& weights, const Matrix& inputs) {
  const auto model = torch_plugin().make_network(weights, ModelSettings{});
  Matrix outputs(inputs.rows(), model->outputs());
  model->forward(rows_of(inputs, 0, inputs.rows()),
                 MatrixSpan(outputs.data(), outputs.rows(), outputs.cols()));
  return outputs;
}

/// Groups with the logits of the deployed model and labels.
struct Groups {
  Matrix inputs, targets;
  std::vector<std::int32_t> labels;

  Batch batch(Index first, Index count, Index per_group) const {
    return {rows_of(inputs, first * per_group, count * per_group),
            std::span(labels).subspan(static_cast<std::size_t>(2 * first),
                                      static_cast<std::size_t>(2 * count)),
            rows_of(targets, 2 * first, 2 * count)};
  }
};

TEST_CASE("a parity model's loss and reconstructions", "[torch][coding]") {
  const auto learner = torch_plugin().make_learner(config_of(kMlp, parity_task()));
  const Groups groups{
      normal_matrix(4, 32, 1), 0.3 * normal_matrix(8, 3, 2), {0, 1, 2, 0, 1, 2, 0, 1}};
  const BatchResult result = learner->evaluate(groups.batch(0, 4, 1));
  const Matrix outputs = forward({kMlp, learner->tensors(), {}, "memory", {}}, groups.inputs);
  double squares = 0;
  std::uint32_t correct = 0;
  for (Index g = 0; g < 4; ++g) {
    const auto first = groups.targets.row(2 * g), second = groups.targets.row(2 * g + 1);
    squares += (outputs.row(g) - first - 2 * second).squaredNorm() / 3;
    Matrix decoded(2, 3);
    decoded << outputs.row(g) - 2 * second, (outputs.row(g) - first) / 2;
    for (Index j = 0; j < 2; ++j)
      correct += argmax(decoded, j) == argmax(groups.targets, 2 * g + j) ? 1 : 0;
  }
  CHECK(result.loss == Approx(squares).epsilon(1e-5));
  CHECK(result.correct == correct);
  CHECK(result.decisions == 8);
}

TEST_CASE("a learned code's losses, through encoder, deployed model and decoder",
          "[torch][coding]") {
  const Weights base = deployed();
  const std::string encoder = GENERATE("mlp", "conv"),
                    loss = GENERATE("mse-base", "kl-base", "xent-label");
  CAPTURE(encoder, loss);
  LearnerConfig config =
      config_of({kCodeArchitecture, "{}", kMlp.input, 3}, code_task(encoder, loss));
  config.base = &base;
  const auto learner = torch_plugin().make_learner(config);
  // Initial weights are so small that every loss would be that of zeros.
  std::vector<NamedTensor> tensors = learner->tensors();
  for (NamedTensor& tensor : tensors)
    if (tensor.name.starts_with("decoder"))
      for (float& value : tensor.values) value *= 30;
  learner->load(tensors, "memory");

  const Matrix queries = normal_matrix(6, 32, 3);
  const Groups groups{queries, forward(base, queries), {0, 1, 2, 0, 1, 2}};
  const BatchResult result = learner->evaluate(groups.batch(0, 3, 2));

  const Weights weights{config.network, tensors, {}, "memory", config.task};
  const auto code = torch_plugin().load_code(weights, ModelSettings{});
  Matrix parities(3, 32);
  code->encode(rows_of(queries, 0, 6), MatrixSpan(parities.data(), 3, 32));
  const Matrix answers = forward(base, parities);
  double expected = 0;
  std::uint32_t correct = 0;
  for (Index g = 0; g < 3; ++g)
    for (Index lost = 0; lost < 2; ++lost) {
      Matrix seen(1, 9), decoded(1, 6);
      seen << groups.targets.row(2 * g), groups.targets.row(2 * g + 1), answers.row(g);
      seen.block(0, 3 * lost, 1, 3).setZero();
      code->decode(rows_of(seen, 0, 1), MatrixSpan(decoded.data(), 1, 6));
      const Matrix estimate = decoded.middleCols(3 * lost, 3);
      const Matrix truth = groups.targets.row(2 * g + lost);
      const Matrix p = truth.array().exp() / truth.array().exp().sum();
      const Matrix q = estimate.array().exp() / estimate.array().exp().sum();
      if (loss == "mse-base") expected += (estimate - truth).squaredNorm() / 3;
      if (loss == "kl-base") expected += (p.array() * (p.array() / q.array()).log()).sum();
      if (loss == "xent-label")
        expected -= std::log(q(0, groups.labels[static_cast<std::size_t>(2 * g + lost)]));
      correct += argmax(estimate, 0) == argmax(truth, 0) ? 1 : 0;
    }
  CHECK(result.loss == Approx(expected / 2).epsilon(1e-4));  // mean over the choices, sum of groups
  CHECK(result.correct == correct);
  CHECK(result.decisions == 6);

  // Shares of a batch add up, as ranks need it.
  std::vector<float> whole(learner->flat_size()), part(whole.size()), sum(whole.size(), 0.0F);
  learner->gradient(groups.batch(0, 3, 2), 1, 1.0, whole);
  double largest = 0;
  for (const float value : whole) largest = std::max(largest, std::abs(static_cast<double>(value)));
  CHECK(largest > 0);
  for (const Index first : {0, 1}) {
    const Index count = first == 0 ? 1 : 2;
    learner->gradient(groups.batch(first, count, 2), 1, static_cast<double>(count) / 3, part);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += part[i];
  }
  for (std::size_t i = 0; i < sum.size(); ++i)
    if (std::abs(sum[i] - whole[i]) > 1e-5 * largest + 1e-7) FAIL("element " << i);
}

TEST_CASE("planes of colour are encoded on their own, with the same weights", "[torch][coding]") {
  const Weights base = deployed();
  const std::string encoder = GENERATE("mlp", "conv");
  LearnerConfig config =
      config_of({kCodeArchitecture, "{}", kMlp.input, 3}, code_task(encoder, "mse-base", 2));
  config.base = &base;
  const Weights weights{
      config.network, torch_plugin().make_learner(config)->tensors(), {}, "memory", config.task};
  const auto code = torch_plugin().load_code(weights, ModelSettings{});
  const Matrix queries = normal_matrix(4, 32, 3);
  Matrix swapped(4, 32), parities(4, 32), of_swapped(4, 32);
  swapped << queries.rightCols(16), queries.leftCols(16);
  code->encode(rows_of(queries, 0, 4), MatrixSpan(parities.data(), 4, 32));
  code->encode(rows_of(swapped, 0, 4), MatrixSpan(of_swapped.data(), 4, 32));
  CHECK((parities.leftCols(16) - of_swapped.rightCols(16)).cwiseAbs().maxCoeff() < 1e-6);
  CHECK((parities.rightCols(16) - of_swapped.leftCols(16)).cwiseAbs().maxCoeff() < 1e-6);
  CHECK((parities.leftCols(16) - parities.rightCols(16)).cwiseAbs().maxCoeff() > 1e-6);
}

TEST_CASE("weights that are no code are refused", "[torch][coding]") {
  Weights base = deployed();
  base.task = code_task("mlp", "mse-base");
  CHECK_THROWS_AS(torch_plugin().load_code(base, ModelSettings{}), DataError);
}

}  // namespace
}  // namespace laggard::model
