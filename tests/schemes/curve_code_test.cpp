#include "schemes/curve_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "core/random.hpp"
#include "math/kriging.hpp"
#include "schemes/code.hpp"

using namespace laggard;
using namespace laggard::schemes;
using Catch::Matchers::Contains;
using laggard::testing::curve;
using laggard::testing::everyone_but;
using laggard::testing::normal_matrix;
using laggard::testing::scheme_of;

namespace {

const LinearScheme& linear(const Scheme& scheme) {
  return dynamic_cast<const LinearScheme&>(scheme);
}

Matrix sorted_scalars(Index count, std::uint32_t seed) {
  Matrix data = normal_matrix(count, 1, seed) * 4.0;
  std::sort(data.data(), data.data() + count);
  return data;
}

Matrix decode(const Scheme& scheme, const Matrix& results, const std::vector<WorkerId>& received) {
  Matrix there(static_cast<Index>(received.size()), results.cols());
  for (std::size_t i = 0; i < received.size(); ++i)
    there.row(static_cast<Index>(i)) = results.row(received[i]);
  return scheme.decode(rows_of(there, 0, there.rows()), received).estimates;
}

Matrix x_sin_x(const Matrix& x) {
  return (x.array() * x.array().sin()).matrix();
}

}  // namespace

TEST_CASE("the published codes are curve codes of their parts", "[curve]") {
  const std::uint32_t k = 7, n = 20;
  const auto received = everyone_but(n, {0, 3, 4, 11});
  const auto same = [&](const std::string& parts, const std::string& published) {
    const auto ours = curve(parts, k, n), theirs = scheme_of(published, k, n);
    CHECK(linear(*ours).encoder_matrix() == linear(*theirs).encoder_matrix());
    CHECK(linear(*ours).decoder_matrix(received) == linear(*theirs).decoder_matrix(received));
  };
  same(R"("encoder": "berrut", "decoder": "berrut")", R"({"kind": "bacc"})");
  same(R"("encoder": "berrut", "decoder": "berrut", "beta": "equispaced")",
       R"({"kind": "bacc", "beta": "equispaced"})");
  same(R"("lambda_encode": 1e-5, "lambda_decode": 1e-3)",
       R"({"kind": "nercc", "lambda_encode": 1e-5, "lambda_decode": 1e-3})");

  const auto lcc = scheme_of(R"({"kind": "lcc"})", k, n);
  const auto ours = curve(R"("encoder": "lagrange", "decoder": "polynomial", "degree": 15)", k, n);
  CHECK(linear(*ours).encoder_matrix() == linear(*lcc).encoder_matrix());
  CHECK((linear(*ours).decoder_matrix(received) - linear(*lcc).decoder_matrix(received))
            .cwiseAbs()
            .maxCoeff() < 1e-9);
}

TEST_CASE("systematic points send every data point as it is, and what arrives comes back",
          "[curve]") {
  const std::uint32_t k = 6, n = 15;
  const Matrix data = normal_matrix(k, 4, 3);
  for (const std::string encoder : {"berrut", "lagrange", "linear", "spline", "quintic"})
    for (const std::string decoder : {"berrut", "floater_hormann", "spline", "quintic", "kriging"})
      for (const std::string alpha : {"chebyshev", "equispaced", "chord"}) {
        INFO(encoder << ", " << decoder << ", " << alpha);
        const auto code =
            curve(R"("beta": "systematic", "encoder": ")" + encoder + R"(", "decoder": ")" +
                      decoder + R"(", "alpha": ")" + alpha + "\"",
                  k, n);
        const auto own = code->for_data(data);
        REQUIRE(own != nullptr);
        const Matrix inputs = own->encode(data).inputs;
        REQUIRE(inputs.rows() == n);
        for (Index point = 0; point < data.rows(); ++point)
          CHECK((inputs.rowwise() - data.row(point)).rowwise().norm().minCoeff() < 1e-13);
        // The truth is not smooth: a sign of each coordinate.
        const Matrix results = inputs.array().sign().matrix();
        CHECK((decode(*own, results, everyone_but(n, {})) - data.array().sign().matrix())
                  .cwiseAbs()
                  .maxCoeff() < 1e-12);
      }
}

TEST_CASE("points follow the data of each trial, not those of the one before", "[curve]") {
  const std::uint32_t k = 6, n = 14;
  const auto code = curve(R"("alpha": "chord", "beta": "systematic", "decoder": "kriging")", k, n);
  const Matrix first = normal_matrix(k, 3, 1), second = normal_matrix(k, 3, 2);
  const auto received = everyone_but(n, {2, 5});
  const Matrix encoder = linear(*code->for_data(first)).encoder_matrix();
  const Matrix decoder = linear(*code->for_data(first)).decoder_matrix(received);
  const auto other = code->for_data(second);
  CHECK((linear(*other).encoder_matrix() - encoder).cwiseAbs().maxCoeff() > 1e-3);
  CHECK((linear(*other).decoder_matrix(received) - decoder).cwiseAbs().maxCoeff() > 1e-3);
  CHECK(linear(*code->for_data(first)).encoder_matrix() == encoder);
  CHECK(linear(*code->for_data(first)).decoder_matrix(received) == decoder);
  CHECK_THROWS_AS(linear(*code).encoder_matrix(), NeedsData);
  CHECK_THROWS_AS(linear(*code).decoder_matrix(received), NeedsData);
  CHECK(curve(R"("alpha": "equispaced")", k, n)->for_data(first) == nullptr);
}

TEST_CASE("sorted scalars by chord length are a straight line", "[curve]") {
  const Matrix data = sorted_scalars(9, 4);
  for (const std::string encoder : {"linear", "spline", "quintic", "lagrange", "berrut"}) {
    const auto own =
        curve(R"("alpha": "chord", "alpha_power": 1, "encoder": ")" + encoder + "\"", 9, 30)
            ->for_data(data);
    const Matrix inputs = own->encode(data).inputs;
    const auto& beta = dynamic_cast<const CurveScheme&>(*own).beta();
    const auto& alpha = dynamic_cast<const CurveScheme&>(*own).alpha();
    const double slope = (data(8, 0) - data(0, 0)) / (alpha[8] - alpha[0]);
    for (Index worker = 0; worker < 30 && encoder != "berrut"; ++worker)
      CHECK(inputs(worker, 0) ==
            Approx(data(0, 0) + slope * (beta[std::size_t(worker)] - alpha[0])).margin(1e-9));
  }
}

TEST_CASE("kriging looks at the coded inputs only", "[curve]") {
  const std::uint32_t k = 8, n = 20;
  for (const Index dimensions : {2, 50}) {  // fewer and more than K
    const Matrix data = normal_matrix(k, dimensions, 6);
    for (const std::string lambda : {"0", "1e-4", "\"gcv\"", "\"loo\""}) {
      const auto own =
          curve(R"("decoder": "kriging", "lambda_encode": )" + lambda, k, n)->for_data(data);
      const Matrix inputs = own->encode(data).inputs;
      const auto received = everyone_but(n, {1, 8, 9});
      const std::vector<Index> rows(received.begin(), received.end());
      const Matrix expected = math::kriging_matrix(data, inputs(rows, Eigen::all));
      INFO("lambda " << lambda);
      CHECK((linear(*own).decoder_matrix(received) - expected).cwiseAbs().maxCoeff() < 1e-7);
    }
  }
}

TEST_CASE("a straight line through sorted scalars beats the published curves by far", "[curve]") {
  const std::uint32_t k = 10, n = 100;
  double published = 0.0, straight = 0.0, polynomial = 0.0, quintic = 0.0;
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    const Matrix data = sorted_scalars(k, seed);
    Stream stream({seed, Purpose::kStragglers, 0, 0});
    auto received = sample_without_replacement(stream, n, n - 5);
    std::sort(received.begin(), received.end());
    const auto error = [&](const Scheme& scheme) {
      const auto own = scheme.for_data(data);
      const Scheme& code = own ? *own : scheme;
      const Matrix results = x_sin_x(code.encode(data).inputs);
      return (decode(code, results, received) - x_sin_x(data)).squaredNorm() / k;
    };
    const std::string line = R"("alpha": "chord", "alpha_power": 1, "encoder": "linear")";
    published += error(*scheme_of(R"({"kind": "nercc"})", k, n));
    straight += error(*curve(line, k, n));
    polynomial += error(*curve(line + R"(, "decoder": "polynomial")", k, n));
    quintic += error(*curve(line + R"(, "decoder": "quintic")", k, n));
  }
  CHECK(straight < 0.1 * published);
  CHECK(quintic < 0.3 * straight);
  CHECK(polynomial < 0.1 * straight);
}

TEST_CASE("the decoder that is chosen is near the best of the fixed ones, and never explodes",
          "[curve]") {
  // Medians over fresh data: random losses, a burst in the centre, noise.
  struct Case {
    std::uint32_t n, lost;
    bool burst;
    double sigma;
  };
  const std::uint32_t k = 10;
  for (const Case c : {Case{50, 5, false, 0.0},
                       {100, 5, false, 0.0},
                       {100, 20, true, 0.0},
                       {100, 5, false, 0.5}}) {
    const std::vector<std::string> decoders{"berrut", "spline", "quintic", "polynomial", "auto"};
    std::vector<std::vector<double>> errors(decoders.size());
    for (std::uint32_t seed = 900; seed < 915; ++seed) {
      const Matrix data = 2.5 * sorted_scalars(k, seed);
      Stream stream({seed, Purpose::kStragglers, 0, 0});
      auto lost = sample_without_replacement(stream, c.n, c.lost);
      if (c.burst)
        for (std::uint32_t i = 0; i < c.lost; ++i) lost[i] = (c.n - c.lost) / 2 + i;
      const auto received = everyone_but(c.n, lost);
      for (std::size_t d = 0; d < decoders.size(); ++d) {
        const auto code =
            curve(R"("encoder": "berrut", "decoder": ")" + decoders[d] + "\"", k, c.n);
        const Matrix results = x_sin_x(code->encode(data).inputs) +
                               c.sigma * normal_matrix(Index(c.n), 1, seed + 1000);
        errors[d].push_back((decode(*code, results, received) - x_sin_x(data)).squaredNorm() / k);
      }
    }
    std::vector<double> medians;
    for (auto& list : errors) {
      std::sort(list.begin(), list.end());
      medians.push_back(list[list.size() / 2]);
    }
    INFO("N " << c.n << ", lost " << c.lost << ", burst " << c.burst << ", sigma " << c.sigma);
    CAPTURE(medians);
    CHECK(medians.back() <= 10.0 * *std::min_element(medians.begin(), medians.end() - 1));
    CHECK(medians.back() < *std::max_element(medians.begin(), medians.end() - 1));
  }
  const auto code = curve(R"("decoder": "auto")", k, 30);
  CHECK_THROWS_AS(linear(*code).decoder_matrix(everyone_but(30, {})), NeedsData);
  for (const std::uint32_t answers : {1U, 2U, 3U, 4U, 5U}) {
    const std::vector<WorkerId> few{2, 9, 14, 20, 28};
    const Matrix constant = Matrix::Constant(30, 2, 7.0);
    CHECK((decode(*code, constant, {few.begin(), few.begin() + answers}).array() - 7.0)
              .abs()
              .maxCoeff() < 1e-9);
  }
}

TEST_CASE("the answer says which decoder was chosen, and that decoder gives the same", "[curve]") {
  const std::uint32_t k = 6, n = 40;
  const auto received = everyone_but(n, {3, 17, 18});
  const auto chosen_by = [&](const Matrix& results, const std::string& members) {
    Matrix there(static_cast<Index>(received.size()), results.cols());
    for (std::size_t i = 0; i < received.size(); ++i)
      there.row(static_cast<Index>(i)) = results.row(received[i]);
    return curve(members, k, n)->decode(rows_of(there, 0, there.rows()), received);
  };
  std::set<DecoderKind> seen;
  for (const double bend : {0.5, 9.0, 40.0})
    for (const double sigma : {0.0, 0.03, 1.0}) {
      const auto points = curve(R"("decoder": "auto")", k, n);
      const auto& beta = dynamic_cast<const CurveScheme&>(*points).beta();
      Matrix results = sigma * normal_matrix(n, 2, 5);
      for (Index i = 0; i < results.rows(); ++i)
        results.row(i).array() += std::abs(std::sin(bend * beta[std::size_t(i)]));
      const Decoded answer = chosen_by(results, R"("decoder": "auto")");
      REQUIRE(answer.chosen != DecoderKind::kNone);
      seen.insert(answer.chosen);
      const std::string name(decoder_kind_names()[std::size_t(answer.chosen)]);
      INFO(name << ", lambda " << answer.lambda << ", degree " << answer.degree);
      std::string members = R"("decoder": ")" + name + "\"";
      if (!std::isnan(answer.lambda))
        members += fmt::format(R"(, "lambda_decode": {})", answer.lambda);
      if (!std::isnan(answer.degree)) members += fmt::format(R"(, "degree": {})", answer.degree);
      CHECK(std::isnan(answer.lambda) == (name == "berrut" || name == "polynomial"));
      CHECK(std::isnan(answer.degree) == (name != "polynomial"));
      CHECK((chosen_by(results, members).estimates - answer.estimates).cwiseAbs().maxCoeff() <
            1e-9);
    }
  CHECK(seen.size() > 1);
  const Matrix results = normal_matrix(n, 2, 6);
  CHECK(chosen_by(results, R"("decoder": "spline")").chosen == DecoderKind::kNone);
  CHECK(std::isnan(chosen_by(results, R"("decoder": "spline")").degree));
  for (const std::string decoder : {"polynomial", "floater_hormann"}) {
    const std::string members = R"("decoder": ")" + decoder + "\"";
    const Decoded answer = chosen_by(results, members);
    const Decoded fixed =
        chosen_by(results, members + fmt::format(R"(, "degree": {})", answer.degree));
    CHECK((fixed.estimates - answer.estimates).cwiseAbs().maxCoeff() < 1e-12);
    CHECK(fixed.degree == answer.degree);
  }
}

TEST_CASE("answers of workers with less noise count more, if they are told apart", "[curve]") {
  const std::uint32_t k = 10, n = 200;
  CodeContext context;
  context.data_points = k;
  context.workers = n;
  context.where = "/schemes/0";
  for (std::uint32_t worker = 0; worker < n; ++worker)
    context.noise_sigmas.push_back(worker % 2 == 0 ? 2.0 : 0.1);
  const auto received = everyone_but(n, {5, 6, 77});
  for (const std::string decoder : {R"("spline", "lambda_decode": "gcv")",
                                    R"("quintic", "lambda_decode": "loo")", R"("polynomial")"}) {
    double weighted = 0.0, equal = 0.0;
    for (std::uint32_t seed = 0; seed < 6; ++seed) {
      const Matrix data = sorted_scalars(k, seed);
      const auto error = [&](const std::string& weights) {
        const auto code = scheme_of(R"({"kind": "curve", "encoder": "berrut", "decoder": )" +
                                        decoder + R"(, "weights": ")" + weights + "\"}",
                                    context);
        Matrix results = x_sin_x(code->encode(data).inputs);
        const Matrix noise = normal_matrix(Index(n), 1, seed + 50);
        for (Index i = 0; i < results.rows(); ++i)
          results(i, 0) += context.noise_sigmas[std::size_t(i)] * noise(i, 0);
        return (decode(*code, results, received) - x_sin_x(data)).squaredNorm() / k;
      };
      weighted += error("variance");
      equal += error("none");
    }
    INFO(decoder << ": " << weighted << " against " << equal);
    CHECK(weighted < 0.2 * equal);
  }
  // Where all are alike, weights change no bit.
  context.noise_sigmas.assign(n, 0.3);
  const Matrix results = normal_matrix(n, 2, 1);
  const auto with = [&](const std::string& weights) {
    return decode(
        *scheme_of(R"({"kind": "curve", "lambda_decode": 1e-4, "weights": ")" + weights + "\"}",
                   context),
        results, received);
  };
  CHECK(with("variance") == with("none"));
}
