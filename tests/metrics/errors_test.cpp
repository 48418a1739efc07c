#include "metrics/errors.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace laggard::metrics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Matrix matrix(std::initializer_list<std::initializer_list<double>> rows) {
  Matrix result(static_cast<Index>(rows.size()), static_cast<Index>(rows.begin()->size()));
  Index i = 0;
  for (const auto& row : rows) {
    Index j = 0;
    for (const double value : row) result(i, j++) = value;
    ++i;
  }
  return result;
}

TEST_CASE("Errors are means over points and output coordinates", "[metrics]") {
  const Errors errors = measure(matrix({{3, 0}, {0, 4}}), matrix({{3, 1}, {0, 2}}), {});
  CHECK(errors.mse == Approx(5.0 / 4).epsilon(1e-15));
  CHECK(errors.max_error == 2.0);
  CHECK(errors.relative_error == Approx(std::sqrt(5.0) / 5).epsilon(1e-15));
  CHECK(errors.agreement == 1.0);
  CHECK(std::isnan(errors.accuracy));
  CHECK(std::isnan(errors.base_accuracy));
}

TEST_CASE("Equal matrices have no error", "[metrics]") {
  const Matrix values = matrix({{1, 2, 3}});
  const Errors errors = measure(values, values, {});
  CHECK(errors.mse == 0.0);
  CHECK(errors.max_error == 0.0);
  CHECK(errors.relative_error == 0.0);
}

TEST_CASE("One output has no class", "[metrics]") {
  const std::vector<std::int32_t> labels{0};
  const Errors errors = measure(matrix({{1}}), matrix({{1}}), labels);
  CHECK(std::isnan(errors.agreement));
  CHECK(std::isnan(errors.accuracy));
}

TEST_CASE("Accuracy compares with the labels, agreement with the model's own class", "[metrics]") {
  const Matrix truth = matrix({{0, 1}, {1, 0}, {1, 0}, {0, 1}});
  const Matrix estimates = matrix({{0, 1}, {0, 1}, {1, 0}, {1, 0}});
  const std::vector<std::int32_t> labels{1, 0, 1, 1};
  const Errors errors = measure(truth, estimates, labels);
  CHECK(errors.agreement == 0.5);
  CHECK(errors.accuracy == 0.25);
  CHECK(errors.base_accuracy == 0.75);
}

TEST_CASE("Ties of the largest output go to the lower class", "[metrics]") {
  const std::vector<std::int32_t> labels{0, 1};
  const Errors errors = measure(matrix({{2, 2}, {2, 2}}), matrix({{5, 5}, {5, 5}}), labels);
  CHECK(errors.accuracy == 0.5);
  CHECK(errors.agreement == 1.0);
}

TEST_CASE("NaN is an error of NaN and of no class", "[metrics]") {
  const std::vector<std::int32_t> labels{0, 0};
  const Matrix truth = matrix({{1, 0}, {1, 0}});
  SECTION("in an estimate, wherever it is in the row") {
    for (const Matrix& estimates : {matrix({{kNaN, 0}, {1, 0}}), matrix({{1, kNaN}, {1, 0}})}) {
      const Errors errors = measure(truth, estimates, labels);
      CHECK(std::isnan(errors.mse));
      CHECK(std::isnan(errors.max_error));
      CHECK(std::isnan(errors.relative_error));
      CHECK(errors.accuracy == 0.5);
      CHECK(errors.agreement == 0.5);
      CHECK(errors.base_accuracy == 1.0);
    }
  }
  SECTION("in both: NaN does not agree with NaN") {
    const Matrix broken = matrix({{kNaN, 0}, {1, 0}});
    CHECK(measure(broken, broken, labels).agreement == 0.5);
  }
  SECTION("infinity is larger than anything, but its error is not finite") {
    const Errors errors = measure(truth, matrix({{kInfinity, 0}, {1, 0}}), labels);
    CHECK(errors.mse == kInfinity);
    CHECK(errors.max_error == kInfinity);
    CHECK(errors.accuracy == 1.0);
  }
}

TEST_CASE("Reconstructed rows have accuracies of their own", "[metrics]") {
  const std::vector<std::int32_t> labels{0, 1, 0, 1};
  const Matrix truth = matrix({{1, 0}, {1, 0}, {1, 0}, {0, 1}});
  const Matrix estimates = matrix({{1, 0}, {0, 1}, {1, 0}, {1, 0}});
  const Errors errors = measure(truth, estimates, labels, {false, true, true, true});
  CHECK(errors.reconstructed == 3);
  CHECK(errors.degraded_accuracy == Approx(2.0 / 3));        // rows 1 and 2 have their labels
  CHECK(errors.reconstruction_accuracy == Approx(1.0 / 3));  // row 2 has the model's class
  CHECK(errors.accuracy == 0.75);
  CHECK(errors.agreement == 0.5);
  CHECK(errors.base_accuracy == 0.75);
  const Errors none = measure(truth, estimates, labels, {false, false, false, false});
  CHECK(none.reconstructed == 0);
  CHECK(std::isnan(none.degraded_accuracy));
  CHECK(std::isnan(none.reconstruction_accuracy));
  CHECK(std::isnan(measure(truth, estimates, labels).degraded_accuracy));
  CHECK(std::isnan(measure(truth, estimates, {}, {true, true, true, true}).degraded_accuracy));
}

TEST_CASE("Non-finite values are counted", "[metrics]") {
  const std::vector<double> values{0, kNaN, -kInfinity, 1e308, kInfinity, 5e-324};
  CHECK(count_nonfinite(values.data(), values.size()) == 3);
  CHECK(count_nonfinite(values.data(), 1) == 0);
  CHECK(count_nonfinite(nullptr, 0) == 0);
}

}  // namespace
}  // namespace laggard::metrics
