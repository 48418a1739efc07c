#include "faults/adversaries.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "core/error.hpp"
#include "faults/make.hpp"
#include "math/barycentric.hpp"
#include "math/points.hpp"
#include "math/smoothing_spline.hpp"
#include "statistics.hpp"

namespace laggard::faults {
namespace {

using namespace testing;
using Catch::Matchers::Contains;
using Ids = std::vector<WorkerId>;

constexpr std::uint32_t kWorkers = 40, kPoints = 6;

/// Two outputs of 40 workers, of whom 7 and 20 have not answered.
struct Scene {
  Ids workers;
  Matrix honest, truth, told;

  Scene() {
    for (WorkerId worker = 0; worker < kWorkers; ++worker)
      if (worker != 7 && worker != 20) workers.push_back(worker);
    const auto fill = [](Matrix& values, const std::vector<double>& points) {
      values.resize(static_cast<Index>(points.size()), 2);
      for (std::size_t i = 0; i < points.size(); ++i) {
        values(static_cast<Index>(i), 0) = 4.0 * points[i] * std::sin(4.0 * points[i]);
        values(static_cast<Index>(i), 1) = 1.0 + std::cos(3.0 * points[i]);
      }
    };
    std::vector<double> points;
    const std::vector<double> beta = math::chebyshev_second(kWorkers);
    for (const WorkerId worker : workers) points.push_back(beta[worker]);
    fill(honest, points);
    fill(truth, math::chebyshev_first(kPoints));
  }

  /// Of Berrut's interpolant.
  Matrix decoder() const {
    std::vector<double> points;
    const std::vector<double> beta = math::chebyshev_second(kWorkers);
    for (const WorkerId worker : workers) points.push_back(beta[worker]);
    return math::barycentric_matrix(math::chebyshev_first(kPoints), points,
                                    math::berrut_weights(points.size()));
  }

  /// Of the interpolating spline.
  Matrix spline() const {
    std::vector<double> knots, targets;
    const std::vector<double> beta = math::chebyshev_second(kWorkers);
    for (const WorkerId worker : workers) knots.push_back(-beta[worker]);
    for (const double point : math::chebyshev_first(kPoints)) targets.push_back(-point);
    return math::SmoothingSpline(knots, 0.0, math::Penalty::kSeminorm).operator_matrix(targets);
  }

  Lies lie(const std::string& json, std::uint32_t trial = 3) {
    told = honest;
    return make_adversaries(json)->lie({5, trial},
                                       {workers, told, kWorkers, truth, [&] { return decoder(); }});
  }

  /// The rows that differ, as workers.
  Ids changed() const {
    Ids ids;
    for (Index row = 0; row < honest.rows(); ++row)
      if (told.row(row) != honest.row(row)) ids.push_back(workers[static_cast<std::size_t>(row)]);
    return ids;
  }

  Eigen::RowVectorXd honest_of(WorkerId worker) const { return honest.row(row_of(worker)); }
  Eigen::RowVectorXd told_of(WorkerId worker) const { return told.row(row_of(worker)); }
  Index row_of(WorkerId worker) const {
    return std::lower_bound(workers.begin(), workers.end(), worker) - workers.begin();
  }
};

TEST_CASE("Only liars change their answers, and nobody exceeds the bound", "[adversaries]") {
  Scene scene;
  for (const char* json : {
           R"({"kind": "sign_flip", "count": 4})",
           R"({"kind": "random", "count": 4, "bound": 3})",
           R"({"kind": "constant", "count": 4, "placement": "consecutive"})",
           R"({"kind": "shift", "count": 4, "placement": "centre", "amplitude": -0.5})",
           R"({"kind": "bump", "count": 4})",
           R"({"kind": "copy", "count": 4})",
           R"({"kind": "worst", "count": 4})",
           R"({"kind": "worst", "count": 4, "against": "spline", "bound": 2})",
           R"({"kind": "paper_greedy", "count": 4})",
       }) {
    CAPTURE(json);
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
      const Lies lies = scene.lie(json, trial);
      REQUIRE(lies.liars.size() == 4);
      REQUIRE(std::is_sorted(lies.liars.begin(), lies.liars.end()));
      REQUIRE(scene.changed() == lies.liars);
      const double bound = std::string(json).find("bound\"") == std::string::npos
                               ? scene.honest.cwiseAbs().maxCoeff()
                               : 3.0;
      for (const WorkerId liar : lies.liars)
        REQUIRE(scene.told_of(liar).cwiseAbs().maxCoeff() <= bound);
      const Matrix first = scene.told;
      scene.lie(json, trial);
      REQUIRE(scene.told == first);
    }
  }
}

TEST_CASE("The honest stay honest", "[adversaries]") {
  Scene scene;
  CHECK(scene.lie(R"({"kind": "none"})").liars.empty());
  CHECK(scene.told == scene.honest);
  CHECK(make_adversaries(R"({"kind": "none"})")->silent());
  CHECK_FALSE(make_adversaries(R"({"kind": "sign_flip"})")->silent());
  for (const char* json :
       {R"({"kind": "sign_flip", "count": 0})", R"({"kind": "worst", "count": 0})",
        R"({"kind": "paper_greedy", "count": 0})"}) {
    CHECK(scene.lie(json).liars.empty());
    CHECK(scene.told == scene.honest);
  }
}

TEST_CASE("Liars are placed among those that answer", "[adversaries]") {
  Scene scene;
  std::map<WorkerId, std::size_t> seen;
  for (std::uint32_t trial = 0; trial < 4000; ++trial)
    for (const WorkerId liar : scene.lie(R"({"kind": "sign_flip", "count": 3})", trial).liars)
      ++seen[liar];
  REQUIRE(seen.size() == scene.workers.size());
  std::vector<std::size_t> counts;
  for (const auto& [worker, count] : seen) counts.push_back(count);
  CHECK(unevenness(counts) < 4.0);

  // Neighbours are neighbours among those that are in: 7 is not.
  bool over_the_gap = false;
  for (std::uint32_t trial = 0; trial < 200; ++trial) {
    const Ids liars =
        scene.lie(R"({"kind": "sign_flip", "count": 3, "placement": "consecutive"})", trial).liars;
    over_the_gap = over_the_gap || liars == Ids{6, 8, 9};
    REQUIRE(scene.row_of(liars[2]) == scene.row_of(liars[0]) + 2);
  }
  CHECK(over_the_gap);
  for (std::uint32_t trial = 0; trial < 20; ++trial) {
    const Ids liars =
        scene.lie(R"({"kind": "bump", "count": 3, "placement": "alternate"})", trial).liars;
    REQUIRE(liars.size() == 3);
    for (std::size_t i = 1; i < 3; ++i)
      REQUIRE(scene.row_of(liars[i]) == scene.row_of(liars[i - 1]) + 2);
  }
  CHECK(scene.lie(R"({"kind": "bump", "count": 99, "placement": "alternate"})").liars.size() == 19);
  CHECK(scene.lie(R"({"kind": "sign_flip", "count": 4, "placement": "centre"})").liars ==
        Ids{18, 19, 21, 22});
  CHECK(scene.lie(R"({"kind": "sign_flip", "placement": "listed", "workers": [30, 7, 2]})").liars ==
        Ids{2, 30});
  CHECK(scene.lie(R"({"kind": "sign_flip", "count": 99})").liars == scene.workers);
}

TEST_CASE("More liars include the fewer ones", "[adversaries]") {
  Scene scene;
  for (std::uint32_t trial = 0; trial < 50; ++trial) {
    const Ids few = scene.lie(R"({"kind": "constant", "count": 3})", trial).liars;
    const Ids many = scene.lie(R"({"kind": "random", "count": 9})", trial).liars;
    CHECK(std::includes(many.begin(), many.end(), few.begin(), few.end()));
  }
}

TEST_CASE("What each kind of liar says", "[adversaries]") {
  Scene scene;
  const double bound = scene.honest.cwiseAbs().maxCoeff();
  SECTION("the opposite") {
    for (const WorkerId liar : scene.lie(R"({"kind": "sign_flip", "count": 5})").liars)
      CHECK(scene.told_of(liar) == -scene.honest_of(liar));
  }
  SECTION("noise of standard deviation sigma") {
    std::vector<double> errors;
    for (std::uint32_t trial = 0; trial < 500; ++trial)
      for (const WorkerId liar :
           scene.lie(R"({"kind": "random", "count": 5, "sigma": 2, "bound": 1e9})", trial).liars)
        for (const double error : (scene.told_of(liar) - scene.honest_of(liar)).eval())
          errors.push_back(error);
    CHECK(standard_errors(errors, 0.0) < 4.0);
    CHECK(variance_of(errors) == Approx(4.0).epsilon(0.1));
  }
  SECTION("the bound") {
    for (const WorkerId liar : scene.lie(R"({"kind": "constant", "bound": 7})").liars)
      CHECK(scene.told_of(liar) == Eigen::RowVectorXd::Constant(2, 7.0));
  }
  SECTION("the same more") {
    for (const WorkerId liar :
         scene.lie(R"({"kind": "shift", "count": 5, "amplitude": 0.1, "bound": 10})").liars)
      CHECK((scene.told_of(liar) - scene.honest_of(liar))
                .isApprox(Eigen::RowVectorXd::Constant(2, 1.0)));
  }
  SECTION("a bump") {
    const Ids liars =
        scene.lie(R"({"kind": "bump", "count": 3, "amplitude": 0.2, "bound": 10})").liars;
    const double heights[] = {0.5, 2.0, 0.5};  // 2 sin^2 of 30, 90 and 150 degrees
    for (std::size_t i = 0; i < 3; ++i)
      CHECK((scene.told_of(liars[i]) - scene.honest_of(liars[i]))
                .isApprox(Eigen::RowVectorXd::Constant(2, heights[i])));
  }
  SECTION("what another liar should say") {
    for (const char* json :
         {R"({"kind": "copy", "count": 2})", R"({"kind": "copy", "count": 6})"}) {
      const Ids liars = scene.lie(json).liars;
      Ids origins;
      for (const WorkerId liar : liars)
        for (const WorkerId other : liars)
          if (scene.told_of(liar) == scene.honest_of(other)) {
            CHECK(other != liar);
            origins.push_back(other);
          }
      std::sort(origins.begin(), origins.end());
      CHECK(origins == liars);
    }
  }
  SECTION("the bound, by the worst sign, with the largest error of all") {
    const Lies lies = scene.lie(R"({"kind": "worst", "count": 3})");
    for (const WorkerId liar : lies.liars)
      CHECK((scene.told_of(liar).cwiseAbs().array() == bound).all());
    const double error = (scene.decoder() * scene.told - scene.truth).cwiseAbs().maxCoeff();
    CHECK(error <= lies.largest_error);
    CHECK(error > 0.5 * lies.largest_error);
    CHECK(lies.largest_error < 3.0 * bound);
  }
}

TEST_CASE("Those who attack a decoder of their choice tell every scheme the same",
          "[adversaries]") {
  Scene scene;
  for (const char* against : {"bacc", "spline"}) {
    const std::string json =
        std::string(R"({"kind": "worst", "count": 3, "against": ")") + against + "\"}";
    scene.told = scene.honest;
    const Lies lies = make_adversaries(json)->lie(
        {5, 3}, {scene.workers, scene.told, kWorkers, scene.truth, [] { return std::nullopt; }});
    const Matrix told = scene.told;
    CHECK(scene.lie(json).liars == lies.liars);
    CHECK(scene.told == told);
  }
  // Without a matrix of the scheme's, the spline is what they have in mind.
  const Ids spline = scene.lie(R"({"kind": "worst", "count": 3, "against": "spline"})").liars;
  scene.told = scene.honest;
  CHECK(make_adversaries(R"({"kind": "worst", "count": 3})")
            ->lie({5, 3},
                  {scene.workers, scene.told, kWorkers, scene.truth, [] { return std::nullopt; }})
            .liars == spline);
}

/// Mean squared errors of the decoders, over trials.
struct Harm {
  double berrut = 0.0, spline = 0.0;
};

Harm harm_of(const std::string& json) {
  constexpr std::uint32_t kTrials = 20;
  Scene scene;
  Harm harm;
  for (std::uint32_t trial = 0; trial < kTrials; ++trial) {
    scene.lie(json, trial);
    const auto error = [&](const Matrix& decoder) {
      return (decoder * scene.told - scene.truth).squaredNorm() / double(scene.truth.size());
    };
    harm.berrut += error(scene.decoder()) / kTrials;
    harm.spline += error(scene.spline()) / kTrials;
  }
  return harm;
}

TEST_CASE("How much harm each kind of liar does", "[adversaries]") {
  struct Pinned {
    const char* json;
    double berrut, spline;
  };
  for (const auto& [json, berrut, spline] : {
           Pinned{R"({"kind": "sign_flip", "count": 3})", 0.6882015048, 0.6073767027},
           {R"({"kind": "random", "count": 3})", 0.8627212168, 0.7169089716},
           {R"({"kind": "random", "count": 3, "sigma": 1})", 0.0873712652, 0.0757588331},
           {R"({"kind": "constant", "count": 3})", 0.8226942044, 0.7067709015},
           {R"({"kind": "constant", "count": 3, "placement": "consecutive"})", 1.4226752869,
            1.2866111607},
           {R"({"kind": "constant", "count": 3, "placement": "centre"})", 0.019738774,
            0.0036928544},
           {R"({"kind": "shift", "count": 3})", 0.0769866144, 0.064664204},
           {R"({"kind": "bump", "count": 3})", 0.0354267326, 0.0304815982},
           {R"({"kind": "bump", "count": 3, "placement": "alternate"})", 0.0276090198, 0.023352963},
           {R"({"kind": "copy", "count": 3})", 0.2676469977, 0.2361626024},
           {R"({"kind": "worst", "count": 3})", 9.8612972163, 9.3009953127},
           {R"({"kind": "worst", "count": 3, "against": "spline"})", 9.756922132, 9.3531645675},
           {R"({"kind": "paper_greedy", "count": 3})", 1.3222420975, 1.0873423299},
       }) {
    CAPTURE(json);
    const Harm harm = harm_of(json);
    CHECK(harm.berrut == Approx(berrut).epsilon(1e-4));
    CHECK(harm.spline == Approx(spline).epsilon(1e-4));
  }
}

TEST_CASE("Adversaries that make no sense are refused", "[adversaries]") {
  CHECK(make_adversaries(R"({"kind": "sign_flip", "count": 4})")->conflict(5, 5).empty());
  CHECK(make_adversaries(R"({"kind": "sign_flip", "count": 4})")->conflict(4, 4) ==
        "4 liars among 4 expected answers leave nobody honest");
  CHECK(make_adversaries(R"({"kind": "worst", "count": 4})")->conflict(4, 4) ==
        "4 liars among 4 expected answers leave nobody honest");
  CHECK(make_adversaries(R"({"kind": "paper_greedy", "count": 4})")->conflict(3, 3) ==
        "4 liars among 3 expected answers leave nobody honest");
  CHECK(make_adversaries(R"({"kind": "sign_flip", "count": 4})")->conflict(9, 4) ==
        "4 liars among 4 expected answers leave nobody honest");
  const std::string alternate = R"({"kind": "bump", "count": 4, "placement": "alternate"})";
  CHECK(make_adversaries(alternate)->conflict(7, 7).empty());
  CHECK(make_adversaries(alternate)->conflict(6, 6) ==
        "4 liars with an honest worker between each two do not fit in 6 workers");
  CHECK(make_adversaries(R"({"kind": "copy"})")->conflict(9, 9) ==
        "the liars of 'copy' exchange their answers, but there is only one");
  CHECK(make_adversaries(R"({"kind": "copy", "placement": "listed", "workers": [8, 9]})")
            ->conflict(9, 9) == "there is no worker 9 among 9 workers");
  CHECK_THROWS_WITH(make_adversaries(R"({"kind": "shift", "workers": [1]})"),
                    Contains("/adversaries/workers is set (the placement 'random' chooses"));
  CHECK_THROWS_WITH(make_adversaries(R"({"kind": "shift", "placement": "listed"})"),
                    Contains("/adversaries/workers is empty"));
  CHECK_THROWS_WITH(
      make_adversaries(R"({"kind": "shift", "placement": "listed", "workers": [2, 1, 2]})"),
      Contains("/adversaries/workers lists 2 twice"));
  CHECK_THROWS_WITH(make_adversaries(R"({"kind": "shift", "placement": "listed", "count": 3,
                                         "workers": [2, 1]})"),
                    Contains("/adversaries/count is 3 (/adversaries/workers lists 2)"));
  CHECK_THROWS_WITH(make_adversaries(R"({"kind": "shift", "bound": 0})"),
                    Contains("/adversaries/bound is 0"));
  CHECK_THROWS_WITH(make_adversaries(R"({"kind": "shift", "placement": "center"})"),
                    Contains("did you mean 'centre'?"));
  CHECK_THROWS_WITH(make_adversaries(R"({"kind": "worst", "against": "letcc"})"),
                    Contains("/adversaries/against is"));
  CHECK_THROWS_WITH(make_adversaries(R"({"kind": "worst", "placement": "centre"})"),
                    Contains("/adversaries/placement is not known"));
}

}  // namespace
}  // namespace laggard::faults
