#include "schemes/matrices.hpp"

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "schemes/code.hpp"

using namespace laggard;
using namespace laggard::schemes;
using Catch::Matchers::Contains;
using laggard::testing::normal_matrix;
using laggard::testing::scheme_of;

namespace {

/// A code that is in no file.
class OneCode final : public StoredCodes {
 public:
  explicit OneCode(StoredCode code) : code_(std::make_shared<StoredCode>(std::move(code))) {}
  std::shared_ptr<const StoredCode> code(const StoredCodeRequest&) const override { return code_; }

 private:
  std::shared_ptr<const StoredCode> code_;
};

const LinearScheme& linear(const Scheme& scheme) {
  return dynamic_cast<const LinearScheme&>(scheme);
}

double distance(const Matrix& a, const Matrix& b) {
  return (a - b).cwiseAbs().maxCoeff();
}

Decoded decode(const Scheme& scheme, const Matrix& results, const std::vector<WorkerId>& received) {
  const Matrix there = results(received, Eigen::all);
  return scheme.decode(rows_of(there, 0, there.rows()), received);
}

}  // namespace

TEST_CASE("the decoder of the file serves its own workers, least squares all others",
          "[matrices]") {
  StoredCode code;
  code.encoder = normal_matrix(9, 4, 1);
  code.received = {0, 2, 3, 5, 8};
  code.decoder = normal_matrix(4, 5, 2);
  const OneCode stored(code);
  const auto scheme = scheme_of(R"({"kind": "matrices", "file": "x"})", 4, 9, &stored);
  CHECK(scheme->active_workers() == 9);
  const Matrix data = normal_matrix(4, 3, 3);
  const Matrix inputs = scheme->encode(data).inputs;
  CHECK(distance(inputs, code.encoder * data) < 1e-14);

  CHECK(distance(decode(*scheme, inputs, code.received).estimates,
                 code.decoder * inputs(code.received, Eigen::all)) < 1e-13);
  // A linear function comes back exactly from any K workers that tell the data apart.
  for (const std::vector<WorkerId>& received : std::vector<std::vector<WorkerId>>{
           {0, 2, 3, 5, 7}, {0, 2, 3, 5}, {1, 4, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7, 8}}) {
    CHECK(distance(decode(*scheme, inputs, received).estimates, data) < 1e-12);
    CHECK(distance(linear(*scheme).decoder_matrix(received) * inputs(received, Eigen::all), data) <
          1e-12);
  }
  // Two answers for four points: the estimates of least norm that agree with them.
  const std::vector<WorkerId> two{1, 6};
  const Matrix estimates = decode(*scheme, inputs, two).estimates;
  CHECK(distance(code.encoder(two, Eigen::all) * estimates, inputs(two, Eigen::all)) < 1e-12);
  CHECK(estimates.norm() < data.norm());
}

TEST_CASE("replication by its matrices is replication, whoever is lost", "[matrices]") {
  const std::uint32_t k = 5, n = 12;
  const Matrix data = normal_matrix(k, 2, 4), results = normal_matrix(n, 3, 5);
  for (const std::string missing : {"mean", "zero", "nearest", "kriging"}) {
    const std::string rule = R"(, "missing": ")" + missing + "\"}";
    const auto theirs = scheme_of(R"({"kind": "replication")" + rule, k, n);
    StoredCode code;
    code.encoder = linear(*theirs).encoder_matrix();
    const OneCode stored(code);
    const auto ours = scheme_of(R"({"kind": "matrices", "file": "x")" + rule, k, n, &stored);
    const auto own = ours->for_data(data), own_theirs = theirs->for_data(data);
    CHECK((own != nullptr) == (own_theirs != nullptr));
    const Scheme& here = own ? *own : *ours;
    const Scheme& there = own_theirs ? *own_theirs : *theirs;
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
      Stream stream({6, Purpose::kStragglers, trial, 0});
      auto received = sample_without_replacement(stream, n, 1 + trial % 6);
      std::sort(received.begin(), received.end());
      const Decoded mine = decode(here, results, received);
      const Decoded other = decode(there, results, received);
      INFO(missing << ", trial " << trial);
      CHECK(distance(mine.estimates, other.estimates) < 1e-12);
      CHECK(mine.unavailable == other.unavailable);
      CHECK(distance(linear(here).decoder_matrix(received) * results(received, Eigen::all),
                     other.estimates) < 1e-12);
    }
  }
}

TEST_CASE("where nobody answers, the rule for missing points decides", "[matrices]") {
  StoredCode code;
  code.encoder = normal_matrix(9, 4, 1);
  const OneCode stored(code);
  const Matrix nothing(0, 2);
  const auto estimates = [&](const std::string& missing) {
    const auto scheme = scheme_of(
        R"({"kind": "matrices", "file": "x", "missing": ")" + missing + "\"}", 4, 9, &stored);
    REQUIRE(scheme->decodes_nothing());
    const Decoded decoded = scheme->decode(rows_of(nothing, 0, 0), {});
    CHECK(decoded.unavailable == 4);
    return decoded.estimates;
  };
  CHECK(estimates("zero") == Matrix::Zero(4, 2));
  CHECK(estimates("mean").array().isNaN().all());
}

TEST_CASE("a code of other sizes is refused, surplus workers are idle", "[matrices]") {
  StoredCode code;
  code.encoder = normal_matrix(9, 4, 1);
  code.source = "'m.h5:/mine/encoder'";
  const OneCode stored(code);
  const std::string json = R"({"kind": "matrices", "file": "m.h5"})";
  CHECK(scheme_of(json, 4, 20, &stored)->active_workers() == 9);
  CHECK_THROWS_WITH(scheme_of(json, 5, 9, &stored),
                    "/schemes/0: 'm.h5:/mine/encoder' is a code of 4 data points (/data_points is "
                    "5); set /data_points to 4, or name another file");
  CHECK_THROWS_WITH(scheme_of(json, 4, 8, &stored),
                    "/schemes/0: 'm.h5:/mine/encoder' is a code of 9 workers (/workers is 8); set "
                    "/workers to 9 or more, or name another file");
  CHECK_THROWS_AS(scheme_of(json, 5, 9, &stored), DataError);
}

TEST_CASE("a code from a file may thread its data on a path", "[matrices]") {
  StoredCode code;
  code.encoder = normal_matrix(9, 4, 1);
  const OneCode stored(code);
  CHECK_FALSE(scheme_of(R"({"kind": "matrices", "file": "x"})", 4, 9, &stored)->path_ordering());
  CHECK(scheme_of(R"({"kind": "matrices", "file": "x", "ordering": "path"})", 4, 9, &stored)
            ->path_ordering());
}
