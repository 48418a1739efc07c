// Operators of the decoders against those of make_operators.py, in 50 digits.
#include <catch2/catch.hpp>
#include <cmath>

#include "hdf5/file.hpp"
#include "math/barycentric.hpp"
#include "math/gcv.hpp"
#include "math/kriging.hpp"
#include "math/points.hpp"
#include "math/polynomial_fit.hpp"
#include "math/smoothing_spline.hpp"
#include "places.hpp"

namespace laggard {
namespace {

using Points = std::vector<double>;

/// What make_operators.py has written of one operator.
struct Case {
  Points nodes, targets, values, matrix;
  double parameter = 0.0;

  Matrix expected(std::size_t columns) const { return rows(matrix, columns); }

  static Matrix rows(const Points& numbers, std::size_t columns) {
    return MatrixView(numbers.data(), static_cast<Index>(numbers.size() / columns),
                      static_cast<Index>(columns));
  }
};

class Operators {
 public:
  Operators()
      : file_(testing::kSourceFolder + std::string("/tests/golden/operators.h5"),
              hdf5::Access::kReadOnly) {}

  std::vector<Case> of(const std::string& kind) const {
    std::vector<Case> cases;
    for (const std::string& name : file_.members("/" + kind)) {
      const std::string group = "/" + kind + "/" + name + "/";
      const auto read = [&](const std::string& member) {
        return file_.exists(group + member) ? file_.read(group + member) : Points();
      };
      cases.push_back({read("nodes"), read("targets"), read("values"), read("matrix"),
                       read("parameter").at(0)});
    }
    REQUIRE(cases.size() > 4);
    return cases;
  }

 private:
  hdf5::File file_;
};

double largest_error(const Matrix& matrix, const Matrix& exact) {
  REQUIRE(matrix.rows() == exact.rows());
  REQUIRE(matrix.cols() == exact.cols());
  return (matrix - exact).cwiseAbs().maxCoeff() / std::max(1.0, exact.cwiseAbs().maxCoeff());
}

/// Sum of the squared errors at the inner values.
double square_sum(const Case& one) {
  double sum = 0.0;
  for (const double error : one.matrix) sum += error * error;
  return sum;
}

}  // namespace

TEST_CASE("Floater and Hormann's interpolants equal their blends in 50 digits", "[golden]") {
  for (const Case& one : Operators().of("floater_hormann")) {
    const auto degree = static_cast<std::size_t>(one.parameter);
    INFO("n " << one.nodes.size() << ", degree " << degree);
    const Matrix matrix = math::barycentric_matrix(
        one.targets, one.nodes, math::floater_hormann_weights(one.nodes, degree));
    CHECK(largest_error(matrix, one.expected(one.nodes.size())) < 1e-9);
  }
}

TEST_CASE("polynomials by least squares equal the normal equations in 50 digits", "[golden]") {
  for (const Case& one : Operators().of("polynomial")) {
    const auto degree = static_cast<std::size_t>(one.parameter);
    INFO("n " << one.nodes.size() << ", degree " << degree);
    const math::PolynomialFit fit(one.targets, one.nodes, degree);
    CHECK(largest_error(fit.matrix(degree), one.expected(one.nodes.size())) < 1e-11);
  }
}

TEST_CASE("quintic splines equal their kernel's system in 50 digits", "[golden]") {
  for (const Case& one : Operators().of("quintic")) {
    INFO("n " << one.nodes.size() << ", lambda " << one.parameter);
    const math::SmoothingSpline spline(math::mirrored(one.nodes), one.parameter,
                                       math::Penalty::kThird);
    CHECK(largest_error(spline.operator_matrix(math::mirrored(one.targets)),
                        one.expected(one.nodes.size())) < 1e-9);
  }
}

TEST_CASE("kriging equals the system with a multiplier in 50 digits", "[golden]") {
  for (const Case& one : Operators().of("kriging")) {
    const auto dimensions = static_cast<std::size_t>(one.parameter);
    const Matrix nodes = Case::rows(one.nodes, dimensions);
    INFO(nodes.rows() << " places in " << dimensions << " dimensions");
    const Matrix matrix = math::kriging_matrix(Case::rows(one.targets, dimensions), nodes);
    CHECK(largest_error(matrix, one.expected(static_cast<std::size_t>(nodes.rows()))) < 1e-11);
  }
}

TEST_CASE("leaving a value out equals refitting without it in 50 digits", "[golden]") {
  constexpr auto kLoo = math::SplineCriterion::kLeaveOneOut;
  const Operators operators;
  for (const Case& one : operators.of("left_out_cubic")) {
    INFO("n " << one.nodes.size() << ", lambda " << one.parameter);
    const Matrix given = Case::rows(one.values, 2);
    const math::GcvScore<2> score(math::mirrored(one.nodes), rows_of(given, 0, given.rows()), kLoo);
    CHECK(score(one.parameter) == Approx(square_sum(one)).epsilon(1e-8));
  }
  for (const Case& one : operators.of("left_out_quintic")) {
    INFO("n " << one.nodes.size() << ", lambda " << one.parameter);
    const Matrix given = Case::rows(one.values, 2);
    const math::GcvScore<3> score(math::mirrored(one.nodes), rows_of(given, 0, given.rows()), kLoo);
    CHECK(score(one.parameter) == Approx(square_sum(one)).epsilon(1e-8));
  }
  for (const Case& one : operators.of("left_out_polynomial")) {
    const auto degree = static_cast<std::size_t>(one.parameter);
    INFO("n " << one.nodes.size() << ", degree " << degree);
    const Matrix given = Case::rows(one.values, 2), expected = one.expected(2);
    const math::PolynomialFit fit(one.nodes, one.nodes, degree);
    fit.each_degree(rows_of(given, 0, given.rows()),
                    [&](Index p, const Matrix& residual, const Vector& spare) {
                      if (p != static_cast<Index>(degree)) return;
                      for (Index i = 1; i + 1 < residual.rows(); ++i)
                        CHECK((residual.row(i) / spare[i] - expected.row(i)).norm() < 1e-11);
                    });
  }
}

}  // namespace laggard
