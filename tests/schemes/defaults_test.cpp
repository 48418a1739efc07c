// What a configuration gets that names a scheme and nothing else.
#include <catch2/catch.hpp>
#include <cmath>

#include "config/reader.hpp"
#include "core/random.hpp"
#include "schemes/scheme.hpp"

using namespace laggard;
using namespace laggard::schemes;

namespace {

/// A scheme without any parameter, and what its trials are like.
struct Bare {
  std::string kind;
  std::uint32_t data_points = 8;
  std::uint32_t workers = 1000;
  std::uint32_t lost = 20;
  double sigma = 0.0;
  double (*f)(double) = nullptr;
  double offset = 0.0;  ///< the data are uniform within 3 of it

  /// Mean over the noise of the workers: |D f(inputs) - f(data)|^2 / K + sigma^2 |D|^2 / K.
  double mse(std::uint32_t trial) const {
    const CodeContext context{data_points, workers, lost, sigma, std::nullopt, false};
    const auto scheme =
        config::make(schemes::schemes(), Component{kind, "{}", "/schemes/0"}, context);
    Stream draw({1, Purpose::kData, trial, 0});
    Matrix data(data_points, 1);
    for (Index k = 0; k < data.rows(); ++k) data(k, 0) = offset + 6.0 * uniform01(draw) - 3.0;
    Stream losses({1, Purpose::kStragglers, trial, 0});
    auto received = sample_without_replacement(losses, workers, workers - lost);
    std::sort(received.begin(), received.end());

    const Matrix inputs = scheme->encode(data).inputs;
    Matrix results(static_cast<Index>(received.size()), 1);
    for (std::size_t i = 0; i < received.size(); ++i)
      results(static_cast<Index>(i), 0) = f(inputs(received[i], 0));
    const Decoded decoded = scheme->decode(rows_of(results, 0, results.rows()), received);
    const double bias = (decoded.estimates - data.unaryExpr(f)).squaredNorm();
    const Matrix decoder = dynamic_cast<const LinearScheme&>(*scheme).decoder_matrix(received);
    return (bias + sigma * sigma * decoder.squaredNorm()) / data_points;
  }

  double mean_mse() const {
    constexpr std::uint32_t kTrials = 5;
    double sum = 0.0;
    for (std::uint32_t trial = 0; trial < kTrials; ++trial) sum += mse(trial);
    return sum / kTrials;
  }
};

const std::vector<double (*)(double)> kSmooth{[](double x) { return x * std::sin(x); },
                                              [](double x) { return std::exp(-x * x); },
                                              [](double x) { return 1.0 / (1.0 + x * x); }};

}  // namespace

TEST_CASE("bare spline schemes are no worse than bare BACC for smooth functions") {
  for (const std::string kind : {"letcc", "nercc"})
    for (const std::uint32_t data_points : {2U, 8U, 32U, 128U})
      for (const double sigma : {0.0, 1e-3, 0.1})
        for (std::size_t f = 0; f < kSmooth.size(); ++f) {
          INFO(kind << ", K = " << data_points << ", sigma = " << sigma << ", function " << f);
          Bare bare{kind, data_points};
          bare.sigma = sigma;
          bare.f = kSmooth[f];
          Bare bacc = bare;
          bacc.kind = "bacc";
          CHECK(bare.mean_mse() <= bacc.mean_mse());
        }
}

TEST_CASE("where 0 lies makes no difference to the error of bare schemes") {
  for (const std::string kind : {"letcc", "nercc", "bacc"})
    for (const std::uint32_t data_points : {4U, 8U, 16U}) {
      INFO(kind << ", K = " << data_points);
      Bare near{kind, data_points, 256, 10};
      near.f = [](double x) { return std::sin(x); };
      Bare far = near;
      far.offset = 1e6;
      far.f = [](double x) { return std::sin(x - 1e6); };
      CHECK(far.mean_mse() == Approx(near.mean_mse()).epsilon(0.01).margin(1e-15));
    }
}

TEST_CASE("the norm's encoder moves with the data unless it is the published one") {
  const CodeContext context{6, 20, 0, 0.0, std::nullopt, false};
  Stream stream({3, Purpose::kData, 0, 0});
  Matrix data(6, 2);
  fill_standard_normal(stream, {data.data(), static_cast<std::size_t>(data.size())});
  const auto moves = [&](const std::string& parameters) {
    const auto scheme =
        config::make(schemes::schemes(), Component{"letcc", parameters, "/schemes/0"}, context);
    const Matrix moved = scheme->encode((data.array() + 5.0).matrix()).inputs;
    return (moved - scheme->encode(data).inputs).array().isApproxToConstant(5.0, 1e-12);
  };
  for (const std::string lambda : {"0", "1e-3", "10", "\"theory\""}) {
    INFO("lambda_encode = " << lambda);
    CHECK(moves(R"({"lambda_encode": )" + lambda + "}"));
    CHECK(moves(R"({"penalty": "seminorm", "lambda_encode": )" + lambda + "}"));
    CHECK_FALSE(moves(R"({"centre": false, "lambda_encode": )" + lambda + "}"));
  }
}
