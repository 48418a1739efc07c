#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "schemes/curve.hpp"

namespace laggard::schemes {
namespace {

using Catch::Matchers::Contains;
using Ids = std::vector<WorkerId>;

std::unique_ptr<Scheme> make(const std::string& json, std::uint32_t k, std::uint32_t n,
                             std::uint32_t stragglers = 0) {
  CodeContext context;
  context.data_points = k;
  context.workers = n;
  context.expected_stragglers = stragglers;
  context.where = "/schemes/0";
  const Catalogue catalogue{role("schemes", "scheme", schemes()),
                            role("robust", "robust decoder", robust_decoders())};
  const auto document = config::parse(json, "the test");
  return config::make(
      schemes(), config::read_component(document, "/schemes/0", catalogue, "schemes"), context);
}

std::string with(const std::string& scheme, const std::string& robust) {
  return R"({"kind": ")" + scheme + R"(", "robust": )" + robust + "}";
}

/// Answers of two smooth functions of the curve, but for the workers 5 and 9.
struct Round {
  Ids received;
  Matrix results, truth;

  Round(const CurveScheme& scheme, double noise = 0.0) {
    Stream stream({4, Purpose::kNoise, 0, 0});
    const auto fill = [&](Matrix& values, const std::vector<double>& points, double sigma) {
      values.resize(static_cast<Index>(points.size()), 2);
      for (Index i = 0; i < values.rows(); ++i) {
        const double t = points[static_cast<std::size_t>(i)];
        values.row(i) << 2.0 + std::sin(3.0 * t), t * std::cos(2.0 * t);
        values(i, 0) += sigma * standard_normal(stream);
        values(i, 1) += sigma * standard_normal(stream);
      }
    };
    std::vector<double> points;
    for (WorkerId worker = 0; worker < scheme.beta().size(); ++worker) {
      if (worker == 5 || worker == 9) continue;
      received.push_back(worker);
      points.push_back(scheme.beta()[worker]);
    }
    fill(results, points, noise);
    fill(truth, scheme.alpha(), 0.0);
  }

  void lie(const Ids& liars) {
    for (const WorkerId liar : liars)
      results.row(std::lower_bound(received.begin(), received.end(), liar) - received.begin()) *=
          -3.0;
  }

  Decoded decode(const Scheme& scheme) const {
    return scheme.decode_robustly(rows_of(results, 0, results.rows()), received);
  }
  double error(const Decoded& decoded) const {
    return (decoded.estimates - truth).cwiseAbs().maxCoeff();
  }
};

const CurveScheme& curve_of(const std::unique_ptr<Scheme>& scheme) {
  return dynamic_cast<const CurveScheme&>(*scheme);
}

/// Each kind with what it must be told, and how near the truth it gets.
struct Defence {
  const char* scheme;
  const char* robust;
  double error;
};

const std::vector<Defence>& defences() {
  static const std::vector<Defence> all{
      {"letcc", R"({"kind": "peel", "adversaries": 2})", 1e-3},
      {"letcc", R"({"kind": "peel", "adversaries": 5})", 1e-2},
      {"bacc", R"({"kind": "peel", "adversaries": 2})", 0.1},
      {"curve", R"({"kind": "peel", "adversaries": 3})", 1e-2},
      {"nercc", R"({"kind": "approxifer", "adversaries": 2})", 1e-3},
      {"bacc", R"({"kind": "approxifer", "adversaries": 2})", 0.1},
      {"lcc", R"({"kind": "approxifer", "adversaries": 2})", 1e-3},
      {"letcc", R"({"kind": "huber", "adversaries": 2, "lambda": 1e-4})", 1.0},
      {"bacc", R"({"kind": "huber", "adversaries": 3, "lambda": 1e-4})", 1.0},
  };
  return all;
}

TEST_CASE("Two liars, obvious, are found by every decoder that rejects answers", "[robust]") {
  for (const auto& [kind, robust, error] : defences()) {
    CAPTURE(kind, robust);
    const auto scheme = make(with(kind, robust), 6, 40);
    Round round(curve_of(scheme));
    const Ids liars{12, 27};
    round.lie(liars);
    const Decoded decoded = round.decode(*scheme);
    CHECK(decoded.flagged == liars);
    CHECK(decoded.unavailable == 0);
    CHECK(round.error(decoded) < error);
    // Without a defence they would do as they like.
    CHECK(round.error(round.decode(*make(with(kind, R"({"kind": "none"})"), 6, 40))) > 0.4);
  }
}

TEST_CASE("By default, no defence costs much where nobody lies", "[robust][defaults]") {
  for (const char* kind : {"bacc", "letcc", "nercc", "curve"})
    for (const char* robust : {"peel", "huber"}) {
      CAPTURE(kind, robust);
      const auto scheme = make(with(kind, R"({"kind": ")" + std::string(robust) + R"("})"), 6, 40);
      const Round round(curve_of(scheme));
      const double undefended =
          round.error(round.decode(*make(with(kind, R"({"kind": "none"})"), 6, 40)));
      CHECK(round.error(round.decode(*scheme)) < std::max(1e-3, 3.0 * undefended));
    }
}

TEST_CASE("What is rejected is what the scheme decodes without", "[robust]") {
  for (const char* kind : {"bacc", "letcc", "nercc", "lcc", "curve"}) {
    const auto scheme = make(with(kind, R"({"kind": "peel", "adversaries": 2})"), 6, 40);
    Round round(curve_of(scheme));
    round.lie({12, 27});
    const Decoded decoded = round.decode(*scheme);
    REQUIRE(decoded.flagged == Ids{12, 27});
    Ids kept;
    std::vector<Index> rows;
    for (std::size_t i = 0; i < round.received.size(); ++i) {
      if (round.received[i] == 12 || round.received[i] == 27) continue;
      kept.push_back(round.received[i]);
      rows.push_back(static_cast<Index>(i));
    }
    const Matrix honest = round.results(rows, Eigen::all);
    CHECK(decoded.estimates == scheme->decode(rows_of(honest, 0, honest.rows()), kept).estimates);
  }
}

TEST_CASE("A scheme without a defence believes everybody", "[robust]") {
  const auto scheme = make(R"({"kind": "letcc"})", 6, 40);
  Round round(curve_of(scheme));
  round.lie({12});
  const Decoded decoded = round.decode(*scheme);
  CHECK(decoded.flagged.empty());
  CHECK_FALSE(scheme->is_told_who_lies());
  CHECK(decoded.estimates ==
        scheme->decode(rows_of(round.results, 0, round.results.rows()), round.received).estimates);
}

TEST_CASE("The oracle is told, and decodes what it gets", "[robust]") {
  const auto scheme = make(with("letcc", R"({"kind": "oracle"})"), 6, 40);
  CHECK(scheme->is_told_who_lies());
  const Round round(curve_of(scheme));
  CHECK(round.decode(*scheme).flagged.empty());
}

TEST_CASE("The rule smooths more the more liars there are, and rejects nobody", "[robust]") {
  const auto decode = [](const std::string& robust) {
    const auto scheme = make(with("letcc", robust), 6, 40);
    const Round round(curve_of(scheme));
    return round.decode(*scheme);
  };
  const Decoded few = decode(R"({"kind": "rule", "adversaries": 10})");
  CHECK(few.lambda == Approx(1e-3 * std::pow(10.0 / 38.0, 1.6)));
  CHECK(few.flagged.empty());
  CHECK(decode(R"({"kind": "rule", "adversaries": 8, "constant": 2, "power": 1.5})").lambda ==
        Approx(2.0 * std::pow(8.0 / 38.0, 1.5)));
  CHECK(decode(R"({"kind": "rule", "adversaries": 0})").lambda ==
        Approx(1e-3 * std::pow(38.0, -0.8)));
}

TEST_CASE("Answers that are no numbers are rejected before anybody looks", "[robust]") {
  for (const char* robust :
       {R"({"kind": "peel", "adversaries": 2})", R"({"kind": "approxifer", "adversaries": 2})"}) {
    const auto scheme = make(with("nercc", robust), 6, 40);
    Round round(curve_of(scheme));
    round.lie({12, 27});
    round.results(0, 1) = kNaN;
    round.results(30, 0) = std::numeric_limits<double>::infinity();
    const Decoded decoded = round.decode(*scheme);
    CHECK(decoded.flagged == Ids{0, 12, 27, 32});
    CHECK(decoded.estimates.allFinite());
  }
  // Those who bend answers have nothing to bend here: the failure shows.
  for (const char* robust : {R"({"kind": "huber"})", R"({"kind": "rule"})"}) {
    const auto scheme = make(with("nercc", robust), 6, 40);
    Round round(curve_of(scheme));
    round.results(3, 1) = kNaN;
    CHECK_FALSE(round.decode(*scheme).estimates.allFinite());
  }
}

TEST_CASE("With too few answers to tell liars, all points are lost and counted", "[robust]") {
  for (const char* robust :
       {R"({"kind": "peel", "adversaries": 10})", R"({"kind": "approxifer", "adversaries": 6})"}) {
    CAPTURE(robust);
    const auto scheme = make(with("letcc", robust), 6, 24);
    Round round(curve_of(scheme));  // 22 answers; 23 would do
    const Decoded decoded = round.decode(*scheme);
    CHECK(decoded.unavailable == 6);
    CHECK(decoded.estimates.array().isNaN().all());
    CHECK(decoded.flagged.empty());
  }
}

TEST_CASE("More liars than a code can bear are refused before the run", "[robust]") {
  CHECK_NOTHROW(make(with("letcc", R"({"kind": "peel", "adversaries": 10})"), 6, 25, 2));
  CHECK_THROWS_WITH(make(with("letcc", R"({"kind": "peel", "adversaries": 10})"), 6, 25, 3),
                    Contains("up to 10 liars takes 23 answers, and 22 are expected"));
  CHECK_NOTHROW(make(with("bacc", R"({"kind": "approxifer", "adversaries": 3})"), 12, 29));
  CHECK_THROWS_AS(make(with("bacc", R"({"kind": "approxifer", "adversaries": 3})"), 12, 29, 1),
                  Inapplicable);
  CHECK_NOTHROW(make(with("letcc", R"({"kind": "oracle"})"), 6, 7, 6));
}

TEST_CASE("More liars than there are answers leave nobody honest", "[robust]") {
  for (const char* kind : {"huber", "rule"}) {
    const std::string robust = std::string(R"({"kind": ")") + kind + R"(", "adversaries": 22})";
    CHECK_NOTHROW(make(with("letcc", robust), 6, 25, 2));
    CHECK_THROWS_WITH(make(with("letcc", robust), 6, 25, 3), Contains("nobody would be honest"));
  }
}

TEST_CASE("Lies of any size are found", "[robust]") {
  for (const char* robust :
       {R"({"kind": "peel", "adversaries": 2})", R"({"kind": "approxifer", "adversaries": 2})"})
    for (const double size : {1e3, 1e11, 1e13, 1e100, 1e155, 1e200, 1e308}) {
      CAPTURE(robust, size);
      const auto scheme = make(with("bacc", robust), 6, 40);
      Round round(curve_of(scheme));
      const Ids liars{7, 21};
      for (const WorkerId liar : liars) {
        const auto place = std::lower_bound(round.received.begin(), round.received.end(), liar);
        round.results.row(place - round.received.begin()).setConstant(size);
      }
      CHECK(round.decode(*scheme).flagged == liars);
    }
}

TEST_CASE("A defence that is no defence is refused", "[robust]") {
  CHECK_THROWS_WITH(
      make(with("letcc", R"({"kind": "peal"})"), 6, 24),
      Contains("/schemes/0/robust/kind is 'peal'") && Contains("did you mean 'peel'?"));
  CHECK_THROWS_WITH(make(with("letcc", R"({"kind": "peel", "adversaries": -1})"), 6, 24),
                    Contains("/schemes/0/robust/adversaries is -1"));
  CHECK_THROWS_WITH(make(with("letcc", R"({"kind": "huber", "lambda": 0})"), 6, 24),
                    Contains("/schemes/0/robust/lambda is 0"));
  CHECK_THROWS_WITH(make(R"({"kind": "letcc", "robust": "peel"})", 6, 24),
                    Contains("/schemes/0/robust is"));
  CHECK_THROWS_WITH(make(R"({"kind": "replication", "robust": {"kind": "peel"}})", 6, 24),
                    Contains("/schemes/0/robust is not known"));
}

}  // namespace
}  // namespace laggard::schemes
