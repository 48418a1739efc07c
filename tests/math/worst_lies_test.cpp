#include "math/worst_lies.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <random>

#include "math/barycentric.hpp"
#include "math/points.hpp"
#include "math/smoothing_spline.hpp"

namespace laggard::math {
namespace {

/// Decoding of x sin x and its derivative from n workers.
struct Case {
  Matrix decoder, answers, truth;

  Case(std::uint32_t n, Index coordinates, bool spline, unsigned seed) {
    constexpr std::uint32_t kPoints = 5;
    const std::vector<double> alpha = chebyshev_first(kPoints), beta = chebyshev_second(n);
    if (spline) {
      const std::vector<double> knots(beta.rbegin(), beta.rend());
      decoder = SmoothingSpline(knots, 0.0, Penalty::kSeminorm).operator_matrix(alpha);
      decoder = decoder.rowwise().reverse().eval();
    } else {
      decoder = barycentric_matrix(alpha, beta, berrut_weights(n));
    }
    std::mt19937 engine(seed);
    std::normal_distribution<double> normal;
    answers.resize(n, coordinates);
    for (Index i = 0; i < answers.rows(); ++i)
      for (Index c = 0; c < coordinates; ++c)
        answers(i, c) = 4.0 * beta[static_cast<std::size_t>(i)] *
                            std::sin(4.0 * beta[static_cast<std::size_t>(i)] + double(c)) +
                        0.1 * normal(engine);
    truth.resize(kPoints, coordinates);
    for (Index k = 0; k < truth.rows(); ++k)
      for (Index c = 0; c < coordinates; ++c)
        truth(k, c) = 4.0 * alpha[static_cast<std::size_t>(k)] *
                      std::sin(4.0 * alpha[static_cast<std::size_t>(k)] + double(c));
  }

  double error(const WorstLies::Lies& lies) const {
    Matrix told = answers;
    for (std::size_t i = 0; i < lies.liars.size(); ++i)
      told.row(lies.liars[i]) = lies.values.row(static_cast<Index>(i));
    return (decoder * told - truth).squaredNorm();
  }
};

/// Calls visit(set) for every set of `count` numbers below n.
void for_each_set(Index n, std::size_t count,
                  const std::function<void(const std::vector<Index>&)>& visit) {
  std::vector<bool> member(static_cast<std::size_t>(n), false);
  std::fill(member.begin(), member.begin() + static_cast<std::ptrdiff_t>(count), true);
  do {
    std::vector<Index> set;
    for (Index i = 0; i < n; ++i)
      if (member[static_cast<std::size_t>(i)]) set.push_back(i);
    visit(set);
  } while (std::prev_permutation(member.begin(), member.end()));
}

/// Calls visit(answers) for every set of liars and every choice of +M and -M in column c.
void for_each_lie(const Case& here, std::size_t count, Index c, double bound,
                  const std::function<void(const std::vector<Index>&, const Vector&)>& visit) {
  for_each_set(here.answers.rows(), count, [&](const std::vector<Index>& set) {
    for (unsigned signs = 0; signs < (1U << count); ++signs) {
      Vector told = here.answers.col(c);
      for (std::size_t i = 0; i < count; ++i) told[set[i]] = (signs >> i) & 1U ? bound : -bound;
      visit(set, told);
    }
  });
}

TEST_CASE("The lies are as bad as the worst of all sets and signs", "[lies]") {
  constexpr double kBound = 6.0;
  for (const bool spline : {false, true})
    for (const auto& [n, coordinates] : {std::pair{10U, 1}, {16U, 1}, {12U, 2}})
      for (const std::size_t count : {1U, 2U, 3U}) {
        CAPTURE(spline, n, coordinates, count);
        const Case here(n, coordinates, spline, n + static_cast<unsigned>(count));
        const WorstLies worst(here.decoder, here.answers, here.truth, kBound);
        const WorstLies::Lies found = worst.find(count);
        REQUIRE(found.liars.size() == count);
        REQUIRE(std::is_sorted(found.liars.begin(), found.liars.end()));
        CHECK(found.values.cwiseAbs().minCoeff() == kBound);
        CHECK(found.values.cwiseAbs().maxCoeff() == kBound);
        // Given the set, coordinates have nothing to do with each other.
        std::map<std::vector<Index>, double> of_set;
        for (Index c = 0; c < coordinates; ++c) {
          std::map<std::vector<Index>, double> most;
          for_each_lie(
              here, count, c, kBound, [&](const std::vector<Index>& set, const Vector& told) {
                double& value = most[set];
                value = std::max(value, (here.decoder * told - here.truth.col(c)).squaredNorm());
              });
          for (const auto& [set, value] : most) of_set[set] += value;
        }
        double worst_of_all = 0.0;
        for (const auto& [set, value] : of_set) worst_of_all = std::max(worst_of_all, value);
        CHECK(here.error(found) == Approx(worst_of_all).epsilon(1e-12));
      }
}

TEST_CASE("The largest error is that of the worst of all sets and signs", "[lies]") {
  constexpr double kBound = 6.0;
  for (const bool spline : {false, true})
    for (const std::size_t count : {1U, 2U, 3U}) {
      CAPTURE(spline, count);
      const Case here(12, 2, spline, 7);
      double largest = 0.0;
      for (Index c = 0; c < 2; ++c)
        for_each_lie(here, count, c, kBound, [&](const std::vector<Index>&, const Vector& told) {
          largest =
              std::max(largest, (here.decoder * told - here.truth.col(c)).cwiseAbs().maxCoeff());
        });
      const WorstLies worst(here.decoder, here.answers, here.truth, kBound);
      CHECK(worst.largest_error(count) == Approx(largest).epsilon(1e-13));
    }
}

TEST_CASE("Without liars, the largest error is the decoder's own", "[lies]") {
  const Case here(16, 1, true, 3);
  const WorstLies worst(here.decoder, here.answers, here.truth, 6.0);
  CHECK(worst.find(0).liars.empty());
  CHECK(worst.largest_error(0) ==
        Approx((here.decoder * here.answers - here.truth).cwiseAbs().maxCoeff()));
}

TEST_CASE("Everybody may lie", "[lies]") {
  const Case here(8, 1, false, 3);
  const WorstLies worst(here.decoder, here.answers, here.truth, 6.0);
  CHECK(worst.find(8).liars.size() == 8);
  CHECK(worst.largest_error(8) == worst.largest_error(9));
}

}  // namespace
}  // namespace laggard::math
