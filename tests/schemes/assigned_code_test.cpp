#include "schemes/assigned_code.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "config/reader.hpp"
#include "core/random.hpp"
#include "math/points.hpp"
#include "random_matrix.hpp"
#include "schemes/certificates.hpp"
#include "schemes/code.hpp"
#include "schemes/make_scheme.hpp"

using namespace laggard;
using namespace laggard::schemes;
using laggard::testing::everyone_but;
using laggard::testing::normal_matrix;
using Points = std::vector<std::uint32_t>;

namespace {

std::unique_ptr<Scheme> code(const std::string& json, std::uint32_t k, std::uint32_t n,
                             std::vector<WorkerId> by_reliability = {}) {
  CodeContext context;
  context.data_points = k;
  context.workers = n;
  context.by_reliability = std::move(by_reliability);
  return make_scheme(json, context);
}

std::string with(const std::string& members, const std::string& assignment) {
  return "{" + members + R"(, "assignment": ")" + assignment + "\"}";
}

/// The workers in some order.
std::vector<WorkerId> some_order(std::uint32_t n) {
  Stream stream({3, Purpose::kSpeeds, 0, 0});
  return random_permutation(stream, n);
}

Matrix rows_at(const Matrix& matrix, const std::vector<WorkerId>& rows) {
  const std::vector<Index> places(rows.begin(), rows.end());
  return matrix(places, Eigen::all);
}

MatrixView view(const Matrix& matrix) {
  return rows_of(matrix, 0, matrix.rows());
}

Matrix x_sin_x(const Matrix& x) {
  return (x.array() * x.array().sin()).matrix();
}

}  // namespace

TEST_CASE("The points whose loss costs least come first", "[assignment]") {
  CHECK(points_by_cost({}, {}).empty());
  CHECK(points_by_cost({}, std::vector<double>{0.0}) == Points{0});
  const std::vector<double> alpha = math::chebyshev_first(10);
  CHECK(points_by_cost(alpha, math::equispaced(9)) == Points{4, 2, 6, 1, 3, 5, 7, 8, 0});
  for (const std::uint32_t n : {2U, 3U, 10U, 61U, 1000U}) {
    CAPTURE(n);
    const Points order = points_by_cost(alpha, math::chebyshev_second(n));
    CHECK(std::set<std::uint32_t>(order.begin(), order.end()).size() == n);
    CHECK(order[n - 2] == n - 1);
    CHECK(order[n - 1] == 0);
    // As long as a quarter is lost, no two neighbours are.
    std::set<std::uint32_t> lost;
    for (std::uint32_t i = 0; i < n / 4; ++i) {
      lost.insert(order[i]);
      CHECK_FALSE(lost.contains(order[i] - 1));
      CHECK_FALSE(lost.contains(order[i] + 1));
    }
  }
}

TEST_CASE("Points of the data come behind the others", "[assignment]") {
  const std::vector<double> alpha = math::chebyshev_first(6), steps{1, 2, 1, 3, 1};
  const std::vector<double> beta = math::systematic_points(alpha, steps, 15);
  const Points order = points_by_cost(alpha, beta);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool of_data = std::find(alpha.begin(), alpha.end(), beta[order[i]]) != alpha.end();
    CHECK(of_data == (i >= 15 - 6));
  }
}

TEST_CASE("An assigned code is the code whose workers have other numbers", "[assignment]") {
  const std::uint32_t k = 5, n = 16;
  const std::vector<WorkerId> workers = some_order(n);
  const Matrix data = normal_matrix(k, 3, 1);
  for (const std::string members :
       {R"("kind": "bacc")", R"("kind": "lcc", "degree": 2)", R"("kind": "nercc")",
        R"("kind": "letcc", "lambda_decode": "gcv")",
        R"("kind": "curve", "beta": "systematic", "decoder": "kriging")",
        R"("kind": "curve", "alpha": "chord", "decoder": "auto")",
        R"("kind": "letcc", "robust": {"kind": "peel", "adversaries": 2})"}) {
    CAPTURE(members);
    auto plain = code(with(members, "order"), k, n, workers);
    auto assigned = code(with(members, "reliability"), k, n, workers);
    if (auto own = plain->for_data(data)) plain = std::move(own);
    if (auto own = assigned->for_data(data)) assigned = std::move(own);
    const auto& curve = dynamic_cast<const CurveScheme&>(*plain);
    const auto& dealt = dynamic_cast<const AssignedCode&>(*assigned);

    // The least reliable worker has the cheapest point, and so on.
    const Points points = points_by_cost(curve.alpha(), curve.beta());
    for (std::uint32_t i = 0; i < n; ++i) REQUIRE(dealt.point_of(workers[i]) == points[i]);

    const Matrix of_points = plain->encode(data).inputs, of_workers = assigned->encode(data).inputs;
    for (WorkerId worker = 0; worker < n; ++worker)
      CHECK(of_workers.row(worker) == of_points.row(dealt.point_of(worker)));

    Matrix answers = x_sin_x(of_workers);
    answers.row(6).setConstant(50.0);  // a lie
    const std::vector<WorkerId> received = everyone_but(n, {2, 9, 13});
    std::vector<WorkerId> places;
    for (const WorkerId worker : received) places.push_back(dealt.point_of(worker));
    std::sort(places.begin(), places.end());
    const Matrix by_worker = rows_at(answers, received);
    Matrix by_point = Matrix(n, 3);
    for (WorkerId worker = 0; worker < n; ++worker)
      by_point.row(dealt.point_of(worker)) = answers.row(worker);
    by_point = rows_at(by_point, places);

    const Decoded expected = plain->decode(view(by_point), places);
    const Decoded found = assigned->decode(view(by_worker), received);
    CHECK(found.estimates == expected.estimates);
    CHECK((std::isnan(found.lambda) || found.lambda == expected.lambda));
    const Decoded told = plain->decode_robustly(view(by_point), places);
    Decoded heard = assigned->decode_robustly(view(by_worker), received);
    CHECK(heard.estimates == told.estimates);
    CHECK(std::is_sorted(heard.flagged.begin(), heard.flagged.end()));
    for (WorkerId& worker : heard.flagged) worker = dealt.point_of(worker);
    std::sort(heard.flagged.begin(), heard.flagged.end());
    CHECK(heard.flagged == told.flagged);

    const Matrix decoder = dealt.applied_decoder(view(by_worker), received);
    CHECK((decoder * by_worker - found.estimates).cwiseAbs().maxCoeff() <
          1e-9 * (1.0 + found.estimates.cwiseAbs().maxCoeff()));
    const GradientWeights weights = dealt.gradient_weights(received, view(by_worker));
    CHECK((weights.weights.transpose() - decoder.colwise().mean()).cwiseAbs().maxCoeff() < 1e-12);
    CHECK(dealt.part_decoder(received, view(by_worker)) == decoder);
    const Certificates ours = certify(*assigned, view(by_worker), received);
    const Certificates theirs = certify(*plain, view(by_point), places);
    CHECK(ours.largest_gap == theirs.largest_gap);
    CHECK(ours.lebesgue == Approx(theirs.lebesgue));
  }
}

TEST_CASE("Where all workers are alike, the assignment is one like any other, and loses nothing",
          "[assignment]") {
  const auto assigned = code(R"({"kind": "bacc", "assignment": "reliability"})", 4, 9);
  const Matrix data = normal_matrix(4, 2, 5);
  const Matrix inputs = assigned->encode(data).inputs;
  Matrix expected = code(R"({"kind": "bacc"})", 4, 9)->encode(data).inputs;
  const Points points = points_by_cost(math::chebyshev_first(4), math::chebyshev_second(9));
  for (WorkerId worker = 0; worker < 9; ++worker)
    CHECK(inputs.row(worker) == expected.row(points[worker]));
}

TEST_CASE("Slow neighbours that are lost cost little where their points are dealt",
          "[assignment]") {
  const std::uint32_t k = 20, n = 60;
  std::vector<WorkerId> slow(12), workers(n);
  std::iota(slow.begin(), slow.end(), WorkerId{48});
  for (WorkerId i = 0; i < n; ++i) workers[i] = (48 + i) % n;  // the slow ones first
  Matrix data = normal_matrix(k, 1, 2) * 2.0;
  std::sort(data.data(), data.data() + k);
  const auto rmse = [&](const std::string& assignment, const std::vector<WorkerId>& lost) {
    const auto scheme =
        code(R"({"kind": "letcc", "assignment": ")" + assignment + "\"}", k, n, workers);
    const std::vector<WorkerId> received = everyone_but(n, lost);
    const Matrix answers = rows_at(x_sin_x(scheme->encode(data).inputs), received);
    return std::sqrt((scheme->decode(view(answers), received).estimates - x_sin_x(data))
                         .array()
                         .square()
                         .mean());
  };
  std::vector<WorkerId> every_fifth;
  for (WorkerId worker = 2; worker < n; worker += 5) every_fifth.push_back(worker);
  const double dealt = rmse("reliability", slow), in_order = rmse("order", slow);
  CHECK(dealt < in_order / 5.0);
  CHECK(dealt < 5.0 * rmse("order", every_fifth));
}
