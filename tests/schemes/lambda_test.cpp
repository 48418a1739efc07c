// The rules for the smoothing parameters.
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/random.hpp"
#include "schemes/letcc.hpp"
#include "schemes/nercc.hpp"

using namespace laggard;
using namespace laggard::schemes;

namespace {

Letcc letcc(const NumberOrRule& encode, const NumberOrRule& decode, double sigma,
            const std::string& penalty = "norm") {
  Letcc::Config config;
  config.penalty = penalty;
  config.lambda_encode = encode;
  config.lambda_decode = decode;
  config.theory = {2.0, 3.0, 0.5};
  return {config, {10, 50, 4, sigma, std::nullopt, false}};
}

std::vector<WorkerId> first(std::uint32_t count) {
  std::vector<WorkerId> workers(count);
  std::iota(workers.begin(), workers.end(), 0U);
  return workers;
}

/// Of so many answers.
double lambda_decode(const Letcc& scheme, std::uint32_t answers) {
  const Matrix results = Matrix::Random(answers, 2);
  return scheme.decode(rows_of(results, 0, results.rows()), first(answers)).lambda;
}

}  // namespace

TEST_CASE("theory without noise: lambda_d = 0, lambda_e = c ((S+1)/N)^3") {
  const Letcc scheme = letcc({0, "theory"}, {0, "theory"}, 0.0);
  CHECK(scheme.encode(Matrix::Random(10, 2)).lambda == Approx(2.0 * std::pow(5.0 / 50.0, 3)));
  CHECK(lambda_decode(scheme, 46) == 0.0);
}

TEST_CASE("theory with noise: order (S+1)^(-16/5) N^(-4/5), clipped") {
  const Letcc scheme = letcc({0, "theory"}, {0, "theory"}, 0.3);
  CHECK(lambda_decode(scheme, 46) == Approx(3.0 * std::pow(5.0, -3.2) * std::pow(50.0, -0.8)));
  CHECK(lambda_decode(scheme, 50) == Approx(3.0 * std::pow(50.0, -0.8)));
  CHECK(lambda_decode(scheme, 2) == Approx(std::min(0.5, std::pow(2.0, -4.0))));
}

TEST_CASE("gcv and loo are chosen from the results and reported; no matrix exists before") {
  Stream stream({1, Purpose::kNoise, 0, 0});
  Matrix results(50, 3);
  fill_standard_normal(stream, {results.data(), 150});
  std::vector<double> chosen;
  for (const std::string rule : {"gcv", "loo"}) {
    CHECK_THROWS_WITH(
        letcc({0, rule}, {0, rule}, 0.0),
        Catch::Contains("lambda_encode is \"" + rule + "\"") && Catch::Contains("seminorm"));
    const Letcc scheme = letcc({0, rule}, {0, rule}, 0.0, "seminorm");
    const Decoded decoded = scheme.decode(rows_of(results, 0, 50), first(50));
    CHECK(decoded.lambda > 1e-6);  // pure noise wants a line
    chosen.push_back(decoded.lambda);
    // Data without a trend want a line, too; data on a cubic want to be interpolated.
    Matrix data(10, 300);
    fill_standard_normal(stream, {data.data(), 3000});
    CHECK(scheme.encode(data).lambda > 1e-3);
    Matrix curve(10, 1);
    for (Index k = 0; k < 10; ++k) curve(k, 0) = std::pow(static_cast<double>(k), 3.0);
    CHECK(scheme.encode(curve).lambda < 1e-3);
    CHECK_THROWS_WITH(scheme.decoder_matrix(first(50)), Catch::Contains("'" + rule + "'"));
    CHECK_THROWS_AS(scheme.decoder_matrix(first(50)), NeedsData);
    CHECK_THROWS_AS(scheme.encoder_matrix(), NeedsData);
  }
  CHECK(chosen[0] != chosen[1]);
}

TEST_CASE("numbers are used as they are") {
  const Letcc scheme = letcc({1e-3, ""}, {1e-2, ""}, 0.3);
  const Matrix results = Matrix::Random(50, 2);
  CHECK(scheme.decode(rows_of(results, 0, 50), first(50)).lambda == 1e-2);
  CHECK(scheme.encode(Matrix::Random(10, 2)).lambda == 1e-3);
}
