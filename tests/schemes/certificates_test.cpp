#include "schemes/certificates.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "schemes/code.hpp"
#include "schemes/curve.hpp"

using namespace laggard;
using namespace laggard::schemes;
using testing::everyone_but;
using testing::normal_matrix;
using testing::scheme_of;

namespace {

/// All that a decoder does, read off one unit answer after the other.
Matrix slow_decoder(const Scheme& scheme, const std::vector<WorkerId>& received) {
  const auto count = static_cast<Index>(received.size());
  Matrix decoder;
  for (Index i = 0; i < count; ++i) {
    Matrix unit = Matrix::Zero(count, 1);
    unit(i, 0) = 1.0;
    const Matrix column = scheme.decode(rows_of(unit, 0, count), received).estimates;
    if (i == 0) decoder.resize(column.rows(), count);
    decoder.col(i) = column;
  }
  return decoder;
}

Certificates certify_all(const Scheme& scheme, const Matrix& results,
                         const std::vector<WorkerId>& received) {
  const Matrix there = results(received, Eigen::all);
  return certify(scheme, rows_of(there, 0, there.rows()), received);
}

}  // namespace

TEST_CASE("certificates are those of the matrix that decodes", "[certificates]") {
  const std::uint32_t k = 6, n = 17;
  const Matrix results = normal_matrix(n, 3, 1);
  const auto received = everyone_but(n, {0, 4, 5, 11});
  for (const std::string json :
       {R"({"kind": "bacc"})", R"({"kind": "lcc"})", R"({"kind": "letcc"})",
        R"({"kind": "nercc", "lambda_decode": 1e-3})", R"({"kind": "replication"})",
        R"({"kind": "uncoded"})",
        R"({"kind": "curve", "decoder": "floater_hormann", "degree": 2})"}) {
    INFO(json);
    const auto scheme = scheme_of(json, k, n);
    std::vector<WorkerId> active = received;
    std::erase_if(active, [&](WorkerId worker) { return worker >= scheme->active_workers(); });
    const Certificates found = certify_all(*scheme, results, active);
    double lebesgue = 0.0, gain = 0.0;
    const Matrix decoder = slow_decoder(*scheme, active);
    for (Index row = 0; row < decoder.rows(); ++row) {
      double sum = 0.0;
      for (Index column = 0; column < decoder.cols(); ++column) {
        sum += std::abs(decoder(row, column));
        gain += decoder(row, column) * decoder(row, column) / k;
      }
      lebesgue = std::max(lebesgue, sum);
    }
    CHECK(found.lebesgue == Approx(lebesgue).epsilon(1e-12));
    CHECK(found.noise_gain == Approx(gain).epsilon(1e-12));
    CHECK(std::isnan(found.largest_gap) ==
          (dynamic_cast<const CurveScheme*>(scheme.get()) == nullptr));
  }
}

TEST_CASE("the matrix of a decoder that looks at the answers is the one that it applies",
          "[certificates]") {
  const std::uint32_t k = 6, n = 17;
  Matrix results(n, 2);
  for (Index row = 0; row < results.rows(); ++row)
    results.row(row) << std::sin(0.4 * static_cast<double>(row)), std::cos(double(row * row) / 50);
  results += 0.05 * normal_matrix(n, 2, 2);
  const auto received = everyone_but(n, {3, 8});
  const Matrix there = results(received, Eigen::all);
  const MatrixView view = rows_of(there, 0, there.rows());
  for (const std::string json :
       {R"({"kind": "letcc", "lambda_decode": "gcv"})",
        R"({"kind": "nercc", "lambda_decode": "loo"})",
        R"({"kind": "curve", "lambda_decode": "gcv"})",
        R"({"kind": "curve", "decoder": "polynomial", "degree": "loo"})",
        R"({"kind": "curve", "decoder": "polynomial", "degree": 4})",
        R"({"kind": "curve", "decoder": "berrut"})",
        R"({"kind": "curve", "decoder": "floater_hormann", "degree": "loo"})"}) {
    INFO(json);
    const auto scheme = scheme_of(json, k, n);
    const auto& linear = dynamic_cast<const LinearScheme&>(*scheme);
    const Matrix estimates = scheme->decode(view, received).estimates;
    CHECK((linear.applied_decoder(view, received) * there - estimates).cwiseAbs().maxCoeff() <
          1e-12);
    CHECK(std::isfinite(certify(*scheme, view, received).noise_gain));
  }
}

TEST_CASE("the largest gap counts data beyond the outermost worker", "[certificates]") {
  const std::uint32_t k = 4, n = 9;
  const auto scheme = scheme_of(R"({"kind": "nercc", "beta": "equispaced"})", k, n);
  const Matrix results = normal_matrix(n, 1, 3);
  const double first = std::cos(M_PI / 8);  // of the data; workers stand 0.25 apart
  const auto gap = [&](const std::vector<WorkerId>& lost) {
    return certify_all(*scheme, results, everyone_but(n, lost)).largest_gap;
  };
  CHECK(gap({}) == Approx(0.25));
  CHECK(gap({4}) == Approx(0.5));
  CHECK(gap({4, 5}) == Approx(0.75));
  CHECK(gap({0}) == Approx(0.25));  // 0.17 to the data
  CHECK(gap({0, 1}) == Approx(first - 0.5));
  CHECK(gap({6, 7, 8}) == Approx(first - 0.25));
  CHECK(gap({0, 1, 2, 3, 4, 5, 6, 7}) == Approx(1.0 + first));
}

TEST_CASE("replication passes noise on as its copies say", "[certificates]") {
  const auto scheme = scheme_of(R"({"kind": "replication"})", 4, 12);
  const Matrix results = normal_matrix(12, 1, 3);
  CHECK(certify_all(*scheme, results, everyone_but(12, {})).noise_gain == Approx(1.0 / 3.0));
  CHECK(certify_all(*scheme, results, everyone_but(12, {0, 4})).noise_gain == Approx(0.5));
  CHECK(certify_all(*scheme, results, everyone_but(12, {})).lebesgue == Approx(1.0));
}

TEST_CASE("schemes without a matrix have no certificates", "[certificates]") {
  const auto parm = scheme_of(R"({"kind": "parm"})", 4, 6);
  const Certificates none = certify_all(*parm, normal_matrix(6, 2, 1), everyone_but(6, {1}));
  CHECK(std::isnan(none.lebesgue));
  CHECK(std::isnan(none.noise_gain));
  CHECK(std::isnan(none.largest_gap));
  const auto blank = scheme_of(R"({"kind": "uncoded", "missing": "nan"})", 4, 6);
  CHECK(std::isnan(certify_all(*blank, normal_matrix(6, 2, 1), {0, 1}).lebesgue));
}
