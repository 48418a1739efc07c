#include "schemes/gradient_code.hpp"

#include <fmt/format.h>

#include <Eigen/SVD>
#include <catch2/catch.hpp>

#include "config/reader.hpp"
#include "core/random.hpp"
#include "schemes/robust/robust_decoder.hpp"

namespace laggard::schemes {
namespace {

CodeContext context_of(std::uint32_t parts, std::uint32_t workers, double lost = 0.0) {
  CodeContext context;
  context.data_points = parts;
  context.workers = workers;
  context.expected_stragglers = static_cast<std::uint32_t>(lost);
  context.gradients = true;
  context.mean_stragglers = lost;
  context.where = "/schemes/0";
  return context;
}

std::unique_ptr<Scheme> make(const std::string& json, const CodeContext& context) {
  const Catalogue catalogue{role("schemes", "scheme", schemes()),
                            role("robust", "robust decoder", robust_decoders())};
  const Component component =
      config::read_component(config::parse(json, "the test"), "/schemes/0", catalogue, "schemes");
  return config::make(schemes(), component, context);
}

Vector weights_of(const Scheme& scheme, const std::vector<WorkerId>& received) {
  const Matrix none(static_cast<Index>(received.size()), 0);
  return scheme.gradients()->gradient_weights(received, rows_of(none, 0, none.rows())).weights;
}

std::vector<WorkerId> all_but(std::uint32_t workers, const std::vector<WorkerId>& lost) {
  std::vector<WorkerId> received;
  for (WorkerId worker = 0; worker < workers; ++worker)
    if (std::find(lost.begin(), lost.end(), worker) == lost.end()) received.push_back(worker);
  return received;
}

double error_of(const Scheme& scheme, const std::vector<WorkerId>& received) {
  return decoding_error(scheme.gradients()->assignment(), received, weights_of(scheme, received));
}

constexpr const char* kFractional = R"({"kind": "gradient_coding", "s": 2})";
constexpr const char* kCyclic = R"({"kind": "gradient_coding", "code": "cyclic", "s": 2})";

TEST_CASE("Gradient coding is exact for any s lost workers", "[gradient]") {
  const std::uint32_t n = 9;
  for (const char* json : {kFractional, kCyclic}) {
    const auto scheme = make(json, context_of(4, n));
    CHECK(scheme->gradients()->parts() == (json == kCyclic ? 9 : 3));
    for (WorkerId a = 0; a < n; ++a)
      for (WorkerId b = 0; b < n; ++b) {
        CAPTURE(json, a, b);
        CHECK(error_of(*scheme, all_but(n, {a, b})) < 1e-20);
      }
  }
  // One more, and the fractional code has lost the part of workers 0, 3 and 6.
  const auto fractional = make(kFractional, context_of(4, n));
  CHECK(error_of(*fractional, all_but(n, {0, 3, 6})) == Approx((2 * 0.25 + 1.0) / 3));
  CHECK(error_of(*make(kCyclic, context_of(4, n)), all_but(n, {0, 3, 6})) > 1e-6);
}

TEST_CASE("Beyond s losses, the error of a cyclic code is bounded", "[gradient]") {
  const std::uint32_t n = 13;
  const auto plain =
      make(R"({"kind": "gradient_coding", "code": "cyclic", "s": 3, "debias": false})",
           context_of(4, n));
  const auto scaled =
      make(R"({"kind": "gradient_coding", "code": "cyclic", "s": 3})", context_of(4, n));
  Stream stream({5, Purpose::kStragglers, 0, 0});
  double worst = 0.0;
  for (int trial = 0; trial < 500; ++trial) {
    const auto lost = sample_without_replacement(stream, n, 4 + uniform_index(stream, n - 4));
    const auto received = all_but(n, lost);
    // Of least squares, the error e is one less the length; scaled to 1 it is e / (1 - e).
    const double error = error_of(*plain, received), length = 1.0 - error;
    CHECK(error <= 1.0);
    CHECK(error_of(*scaled, received) ==
          Approx(length > 0.1 ? error / length : error).margin(1e-9));
    worst = std::max(worst, error);
  }
  CHECK(worst > 0.9);  // so that both cases are there
}

TEST_CASE("A worker of a cyclic code has s + 1 parts", "[gradient]") {
  const Matrix code = make(kCyclic, context_of(4, 7))->gradients()->assignment();
  for (Index n = 0; n < 7; ++n) {
    CHECK(code(n, n) == 1.0);
    for (Index k = 0; k < 7; ++k) CHECK((code(n, k) != 0.0) == ((k - n + 7) % 7 <= 2));
  }
}

TEST_CASE("Copies of a part count once, whichever arrive", "[gradient]") {
  const auto scheme = make(R"({"kind": "replication"})", context_of(3, 9));
  const Vector some = weights_of(*scheme, {1, 3, 4, 5, 8});  // parts 1 0 1 2 2
  CHECK(some == (Vector(5) << 1.0, 1.0, 0.0, 1.0, 0.0).finished() / 3.0);
  const Vector lost = weights_of(*scheme, {1, 3, 4});
  CHECK(lost == (Vector(3) << 1.0, 1.0, 0.0).finished() / 2.0);
  const auto biased = make(R"({"kind": "replication", "missing": "zero"})", context_of(3, 9));
  CHECK(weights_of(*biased, {1, 3, 4}) == (Vector(3) << 1.0, 1.0, 0.0).finished() / 3.0);
}

TEST_CASE("Covered means that every part is there", "[gradient]") {
  const auto scheme = make(R"({"kind": "replication", "rule": "covered"})", context_of(3, 6));
  const GradientCode& code = *scheme->gradients();
  CHECK(code.waits_for_cover());
  CHECK_FALSE(make(R"({"kind": "replication"})", context_of(3, 6))->gradients()->waits_for_cover());
  CHECK(code.is_covered({1, 0, 0, 0, 1, 1}));
  CHECK_FALSE(code.is_covered({1, 0, 0, 1, 1, 0}));
}

TEST_CASE("Without a code, every worker has a part of its own", "[gradient]") {
  const auto scheme = make(R"({"kind": "uncoded"})", context_of(3, 6));
  CHECK(scheme->gradients()->assignment() == Matrix::Identity(6, 6));
  CHECK(scheme->active_workers() == 6);
  CHECK(weights_of(*scheme, {0, 2, 3, 5}) == Vector::Constant(4, 0.25));
  CodeContext values = context_of(3, 6);
  values.gradients = false;
  CHECK(make(R"({"kind": "uncoded"})", values)->active_workers() == 3);
}

TEST_CASE("A random graph gives each worker and each part the same degree", "[gradient]") {
  for (const std::uint32_t degree : {1U, 2U, 3U, 6U, 11U, 12U}) {
    const auto json = R"({"kind": "approximate_gradient_coding", "degree": )" +
                      std::to_string(degree) + R"(, "seed": 5})";
    const Matrix graph = make(json, context_of(4, 12))->gradients()->assignment();
    CHECK((graph.array() == 0.0 || graph.array() == 1.0).all());
    CHECK((graph.rowwise().sum().array() == degree).all());
    CHECK((graph.colwise().sum().array() == degree).all());
  }
}

TEST_CASE("A cyclic graph gives neighbouring parts", "[gradient]") {
  const Matrix graph =
      make(R"({"kind": "approximate_gradient_coding", "code": "cyclic"})", context_of(4, 5))
          ->gradients()
          ->assignment();
  for (Index n = 0; n < 5; ++n)
    for (Index k = 0; k < 5; ++k) CHECK(graph(n, k) == ((k - n + 5) % 5 < 2 ? 1.0 : 0.0));
}

TEST_CASE("Optimal weights are those of the pseudoinverse", "[gradient][reference]") {
  const auto scheme =
      make(R"({"kind": "approximate_gradient_coding", "debias": false})", context_of(4, 20));
  const Matrix graph = scheme->gradients()->assignment();
  Stream stream({3, Purpose::kStragglers, 0, 0});
  for (int trial = 0; trial < 50; ++trial) {
    const auto lost = sample_without_replacement(stream, 20, 1 + uniform_index(stream, 15));
    const auto received = all_but(20, lost);
    const std::vector<Index> rows(received.begin(), received.end());
    const Matrix answered = graph(rows, Eigen::all);
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(answered.transpose(),
                                                Eigen::ComputeThinU | Eigen::ComputeThinV);
    const Vector expected = svd.solve(Vector::Constant(20, 1.0 / 20));
    CHECK((weights_of(*scheme, received) - expected).norm() < 1e-12);
  }
}

TEST_CASE("Debiased weights count the parts that arrived as one", "[gradient]") {
  for (const char* weights : {"optimal", "fixed"}) {
    const auto json =
        std::string(R"({"kind": "approximate_gradient_coding", "weights": ")") + weights + R"("})";
    const auto scheme = make(json, context_of(4, 20, 4.0));
    const Matrix graph = scheme->gradients()->assignment();
    const auto received = all_but(20, {1, 2, 3, 7, 8, 19});
    const Vector w = weights_of(*scheme, received);
    const std::vector<Index> rows(received.begin(), received.end());
    CHECK((graph(rows, Eigen::all).transpose() * w).sum() == Approx(1.0));
  }
  const auto fixed =
      make(R"({"kind": "approximate_gradient_coding", "weights": "fixed", "debias": false})",
           context_of(4, 20, 4.0));
  CHECK(weights_of(*fixed, {0, 5}) == Vector::Constant(2, 1.0 / (20 * 2 * 0.8)));
}

TEST_CASE("Curve codes weight answers by the mean of their decoder", "[gradient]") {
  const std::vector<WorkerId> received{0, 2, 3, 4, 7, 9, 10, 11};
  for (const char* json : {R"({"kind": "bacc"})", R"({"kind": "nercc", "lambda_decode": 1e-4})",
                           R"({"kind": "letcc"})", R"({"kind": "curve", "decoder": "berrut"})"}) {
    const auto scheme = make(json, context_of(5, 12));
    const Matrix decoder = dynamic_cast<const LinearScheme&>(*scheme).decoder_matrix(received);
    CHECK((weights_of(*scheme, received) - decoder.colwise().mean().transpose()).norm() < 1e-15);
    CHECK(weights_of(*scheme, received).sum() == Approx(1.0));
    CHECK(scheme->gradients()->mixes_rows());
  }
}

TEST_CASE("A decoder that looks at the answers is the one that decodes them", "[gradient]") {
  const std::vector<WorkerId> received{0, 2, 3, 4, 7, 9, 10, 11, 13, 14, 15};
  Stream stream({9, Purpose::kNoise, 0, 0});
  Matrix answers(11, 40);
  fill_standard_normal(stream, {answers.data(), 440});
  const MatrixView view = rows_of(answers, 0, 11);
  for (const char* json : {R"({"kind": "nercc", "lambda_decode": "gcv"})",
                           R"({"kind": "letcc", "lambda_decode": "loo"})",
                           R"({"kind": "curve", "lambda_decode": "gcv"})",
                           R"({"kind": "curve", "decoder": "polynomial"})",
                           R"({"kind": "curve", "decoder": "floater_hormann"})"}) {
    CAPTURE(json);
    const auto scheme = make(json, context_of(5, 16));
    REQUIRE(scheme->gradients()->weights_need_answers());
    const GradientWeights found = scheme->gradients()->gradient_weights(received, view);
    const Decoded decoded = scheme->decode(view, received);
    CHECK((found.weights.transpose() * answers - decoded.estimates.colwise().mean()).norm() <
          1e-10);
    if (!std::isnan(decoded.lambda)) CHECK(found.lambda == decoded.lambda);
  }
  CHECK_FALSE(make(R"({"kind": "letcc"})", context_of(5, 16))->gradients()->weights_need_answers());
}

TEST_CASE("What cannot be is refused", "[gradient]") {
  CHECK_THROWS_AS(make(R"({"kind": "gradient_coding", "s": 4})", context_of(4, 9)), Inapplicable);
  CHECK_THROWS_AS(
      make(R"({"kind": "gradient_coding", "s": 9, "code": "cyclic"})", context_of(4, 9)),
      Inapplicable);
  CHECK_THROWS_AS(
      make(R"({"kind": "approximate_gradient_coding", "degree": 10})", context_of(4, 9)),
      Inapplicable);
  CHECK_THROWS_WITH(
      make(R"({"kind": "replication", "missing": "nearest"})", context_of(4, 9)),
      R"(/schemes/0/missing is 'nearest' (parts of a batch have no neighbours); use "mean" or "zero")");
  for (const char* kind : {"bacc", "lcc", "nercc", "letcc", "curve"})
    for (const char* robust : {"peel", "oracle", "huber"}) {
      CAPTURE(kind, robust);
      CHECK_THROWS_WITH(
          make(fmt::format(R"({{"kind": "{}", "robust": {{"kind": "{}"}}}})", kind, robust),
               context_of(4, 9)),
          fmt::format("/schemes/0/robust is '{}' (nobody lies in a training); leave "
                      "it out",
                      robust));
    }
  CHECK_THROWS_WITH(
      make(R"({"kind": "curve", "weights": "variance"})", context_of(4, 9)),
      "/schemes/0/weights is set (answers in a training have no noise); leave it out");
  CodeContext values = context_of(4, 9);
  values.gradients = false;
  CHECK_THROWS_WITH(
      make(R"({"kind": "gradient_coding"})", values),
      R"(/schemes/0 is 'gradient_coding' (it adds gradients up, and no values of f follow from sums); use it with "experiment": "training")");
  CHECK_THROWS_WITH(
      make(R"({"kind": "replication", "rule": "covered"})", values),
      "/schemes/0/rule is 'covered' (only training waits so); leave it out; /wait says when the "
      "master stops waiting");
}

}  // namespace
}  // namespace laggard::schemes
