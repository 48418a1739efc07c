// ParM and learned codes: layout, decoders and what they say about losses.

#include "schemes/group.hpp"

#include <catch2/catch.hpp>
#include <numeric>

#include "config/reader.hpp"
#include "core/random.hpp"
#include "math/kriging.hpp"
#include "random_matrix.hpp"
#include "schemes/learned.hpp"
#include "schemes/parm.hpp"
#include "schemes/robust/robust_decoder.hpp"

namespace laggard::schemes {
namespace {

using Catch::Matchers::Contains;
using testing::normal_matrix;

/// Parity models of any name, and a code: parity = sum of the queries, the decoder gives the sum of
/// all outputs that it sees, for every query.
class FakeParts final : public TrainedParts {
 public:
  Component parity_model(const ParityRequest& request) const override {
    requests.push_back(request);
    return {"expression", "{\"name\": \"" + request.weights + "\"}", request.where};
  }
  CodeNetworks code(const CodeRequest& request) const override {
    const Index k = request.k, r = request.r;
    return {[k, r](MatrixView queries, MatrixSpan parities) {
              for (Index row = 0; row < parities.rows(); ++row)
                parities.row(row) = queries.middleRows(row / r * k, k).colwise().sum();
            },
            [k, r](MatrixView outputs, MatrixSpan estimates) {
              const Index m = outputs.cols() / (k + r);
              for (Index b = 0; b < outputs.rows(); ++b)
                for (Index j = 0; j < k; ++j) {
                  estimates.row(b).segment(j * m, m).setConstant(static_cast<double>(j));
                  for (Index i = 0; i < k + r; ++i)
                    estimates.row(b).segment(j * m, m) += outputs.row(b).segment(i * m, m);
                }
            }};
  }
  mutable std::vector<ParityRequest> requests;
};

const FakeParts kParts;

CodeContext context_of(std::uint32_t data_points, std::uint32_t workers) {
  CodeContext context;
  context.data_points = data_points;
  context.workers = workers;
  context.input = {{3}};
  context.trained = &kParts;
  context.where = "/schemes/0";
  return context;
}

std::unique_ptr<Scheme> make(const std::string& json, const CodeContext& context) {
  const Catalogue catalogue{role("schemes", "scheme", schemes()),
                            role("robust", "robust decoder", robust_decoders())};
  const auto document = config::parse(json, "the test");
  return config::make(
      schemes(), config::read_component(document, "/schemes/0", catalogue, "schemes"), context);
}

/// Decodes from `results` (a row per active worker) without the workers in `lost`.
Decoded decode(const Scheme& scheme, const Matrix& results, const std::vector<WorkerId>& lost) {
  std::vector<WorkerId> received;
  for (WorkerId worker = 0; worker < scheme.active_workers(); ++worker)
    if (std::find(lost.begin(), lost.end(), worker) == lost.end()) received.push_back(worker);
  Matrix there(static_cast<Index>(received.size()), results.cols());
  for (std::size_t i = 0; i < received.size(); ++i)
    there.row(static_cast<Index>(i)) = results.row(received[i]);
  return scheme.decode(rows_of(there, 0, there.rows()), received);
}

TEST_CASE("groups lie one after the other, queries before parities", "[parm]") {
  const auto scheme = make(R"({"kind": "parm", "k": 2, "r": 2})", context_of(4, 9));
  CHECK(scheme->active_workers() == 8);
  Matrix data(4, 3);
  data << 1, 2, 3, 10, 20, 30, 4, 5, 6, 40, 50, 60;
  Matrix expected(8, 3);
  expected << 1, 2, 3, 10, 20, 30, 11, 22, 33, 21, 42, 63,  //
      4, 5, 6, 40, 50, 60, 44, 55, 66, 84, 105, 126;
  CHECK(scheme->encode(data).inputs == expected);
}

TEST_CASE("a linear model needs no parity models, whatever k outputs come", "[parm]") {
  for (const std::uint32_t k : {1U, 2U, 3U, 5U})
    for (const std::uint32_t r : {1U, 2U, 3U}) {
      const auto scheme = make("{\"kind\": \"parm\", \"k\": " + std::to_string(k) +
                                   ", \"r\": " + std::to_string(r) + "}",
                               context_of(2 * k, 2 * (k + r)));
      CHECK(scheme->worker_functions().cycle.empty());
      const Matrix data = normal_matrix(2 * k, 3, 5), f = normal_matrix(3, 4, 6);
      const Matrix results = scheme->encode(data).inputs * f, truth = data * f;
      for (std::uint32_t seed = 0; seed < 20; ++seed) {
        Stream stream({seed, Purpose::kStragglers, 0, 0});
        std::vector<WorkerId> lost;
        for (std::uint32_t group = 0; group < 2; ++group)
          for (const std::uint32_t i : sample_without_replacement(stream, k + r, r))
            lost.push_back(group * (k + r) + i);
        const Decoded decoded = decode(*scheme, results, lost);
        INFO("k = " << k << ", r = " << r << ", seed " << seed);
        CHECK((decoded.estimates - truth).cwiseAbs().maxCoeff() < 1e-8);
        CHECK(decoded.unavailable == 0);
        for (std::uint32_t query = 0; query < 2 * k; ++query) {
          const WorkerId worker = query / k * (k + r) + query % k;
          CHECK(decoded.reconstructed[query] ==
                (std::find(lost.begin(), lost.end(), worker) != lost.end()));
        }
      }
    }
}

TEST_CASE("the decoder subtracts the answers from the parity's", "[parm]") {
  const auto scheme = make(R"({"kind": "parm", "k": 2, "parity": ["p.h5"]})", context_of(2, 3));
  Matrix results(3, 2);
  results << 1, 5, 2, 7, 4, 11;  // F(x_1), F(x_2), F_P(P)
  const Decoded first = decode(*scheme, results, {0});
  CHECK(first.estimates(0, 0) == 2.0);  // 4 - 2
  CHECK(first.estimates(0, 1) == 4.0);  // 11 - 7
  CHECK(first.estimates.row(1) == results.row(1));
  CHECK(first.reconstructed == std::vector<bool>{true, false});
  CHECK(decode(*scheme, results, {2}).reconstructed == std::vector<bool>{false, false});
}

TEST_CASE("two losses of k = 2, r = 2 are solved by the Vandermonde system", "[parm]") {
  const auto scheme =
      make(R"({"kind": "parm", "k": 2, "r": 2, "parity": ["p.h5", "q.h5"]})", context_of(2, 4));
  Matrix results(4, 1);
  results << 0, 0, 5, 8;  // y_1 + y_2 = 5, y_1 + 2 y_2 = 8
  const Decoded both = decode(*scheme, results, {0, 1});
  CHECK(both.estimates(0, 0) == Approx(2.0));
  CHECK(both.estimates(1, 0) == Approx(3.0));
  results << 2, 0, 5, 9;
  // One loss, and the first parity too: (9 - 2) / 2.
  CHECK(decode(*scheme, results, {1, 2}).estimates(1, 0) == Approx(3.5));
}

TEST_CASE("parity workers run their models, all others the deployed one", "[parm]") {
  const auto scheme =
      make(R"({"kind": "parm", "k": 2, "r": 2, "parity": ["p.h5", "q.h5"]})", context_of(4, 8));
  const WorkerFunctions functions = scheme->worker_functions();
  CHECK(functions.cycle == std::vector<std::uint32_t>{0, 0, 1, 2});
  REQUIRE(functions.models.size() == 2);
  CHECK_THAT(functions.models[1].parameters, Contains("q.h5"));
  CHECK(functions.models[1].where == "/schemes/0/parity/1");
  REQUIRE(kParts.requests.size() >= 2);
  CHECK(kParts.requests.back().parity == 1);
  CHECK(kParts.requests.back().k == 2);
}

TEST_CASE("a group with more than r losses has queries without an estimate", "[parm]") {
  const auto decode_with = [](const std::string& missing) {
    const auto scheme =
        make(R"({"kind": "parm", "k": 2, "parity": ["p.h5"], "missing": ")" + missing + "\"}",
             context_of(4, 6));
    Matrix results(6, 1);
    results << 1, 2, 3, 10, 20, 30;
    return decode(*scheme, results, {0, 2, 4});  // of group 0 a query and the parity
  };
  const Decoded mean = decode_with("mean");
  CHECK(mean.unavailable == 1);
  CHECK(mean.reconstructed == std::vector<bool>{false, false, false, true});
  CHECK(mean.estimates(1, 0) == 2.0);
  CHECK(mean.estimates(3, 0) == 20.0);              // 30 - 10
  CHECK(mean.estimates(0, 0) == Approx(32.0 / 3));  // of 2, 10, 20
  CHECK(decode_with("zero").estimates(0, 0) == 0.0);
  CHECK(std::isnan(decode_with("nan").estimates(0, 0)));

  const auto scheme = make(R"({"kind": "parm", "k": 2, "parity": ["p.h5"], "missing": "nearest"})",
                           context_of(4, 6));
  Matrix data(4, 3), results(6, 1);
  data << 0, 0, 0, 9, 9, 9, 1, 0, 0, 8, 9, 9;
  results << 1, 2, 3, 10, 20, 30;
  const auto own = scheme->for_data(data);
  REQUIRE(own != nullptr);
  // Query 0 is lost; query 2, which is the nearest, was answered with 10.
  CHECK(decode(*own, results, {0, 2}).estimates(0, 0) == 10.0);
}

TEST_CASE("every rule for missing points holds for every code of groups", "[parm][learned]") {
  Matrix data(4, 3);
  data << 0, 0, 0, 9, 9, 9, 1, 0, 0, 8, 9, 9;
  Matrix results(6, 2);
  results << 1, -1, 2, 5, 3, 0, 10, 7, 20, 4, 30, 2;
  for (const std::string code :
       {R"({"kind": "parm", "parity": ["p.h5"])", R"({"kind": "learned", "weights": "c.h5")"})
    for (const std::string missing : {"mean", "zero", "nan", "nearest", "kriging"}) {
      INFO(code << ", " << missing);
      const auto scheme =
          make(code + R"(, "k": 2, "missing": ")" + missing + "\"}", context_of(4, 6));
      const auto own = scheme->for_data(data);
      CHECK((own != nullptr) == (missing == "nearest" || missing == "kriging"));
      // Of group 0 query 0 and the parity, of group 1 query 2, which is reconstructed.
      const Decoded decoded = decode(own ? *own : *scheme, results, {0, 2, 3});
      CHECK(decoded.unavailable == 1);
      CHECK(decoded.reconstructed == std::vector<bool>{false, false, true, false});
      const Matrix there = decoded.estimates.bottomRows(3);
      CHECK(there.row(0) == results.row(1));
      CHECK(there.row(2) == results.row(4));
      CHECK(there.allFinite());
      const Eigen::RowVectorXd filled = decoded.estimates.row(0);
      if (missing == "mean") CHECK((filled - there.colwise().mean()).norm() < 1e-14);
      if (missing == "zero") CHECK(filled == Eigen::RowVectorXd::Zero(2));
      if (missing == "nan") CHECK(filled.array().isNaN().all());
      if (missing == "nearest") CHECK(filled == there.row(1));  // query 2, at a distance of 1
      if (missing != "kriging") continue;
      const Matrix weights = math::kriging_matrix(data.topRows(1), data.bottomRows(3));
      CHECK((filled - weights * there).norm() < 1e-12);
      CHECK((filled - there.row(1)).norm() > 1e-3);
    }
}

TEST_CASE("a learned code decodes what is lost and passes on what came", "[learned]") {
  const auto scheme = make(R"({"kind": "learned", "k": 2, "weights": "c.h5"})", context_of(4, 6));
  CHECK(scheme->worker_functions().cycle.empty());
  Matrix data(4, 3);
  data << 1, 2, 3, 10, 20, 30, 4, 5, 6, 40, 50, 60;
  const Matrix inputs = scheme->encode(data).inputs;
  CHECK(inputs.row(2) == data.row(0) + data.row(1));
  CHECK(inputs.row(3) == data.row(2));
  CHECK(inputs.row(5) == data.row(2) + data.row(3));
  const Decoded decoded = decode(*scheme, inputs, {1, 5});
  CHECK(decoded.estimates.row(0) == inputs.row(0));
  // Worker 1 is lost: the decoder saw x_1 and the parity, and adds the position.
  CHECK(decoded.estimates.row(1) == ((inputs.row(0) + inputs.row(2)).array() + 1.0).matrix());
  CHECK(decoded.estimates.bottomRows(2) == data.bottomRows(2));
  CHECK(decoded.reconstructed == std::vector<bool>{false, true, false, false});
}

TEST_CASE("sizes that give no groups are inapplicable, contradictions are errors", "[parm]") {
  CHECK_THROWS_WITH(make(R"({"kind": "parm", "k": 3})", context_of(4, 9)),
                    "K = 4 is no multiple of k = 3");
  CHECK_THROWS_WITH(make(R"({"kind": "parm", "k": 2})", context_of(4, 5)),
                    "2 groups of k + r = 3 are more than N = 5");
  CHECK_THROWS_AS(make(R"({"kind": "parm", "k": 2})", context_of(4, 5)), Inapplicable);
  CodeContext squashed = context_of(4, 6);
  squashed.logits = false;
  CHECK_THROWS_WITH(make(R"({"kind": "parm"})", squashed), Contains("/model/output"));
  // Also where there are too few workers anyway.
  for (const std::uint32_t workers : {8U, 6U})
    CHECK_THROWS_WITH(
        make(R"({"kind": "parm", "r": 2, "parity": ["p.h5"]})", context_of(4, workers)),
        Contains("/schemes/0/parity has 1 file (there are r = 2"));
  CHECK_THROWS_WITH(make(R"({"kind": "parm", "k": 64, "r": 16})", context_of(64, 80)),
                    Contains("/schemes/0/r is 16") && Contains("up to 1e+27"));
  CHECK_THROWS_WITH(
      make(R"({"kind": "parm", "encoder": "concatenation"})", context_of(4, 6)),
      Contains("/schemes/0/encoder is \"concatenation\" (concatenation is for images"));
  CHECK_THROWS_WITH(make(R"({"kind": "learned"})", context_of(4, 6)),
                    Contains("/schemes/0/weights is empty"));
}

}  // namespace
}  // namespace laggard::schemes
