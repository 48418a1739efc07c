#include "experiment/training/tasks.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "random_matrix.hpp"

namespace laggard::training {
namespace {

using testing::normal_matrix;

constexpr Index kInputs = 3, kClasses = 2;

Batch batch_of(Stream& stream, std::uint32_t parts, std::uint32_t rows) {
  const Index all = Index{parts} * rows;
  return {parts, rows, normal_matrix(stream, all, kInputs), normal_matrix(stream, all, kClasses)};
}

TEST_CASE("Row j of a mixing code is the combination of rows j of the parts",
          "[tasks][reference]") {
  Stream stream({1, Purpose::kData, 0, 0});
  const Batch batch = batch_of(stream, 4, 5);
  const Matrix assignment = normal_matrix(stream, 7, 4);
  const TaskMaker maker(assignment, {.mixes_rows = true}, 5, kInputs, kClasses);
  const Matrix tasks = maker.tasks(batch);
  const TaskShape& shape = maker.shape();
  REQUIRE(tasks.cols() == 1 + 5 * (1 + kInputs + kClasses));
  for (Index n = 0; n < 7; ++n) {
    CHECK(tasks(n, 0) == 5.0);
    CHECK(maker.rows_of_worker(static_cast<WorkerId>(n)) == 5);
    for (Index j = 0; j < 5; ++j) {
      CHECK(tasks(n, shape.weights_at() + j) == 0.2);
      for (Index c = 0; c < kInputs; ++c) {
        double slow = 0.0;
        for (Index k = 0; k < 4; ++k) slow += assignment(n, k) * batch.inputs(5 * k + j, c);
        CHECK(tasks(n, shape.inputs_at() + j * kInputs + c) == Approx(slow));
      }
      for (Index c = 0; c < kClasses; ++c) {
        double slow = 0.0;
        for (Index k = 0; k < 4; ++k) slow += assignment(n, k) * batch.targets(5 * k + j, c);
        CHECK(tasks(n, shape.targets_at() + j * kClasses + c) == Approx(slow));
      }
    }
  }
}

TEST_CASE("Any other code copies the parts of a worker, with its coefficients", "[tasks]") {
  Stream stream({2, Purpose::kData, 0, 0});
  const Batch batch = batch_of(stream, 3, 2);
  Matrix assignment(3, 3);
  assignment << 1.0, 0.0, -0.5, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0;
  const TaskMaker maker(assignment, {}, 2, kInputs, kClasses);
  const Matrix tasks = maker.tasks(batch);
  const TaskShape& shape = maker.shape();
  CHECK(shape.rows == 4);
  CHECK(tasks(0, 0) == 4.0);
  CHECK(tasks(1, 0) == 0.0);
  CHECK(tasks(2, 0) == 2.0);
  CHECK(maker.rows_of_worker(0) == 4);
  CHECK(tasks.row(0).segment(1, 4) == (Eigen::RowVectorXd(4) << 0.5, 0.5, -0.25, -0.25).finished());
  CHECK(tasks.row(0).segment(shape.inputs_at() + 2 * kInputs, kInputs) == batch.inputs.row(4));
  CHECK(tasks.row(2).segment(shape.inputs_at() + kInputs, kInputs) == batch.inputs.row(3));
  CHECK(tasks.row(2).segment(shape.targets_at() + kClasses, kClasses) == batch.targets.row(3));
}

TEST_CASE("Targets on the simplex are no longer negative and add up to 1", "[tasks]") {
  Stream stream({3, Purpose::kData, 0, 0});
  const Batch batch = batch_of(stream, 4, 5);
  const TaskMaker maker(normal_matrix(stream, 7, 4), {.mixes_rows = true, .simplex = true}, 5,
                        kInputs, kClasses);
  const Matrix tasks = maker.tasks(batch);
  const Matrix targets = tasks.rightCols(5 * kClasses);
  CHECK((targets.array() >= 0.0).all());
  for (Index n = 0; n < 7; ++n)
    for (Index j = 0; j < 5; ++j) {
      const double sum = targets.row(n).segment(j * kClasses, kClasses).sum();
      CHECK((sum == Approx(1.0) || sum == 0.0));
    }
}

TEST_CASE("Sums on a grid have the same bits in any order", "[tasks]") {
  Stream stream({4, Purpose::kNoise, 0, 0});
  constexpr std::size_t kValues = 1000, kTerms = 37;
  for (const double size : {1e-30, 1.0, 1e12}) {
    const Matrix terms = size * normal_matrix(stream, kTerms, kValues);
    std::vector<double> weights(kTerms);
    fill_standard_normal(stream, weights);
    double largest = 0.0;
    for (std::size_t i = 0; i < kTerms; ++i)
      largest = std::max(
          largest, std::abs(weights[i]) * terms.row(static_cast<Index>(i)).cwiseAbs().maxCoeff());
    const double unit = grid_unit(largest, kTerms);
    const auto add = [&](const std::vector<std::uint32_t>& order, std::vector<double>& sum) {
      for (const std::uint32_t i : order)
        add_on_grid(unit, weights[i], {terms.row(i).data(), kValues}, sum);
    };
    std::vector<double> expected(kValues, 0.0);
    std::vector<std::uint32_t> order = random_permutation(stream, kTerms);
    add(order, expected);
    for (int trial = 0; trial < 20; ++trial) {
      order = random_permutation(stream, kTerms);
      const auto middle = order.begin() + 1 + uniform_index(stream, kTerms - 1);
      std::vector<double> left(kValues, 0.0), right(kValues, 0.0);
      add({order.begin(), middle}, left);
      add({middle, order.end()}, right);
      for (std::size_t i = 0; i < kValues; ++i) left[i] += right[i];
      CHECK(left == expected);
    }
    for (Index c = 0; c < static_cast<Index>(kValues); ++c) {
      long double slow = 0.0L;
      for (std::size_t i = 0; i < kTerms; ++i)
        slow += static_cast<long double>(weights[i]) * terms(static_cast<Index>(i), c);
      CHECK(std::abs(static_cast<double>(slow) - expected[static_cast<std::size_t>(c)]) <=
            kTerms * 0x1.0p-45 * largest);
    }
  }
  CHECK(grid_unit(0.0, 3) == 0.0);
  CHECK(grid_unit(kNaN, 3) == 0.0);
}

TEST_CASE("Parts without an answer are counted", "[tasks]") {
  Matrix assignment(3, 4);
  assignment << 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1;
  CHECK(uncovered_parts(assignment, std::vector<WorkerId>{0, 1, 2}) == 0);
  CHECK(uncovered_parts(assignment, std::vector<WorkerId>{1}) == 2);
  CHECK(uncovered_parts(assignment, std::vector<WorkerId>{}) == 4);
}

}  // namespace
}  // namespace laggard::training
