// What curve codes refuse, and what they say of themselves.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "schemes/code.hpp"
#include "schemes/curve_code.hpp"

using namespace laggard;
using namespace laggard::schemes;
using Catch::Matchers::Contains;
using laggard::testing::curve;
using laggard::testing::everyone_but;
using laggard::testing::normal_matrix;
using laggard::testing::scheme_of;

namespace {

/// What a code says of itself where workers `lost` do not answer.
Caveat caveat_of(const std::string& members, std::uint32_t k, const std::vector<WorkerId>& lost,
                 const Matrix& data) {
  const std::uint32_t n = 4 * k;
  const auto scheme = curve(members, k, n);
  const auto own = scheme->for_data(data);
  return (own ? *own : *scheme).caveat([&] { return everyone_but(n, lost); });
}

}  // namespace

TEST_CASE("a decoder that a defence replaces cannot be set, nor is it searched", "[curve]") {
  struct Setting {
    const char *kind, *member, *value;
  };
  for (const auto& [kind, member, value] : {
           Setting{"curve", "decoder", R"("polynomial")"},
           {"curve", "lambda_decode", "1e-3"},
           {"nercc", "lambda_decode", R"("gcv")"},
           {"letcc", "lambda_decode", "1e-3"},
           {"letcc", "theory_decode", "1"},
           {"lcc", "degree", "2"},
           {"bacc", "signs", R"("original")"},
       })
    for (const std::string robust : {"huber", "rule", "peel"}) {
      const auto make = [&, kind = kind, member = member, value = value] {
        return scheme_of(fmt::format(R"({{"kind": "{}", "{}": {}, "robust": {{"kind": "{}"}}}})",
                                     kind, member, value, robust),
                         4, 20);
      };
      CAPTURE(kind, member, robust);
      if (robust == "peel")
        CHECK_NOTHROW(make());
      else
        CHECK_THROWS_WITH(
            make(), Contains(fmt::format("/schemes/0/{} is set (the defence '{}' decodes in place",
                                         member, robust)));
    }
  const auto searched = [](const std::string& robust) {
    std::vector<std::string> names;
    for (const Tunable& tunable :
         curve(R"("robust": {"kind": ")" + robust + "\"}", 4, 20)->tunables())
      names.emplace_back(tunable.name);
    return names;
  };
  CHECK(searched("peel") == std::vector<std::string>{"lambda_encode", "lambda_decode"});
  CHECK(searched("huber") == std::vector<std::string>{"lambda_encode"});
}

TEST_CASE("a code says where its curve swings and where rounding leaves no digits", "[curve]") {
  Matrix data = normal_matrix(40, 1, 1) * 4.0;
  std::sort(data.data(), data.data() + data.size());
  const std::string lagrange = R"("encoder": "lagrange", "decoder": "berrut", "alpha": )";
  CHECK(caveat_of(lagrange + R"("chebyshev")", 40, {}, data).text.empty());
  CHECK(caveat_of(lagrange + R"("equispaced")", 4, {}, data).text.empty());
  const Caveat some = caveat_of(lagrange + R"("equispaced")", 10, {}, data);
  CHECK_THAT(some.text, Contains("coded inputs are up to 2e+01 times as large"));
  CHECK_FALSE(some.spoils);
  const Caveat many = caveat_of(lagrange + R"("equispaced")", 40, {}, data);
  CHECK(many.spoils);
  CHECK_THAT(many.text, Contains("take that, or another encoder"));
  CHECK(caveat_of(lagrange + R"("chord")", 40, {}, data).spoils);
  // The same code on a straight line of steps that are alike.
  const Matrix line = Vector::LinSpaced(4, -1.0, 1.0);
  CHECK(caveat_of(lagrange + R"("chord")", 4, {}, line).text.empty());

  const std::string polynomial = R"("encoder": "berrut", "decoder": "polynomial", "degree": )";
  CHECK(caveat_of(polynomial + "8", 10, {0, 1, 2}, data).text.empty());
  std::vector<WorkerId> lost(15);
  std::iota(lost.begin(), lost.end(), WorkerId{5});
  const Caveat high = caveat_of(polynomial + "24", 10, lost, data);
  CHECK(high.spoils);
  CHECK_THAT(high.text, Contains("multiplies rounding errors by up to ") &&
                            Contains("a smaller degree and the decoder 'spline'"));
}

TEST_CASE("a code says that a criterion on data without noise costs accuracy", "[curve]") {
  const Matrix data = normal_matrix(8, 1, 1);
  for (const char* rule : {"gcv", "loo"}) {
    const Caveat caveat = caveat_of(
        fmt::format(R"("lambda_encode": "{}", "decoder": "polynomial", "degree": 3)", rule), 8, {},
        data);
    CHECK_THAT(caveat.text, Contains("lambda_encode is found in the data, which have no noise"));
    CHECK_FALSE(caveat.spoils);
  }
  CHECK(caveat_of(R"("lambda_decode": "gcv")", 8, {}, data).text.empty());
}

TEST_CASE("a matrix that needs the data says which member looks at them", "[curve]") {
  for (const auto& [members, setting] : std::vector<std::pair<std::string, std::string>>{
           {R"("alpha": "chord", "decoder": "kriging")", "alpha is 'chord'"},
           {R"("beta": "systematic")", "beta is 'systematic'"},
           {R"("decoder": "kriging")", "decoder is 'kriging'"}})
    CHECK_THROWS_WITH(dynamic_cast<const LinearScheme&>(*curve(members, 4, 9)).encoder_matrix(),
                      setting + " (the matrix depends on the data of each trial); choose another");
}

TEST_CASE("parts that do not fit are refused with the reason", "[curve]") {
  const auto refused = [](const std::string& members, const std::string& why) {
    CHECK_THROWS_WITH(curve(members, 4, 9), Contains("/schemes/0") && Contains(why));
    CHECK_THROWS_AS(curve(members, 4, 9), ConfigError);
  };
  refused(R"("encoder": "berrut", "lambda_encode": 1e-3)", "the encoder 'berrut' does not smooth");
  refused(R"("decoder": "kriging", "lambda_decode": "gcv")",
          "the decoder 'kriging' does not smooth");
  refused(R"("degree": 3)", "the decoder 'spline' has no degree");
  refused(R"("decoder": "polynomial", "degree": 2.5)", "a degree is a whole number");
  refused(R"("alpha_power": 1)", "alpha is 'chebyshev'");
  refused(R"("caution": "cautious")", "the decoder is 'spline'");
  refused(R"("beta": "systematic", "lambda_encode": 1e-9)", "passes through the data");
  refused(R"("decoder": "kriging", "weights": "variance")",
          "the decoder 'kriging' does not weigh answers");
  refused(R"("weights": "variance", "assignment": "reliability")", "assignment is 'reliability'");
  refused(R"("encoder": "quartic")", "encoder");
  refused(R"("weights": "variance")",
          "/schemes/0/weights is set (the noise is the same for all "
          "workers); leave it out, or take the noise 'groups'");
  CHECK_THROWS_WITH(curve(R"("beta": "systematic")", 10, 9), Contains("K = 10 > N = 9"));
  CHECK_THROWS_WITH(curve(R"("beta": "systematic")", 1, 9), Contains("K = 1"));
  CHECK_THROWS_AS(curve(R"("decoder": "kriging")", 10, 6000), Inapplicable);
}
