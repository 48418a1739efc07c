#include "experiment/approximation/worker.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.hpp"
#include "experiment.hpp"

namespace laggard::approximation {
namespace {

std::string job_of(const std::string& json, Index dimension = 1) {
  config::Json document = config::parse(json, "the test");
  document["dataset"] = {{"kind", "uniform"}, {"dimension", dimension}};
  return job_text(testing::setup_of(document.dump()));
}

/// The results of workers first .. first + rows - 1.
Matrix compute(const transport::BlockFunction& function, const Matrix& inputs, std::uint32_t trial,
               std::uint32_t first, std::uint32_t step = 0) {
  Matrix outputs = Matrix::Zero(inputs.rows(), 2);  // some models have one output
  function({trial, 0, first, static_cast<std::uint32_t>(inputs.rows()), 0, step},
           rows_of(inputs, 0, inputs.rows()),
           MatrixSpan(outputs.data(), outputs.rows(), outputs.cols()));
  return outputs;
}

constexpr const char* kNoisy = R"({"model": {"kind": "expression", "outputs": ["x1", "2*x1"]},
                                   "noise": {"kind": "gaussian", "sigma": 0.5}})";

TEST_CASE("A worker computes the model and adds its noise", "[worker]") {
  const auto function = make_worker(job_of(kNoisy));
  const Matrix inputs = Matrix::Constant(3, 1, 10.0);
  const Matrix outputs = compute(*function, inputs, 0, 0);
  for (Index i = 0; i < 3; ++i) {
    CHECK(outputs(i, 0) != 10.0);
    CHECK(std::abs(outputs(i, 0) - 10.0) < 5.0);
    CHECK(std::abs(outputs(i, 1) - 20.0) < 5.0);
  }
  CHECK(outputs(0, 0) != outputs(1, 0));
}

TEST_CASE("Noise belongs to the worker, the trial and the step, not to the block", "[worker]") {
  const auto function = make_worker(job_of(kNoisy));
  const Matrix inputs = Matrix::Constant(4, 1, 1.0);
  const Matrix together = compute(*function, inputs, 5, 8);
  for (std::uint32_t worker = 0; worker < 4; ++worker)
    CHECK(compute(*function, inputs.topRows(1), 5, 8 + worker) == together.row(worker));
  CHECK(compute(*function, inputs, 6, 8) != together);
  CHECK(compute(*function, inputs, 5, 8, /*step=*/1) != together);
  CHECK(compute(*make_worker(job_of(kNoisy)), inputs, 5, 8) == together);
}

TEST_CASE("On the wall clock the machine is the fastest worker", "[worker][speeds]") {
  const std::string speeds = R"(, "workers": 3, "data_points": 2,
      "speeds": {"kind": "listed", "factors": [2, 6, 4]}})";
  const std::string job = job_of(R"({"clock": "wall")" + speeds);
  CHECK(config::parse(job, "the job").at("slowdown") == config::Json{1.0, 3.0, 2.0});
  CHECK_FALSE(
      config::parse(job_of(R"({"clock": "virtual")" + speeds), "the job").contains("slowdown"));
  // Slower workers compute the same.
  const Matrix inputs = Matrix::Constant(3, 1, 2.0);
  CHECK(compute(*make_worker(job), inputs, 0, 0) ==
        compute(*make_worker(job_of("{}")), inputs, 0, 0));
}

TEST_CASE("Workers of a scheme with functions of its own compute them", "[worker]") {
  const std::string json = R"({"model": {"kind": "expression", "outputs": ["x1"]},
      "dataset": {"kind": "uniform", "dimension": 1}, "data_points": 4, "workers": 8,
      "noise": {"kind": "gaussian", "sigma": 1e-6}})";
  const auto model = [](const std::string& formula) {
    return Component{"expression", R"({"kind": "expression", "outputs": [")" + formula + R"("]})",
                     "/schemes/1/parity/0"};
  };
  Setup setup = testing::setup_of(json);
  REQUIRE(setup.points.size() == 2);
  setup.points[1].functions = {{0, 0, 1, 2}, {model("10*x1"), model("100*x1")}};
  const auto function = make_worker(job_text(setup, setup.points));
  const auto compute_as = [&](std::uint32_t scheme, std::uint32_t first, const Matrix& inputs) {
    Matrix outputs(inputs.rows(), 1);
    (*function)({0, 0, first, static_cast<std::uint32_t>(inputs.rows()), scheme},
                rows_of(inputs, 0, inputs.rows()), MatrixSpan(outputs.data(), outputs.rows(), 1));
    return outputs;
  };
  Matrix inputs(6, 1);
  inputs << 1, 2, 3, 4, 5, 6;
  Matrix expected(6, 1);
  expected << 1, 20, 300, 4, 5, 60;  // workers 1 to 6
  const Matrix outputs = compute_as(1, 1, inputs);
  CHECK((outputs - expected).cwiseAbs().maxCoeff() < 1e-4);
  CHECK((compute_as(0, 1, inputs) - inputs).cwiseAbs().maxCoeff() < 1e-4);
  // Noise and all: a worker's numbers do not depend on its block.
  for (std::uint32_t row = 0; row < 6; ++row)
    CHECK(compute_as(1, 1 + row, inputs.middleRows(row, 1)) == outputs.middleRows(row, 1));

  setup.points[1].functions.models[0].parameters =
      R"({"kind": "expression", "outputs": ["x1", "x1"]})";
  CHECK_THROWS_WITH(make_worker(job_text(setup, setup.points)),
                    Catch::Matchers::Contains("/schemes/1/parity/0 does not fit the model (it has "
                                              "2 outputs, the model has 1)"));
}

TEST_CASE("A scheme's model that a rank does not find is named", "[worker]") {
  const std::string json = R"({"model": {"kind": "expression", "outputs": ["x1"]}})";
  Setup setup = testing::setup_of(json);
  setup.points[0].functions = {
      {0, 1},
      {{"mlp", R"({"kind": "mlp", "weights": "none.h5", "output": "logits", "threads": 1,
                   "device": "cpu"})",
        "/schemes/0/parity/0"}}};
  CHECK_THROWS_WITH(
      make_worker(job_text(setup, setup.points)),
      Catch::Matchers::Contains("/schemes/0/parity/0: cannot read 'none.h5' (there is"));
}

TEST_CASE("Equal jobs have equal texts", "[worker]") {
  CHECK(job_of(kNoisy) == job_of(kNoisy));
  CHECK(job_of(kNoisy) != job_of(kNoisy, 2));
  CHECK(job_of(R"({"seed": 1})") != job_of(R"({"seed": 2})"));
  CHECK(job_of(R"({"workers": 16})") == job_of(R"({"workers": 32})"));
}

TEST_CASE("A job that cannot be done is an error", "[worker]") {
  CHECK_THROWS_AS(make_worker(job_of(R"({"model": {"kind": "expression", "outputs": ["x2"]}})")),
                  ConfigError);
}

}  // namespace
}  // namespace laggard::approximation
