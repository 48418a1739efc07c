// Properties that hold for every scheme of the table.
#include <catch2/catch.hpp>
#include <numeric>

#include "config/reader.hpp"
#include "core/random.hpp"
#include "random_matrix.hpp"
#include "schemes/scheme.hpp"

using namespace laggard;
using namespace laggard::schemes;
using laggard::testing::normal_matrix;

namespace {

CodeContext context_of(std::uint32_t k, std::uint32_t n, std::uint32_t s = 0, double sigma = 0.0) {
  return {k, n, s, sigma, std::nullopt, false};
}

std::unique_ptr<Scheme> make(const std::string& json, const CodeContext& context) {
  const auto parsed = config::Json::parse(json);
  return config::make(schemes::schemes(),
                      Component{parsed.at("kind").get<std::string>(), json, "/schemes/0"}, context);
}

std::vector<WorkerId> survivors(std::uint32_t n, std::uint32_t lost, std::uint32_t seed) {
  Stream stream({seed, Purpose::kStragglers, 0, 0});
  auto drawn = sample_without_replacement(stream, n, n - lost);
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

Matrix rows_at(const Matrix& matrix, const std::vector<WorkerId>& rows) {
  Matrix result(static_cast<Index>(rows.size()), matrix.cols());
  for (std::size_t i = 0; i < rows.size(); ++i)
    result.row(static_cast<Index>(i)) = matrix.row(rows[i]);
  return result;
}

const std::vector<std::string> kEvery{
    R"({"kind": "replication"})",
    R"({"kind": "uncoded"})",
    R"({"kind": "lcc"})",
    R"({"kind": "bacc"})",
    R"({"kind": "bacc", "beta": "equispaced"})",
    R"({"kind": "nercc", "lambda_encode": 0, "lambda_decode": 0})",
    R"({"kind": "nercc", "lambda_encode": 1e-5, "lambda_decode": 1e-3})",
    R"({"kind": "letcc", "lambda_encode": 0, "lambda_decode": 0})",
    R"({"kind": "letcc", "penalty": "seminorm", "lambda_encode": 1e-4, "lambda_decode": 0})",
    R"({"kind": "curve", "beta": "first_kind"})",
    R"({"kind": "curve", "encoder": "linear", "decoder": "berrut"})",
    R"({"kind": "curve", "encoder": "berrut", "decoder": "floater_hormann", "degree": 2})",
    R"({"kind": "curve", "encoder": "lagrange", "decoder": "polynomial", "degree": 3})",
};

}  // namespace

TEST_CASE("encode and decode are their matrices") {
  for (const std::string& json : kEvery) {
    INFO(json);
    const std::uint32_t k = 6, n = 14;
    const auto scheme = make(json, context_of(k, n));
    const auto& linear = dynamic_cast<const LinearScheme&>(*scheme);
    const Matrix data = normal_matrix(k, 5, 1);
    const Matrix inputs = scheme->encode(data).inputs;
    REQUIRE(inputs.rows() == scheme->active_workers());
    CHECK((inputs - linear.encoder_matrix() * data).cwiseAbs().maxCoeff() < 1e-12);

    auto received = survivors(scheme->active_workers(), 3, 4);
    for (Index outputs : {1, 3, 20}) {  // fewer and more than K: both ways to apply a spline
      const Matrix results = normal_matrix(static_cast<Index>(received.size()), outputs, 9);
      const Decoded decoded = scheme->decode(rows_of(results, 0, results.rows()), received);
      const Matrix expected = linear.decoder_matrix(received) * results;
      CHECK((decoded.estimates - expected).cwiseAbs().maxCoeff() < 1e-9);
    }
  }
}

TEST_CASE("a constant function is recovered from any survivors") {
  for (const std::string& json : kEvery)
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
      INFO(json << ", seed " << seed);
      const std::uint32_t k = 1 + seed % 7, n = k + seed % 11;
      const auto scheme = make(json, context_of(k, n));
      const std::uint32_t active = scheme->active_workers();
      const auto received = survivors(active, seed % active, seed);
      if (received.empty()) continue;
      const Matrix results = Matrix::Constant(static_cast<Index>(received.size()), 2, 3.5);
      const Decoded decoded = scheme->decode(rows_of(results, 0, results.rows()), received);
      // LCC's weights grow with the gaps among the survivors.
      CHECK((decoded.estimates.array() - 3.5).abs().maxCoeff() < 1e-8);
    }
}

TEST_CASE("equal data reach the workers unchanged") {
  for (const std::string& json : kEvery) {
    INFO(json);
    const auto scheme = make(json, context_of(5, 12));
    const Matrix inputs = scheme->encode(Matrix::Constant(5, 3, -2.25)).inputs;
    CHECK((inputs.array() + 2.25).abs().maxCoeff() < 1e-12);
  }
}

TEST_CASE("where every alpha is a beta, the identity comes back exactly at S = 0") {
  // 2K divides N - 1.
  for (const std::string json : {R"({"kind": "bacc"})", R"({"kind": "lcc"})",
                                 R"({"kind": "nercc", "lambda_encode": 0, "lambda_decode": 0})",
                                 R"({"kind": "letcc", "lambda_encode": 0, "lambda_decode": 0})"}) {
    INFO(json);
    const auto scheme = make(json, context_of(4, 17));
    const Matrix data = normal_matrix(4, 3, 7);
    const Matrix inputs = scheme->encode(data).inputs;
    std::vector<WorkerId> everyone(17);
    std::iota(everyone.begin(), everyone.end(), 0U);
    // f = exp, so that errors of the interpolation would show.
    const Matrix results = inputs.array().exp().matrix();
    const Decoded decoded = scheme->decode(rows_of(results, 0, 17), everyone);
    CHECK((decoded.estimates - data.array().exp().matrix()).cwiseAbs().maxCoeff() < 1e-11);
  }
}

TEST_CASE("K > N is inapplicable, with the numbers in the reason") {
  for (const std::string& json : kEvery) {
    INFO(json);
    CHECK_THROWS_AS(make(json, context_of(5, 4)), Inapplicable);
    try {
      make(json, context_of(5, 4));
    } catch (const Inapplicable& reason) {
      CHECK(std::string(reason.what()).find("K = 5 > N = 4") == 0);
    }
  }
}

TEST_CASE("few survivors: one gives a constant, two a line or less") {
  for (const std::string& json : kEvery) {
    if (json.find("replication") != std::string::npos || json.find("uncoded") != std::string::npos)
      continue;
    INFO(json);
    const auto scheme = make(json, context_of(3, 8));
    Matrix one = Matrix::Constant(1, 2, 7.0);
    const std::vector<WorkerId> last{7};
    CHECK((scheme->decode(rows_of(one, 0, 1), last).estimates.array() - 7.0).abs().maxCoeff() <
          1e-12);
    Matrix two(2, 1);
    two << 1.0, -1.0;
    const std::vector<WorkerId> ends{0, 7};
    CHECK(scheme->decode(rows_of(two, 0, 2), ends).estimates.allFinite());
  }
}

TEST_CASE("LCC is exact for polynomials above its threshold and not below") {
  const std::uint32_t k = 5, n = 20, degree = 3;  // T = 13
  CodeContext context = context_of(k, n);
  context.polynomial_degree = degree;
  const auto scheme = make(R"({"kind": "lcc"})", context);
  const Matrix data = normal_matrix(k, 1, 3);
  const auto f = [](const Matrix& x) -> Matrix {
    return (x.array() * x.array() * x.array() - 2.0 * x.array() + 0.5).matrix();
  };
  const Matrix results = f(scheme->encode(data).inputs);
  for (std::uint32_t lost = 0; lost <= 12; ++lost)
    for (std::uint32_t seed = 0; seed < 10; ++seed) {
      const auto received = survivors(n, lost, seed);
      const Matrix there = rows_at(results, received);
      const double error =
          (scheme->decode(rows_of(there, 0, there.rows()), received).estimates - f(data))
              .cwiseAbs()
              .maxCoeff();
      INFO("lost " << lost << ", seed " << seed);
      if (lost <= 7) CHECK(error < 1e-6);
      if (lost >= 10) CHECK(error > 1e-6);
    }
}

TEST_CASE("BACC by original signs is wrong by orders of magnitude") {
  const std::uint32_t k = 8, n = 64;
  const Matrix data = normal_matrix(k, 1, 2);
  const auto error_with = [&](const std::string& signs) {
    const auto scheme = make(R"({"kind": "bacc", "signs": ")" + signs + "\"}", context_of(k, n));
    const Matrix results = (2.0 * scheme->encode(data).inputs.array()).sin().matrix();
    double worst = 0.0;
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      const auto received = survivors(n, 8, seed);
      const Matrix there = rows_at(results, received);
      worst = std::max(worst, (scheme->decode(rows_of(there, 0, there.rows()), received).estimates -
                               (2.0 * data.array()).sin().matrix())
                                  .cwiseAbs()
                                  .maxCoeff());
    }
    return worst;
  };
  CHECK(error_with("alternating") < 1.0);
  CHECK(error_with("original") > 10.0 * error_with("alternating"));
}

TEST_CASE("replication and uncoded count the lost points and score them by their rule") {
  Matrix results(3, 1);
  results << 10.0, 20.0, 60.0;
  const std::vector<WorkerId> received{0, 1, 4};  // copies of 0, 1, 0 for K = 4, N = 8
  const auto decode = [&](const std::string& missing) {
    return make(R"({"kind": "replication", "missing": ")" + missing + "\"}", context_of(4, 8))
        ->decode(rows_of(results, 0, 3), received);
  };
  const Decoded mean = decode("mean");
  CHECK(mean.unavailable == 2);
  CHECK(mean.estimates(0, 0) == 35.0);  // mean of its copies
  CHECK(mean.estimates(1, 0) == 20.0);
  CHECK(mean.estimates(2, 0) == 27.5);  // mean of the points that arrived
  CHECK(decode("zero").estimates(3, 0) == 0.0);
  CHECK(std::isnan(decode("nan").estimates(3, 0)));
  CHECK(make(R"({"kind": "uncoded"})", context_of(4, 8))->active_workers() == 4);
}

TEST_CASE("a lost point takes what its neighbours say, if the rule looks at the data") {
  Matrix data(4, 1), results(3, 1);
  data << 0.0, 1.0, 3.0, 9.0;
  results << 10.0, 20.0, 60.0;
  const std::vector<WorkerId> received{0, 2, 6};  // points 0, 2, 2 of K = 4, N = 8
  const auto decode = [&](const std::string& kind, const std::string& missing) {
    const auto scheme =
        make(R"({"kind": ")" + kind + R"(", "missing": ")" + missing + "\"}", context_of(4, 8));
    const auto own = scheme->for_data(data);
    REQUIRE(own != nullptr);
    const Decoded decoded = own->decode(rows_of(results, 0, 3), received);
    CHECK(decoded.unavailable == 2);
    const Matrix matrix = dynamic_cast<LinearScheme&>(*own).decoder_matrix(received);
    CHECK((decoded.estimates - matrix * results).cwiseAbs().maxCoeff() < 1e-12);
    return decoded.estimates;
  };
  const Matrix nearest = decode("replication", "nearest"),
               kriging = decode("replication", "kriging");
  CHECK(nearest(0, 0) == 10.0);
  CHECK(nearest(1, 0) == 10.0);
  CHECK(nearest(3, 0) == 40.0);          // the mean of the copies of point 2
  CHECK(kriging(1, 0) == Approx(20.0));  // a third of the way from 10 to 40
  CHECK(kriging(3, 0) == Approx(40.0));

  const auto blind = make(R"({"kind": "uncoded", "missing": "nearest"})", context_of(4, 8));
  CHECK_THROWS_AS(dynamic_cast<LinearScheme&>(*blind).decoder_matrix(received), NeedsData);
  const auto own = blind->for_data(data);
  CHECK(own->active_workers() == 4);
  const Matrix nothing(0, 2);
  CHECK(own->decode(rows_of(nothing, 0, 0), {}).estimates.hasNaN());
  CHECK(make(R"({"kind": "uncoded"})", context_of(4, 8))->for_data(data) == nullptr);
  CHECK_THROWS_AS(make(R"({"kind": "uncoded", "missing": "kriging"})", context_of(6000, 6000)),
                  Inapplicable);
}
