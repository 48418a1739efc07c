#include "math/spline_outliers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "math/chi_square.hpp"
#include "math/gcv.hpp"
#include "math/huber_spline.hpp"
#include "math/smoothing_spline.hpp"
#include "math/spline_removal.hpp"

namespace laggard::math {
namespace {

constexpr std::array kGrid{0.0,  1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6,
                           1e-5, 1e-4,  1e-3,  1e-2, 1e-1, 1.0};
constexpr std::array kGreedyLambdas{0.0, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3};
constexpr std::array kWindowLambdas{0.0, 1e-9, 1e-6};
constexpr std::array kHuberLambdas{1e-6, 1e-4};
constexpr int kRefinements = 3;

/// Members that an exchange tries to let go.
constexpr std::size_t kCandidates = 3;
/// An exchange must gain so much, relative to what it moves: rounding errors gain less.
constexpr double kGain = 1e-9;
/// How much more than a neighbour a returning value may miss, squared, and how many neighbours on
/// either side count.
constexpr double kTolerance = 9.0;
constexpr std::size_t kNeighbours = 3;
/// A miss of so small a part of the largest value is rounding.
constexpr double kRounding = 1e-10;

using Rows = std::vector<Index>;

class Search {
 public:
  Search(std::span<const double> knots, std::span<const double> targets, MatrixView values,
         std::size_t most)
      : knots_(knots), targets_(targets), values_(values), most_(most) {}

  /// The best set of `most` values.
  void find() {
    for (const double lambda : kGreedyLambdas) {
      SplineRemoval spline = removal(lambda);
      for (std::size_t i = 0; i < most_; ++i) spline.remove(spline.worst());
      consider(spline);
    }
    for (const double lambda : kWindowLambdas) {
      SplineRemoval spline = removal(lambda);
      Rows run(most_);
      std::iota(run.begin(), run.end(), spline.worst_window(static_cast<Index>(most_)));
      consider(spline, run);
    }
    for (const double lambda : kHuberLambdas) {
      SplineRemoval spline = removal(lambda);
      consider(spline, largest(fit_huber(knots_, values_, lambda).excess));
    }
    for (int round = 0; round < kRefinements; ++round)
      if (!refine()) break;
  }

  /// Lets members return. The rest are the outliers.
  void readmit() {
    SplineRemoval spline = removal(kGrid[best_.lambda]);
    for (const Index row : best_.rows) spline.remove(row);
    readmit_fitting(spline);
    readmit_predicting(spline);
    best_.rows = spline.removed();
    std::sort(best_.rows.begin(), best_.rows.end());
  }

  Outliers result() const { return {best_.rows, kGrid[best_.lambda]}; }

 private:
  struct Best {
    Rows rows;
    std::size_t lambda = 0;  ///< in kGrid
    double score = std::numeric_limits<double>::infinity();
  };

  SplineRemoval removal(double lambda) const {
    return {knots_, values_, static_cast<double>(knots_.size()) * lambda};
  }

  Rows largest(const Vector& sizes) const {
    Rows order(knots_.size());
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](Index a, Index b) { return sizes[a] > sizes[b]; });
    order.resize(most_);
    return order;
  }

  void consider(SplineRemoval& spline, const Rows& rows = {}) {
    for (const Index row : rows) spline.remove(row);
    exchange(spline);
    score(spline.removed());
  }

  /// Whether the set is the best so far.
  bool score(Rows rows) {
    std::sort(rows.begin(), rows.end());
    if (!seen_.insert(rows).second) return false;
    std::vector<double> knots;
    Rows kept;
    for (Index i = 0; i < values_.rows(); ++i) {
      if (std::binary_search(rows.begin(), rows.end(), i)) continue;
      kept.push_back(i);
      knots.push_back(knots_[static_cast<std::size_t>(i)]);
    }
    const Matrix values = values_(kept, Eigen::all);
    // The weight n lambda stays the same, but the spline's n is that of the kept.
    std::array<double, kGrid.size()> lambdas = kGrid;
    for (double& lambda : lambdas)
      lambda *= static_cast<double>(knots_.size()) / static_cast<double>(knots.size());
    const std::vector<double> scores = GcvScore<2>(knots, rows_of(values, 0, values.rows()),
                                                   SplineCriterion::kLeaveOneOut)(lambdas);
    const auto least = std::min_element(scores.begin(), scores.end());
    if (!(*least < best_.score)) return false;
    best_ = {std::move(rows), static_cast<std::size_t>(least - scores.begin()), *least};
    return true;
  }

  /// Lets one member go and takes the worst of the others, as long as the objective falls.
  void exchange(SplineRemoval& spline) const {
    const std::size_t most_exchanges = 4 * most_;
    for (std::size_t done = 0; done < most_exchanges; ++done)
      if (!exchange_once(spline)) return;
  }

  static bool exchange_once(SplineRemoval& spline) {
    const Rows members = spline.removed();
    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<double> rises;
    for (const std::size_t position : order) rises.push_back(spline.rise(position));
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return rises[a] < rises[b]; });
    order.resize(std::min(order.size(), kCandidates));
    for (const std::size_t candidate : order) {
      const Index member = members[candidate];
      const Rows& now = spline.removed();
      spline.give_back(
          static_cast<std::size_t>(std::find(now.begin(), now.end(), member) - now.begin()));
      const Index other = spline.worst();
      const bool better = other != member && spline.fall(other) > (1.0 + kGain) * rises[candidate];
      spline.remove(better ? other : member);
      if (better) return true;
    }
    return false;
  }

  /// Exchanges at the best lambda and its neighbours. Whether that helped.
  bool refine() {
    const std::size_t at = best_.lambda;
    const Rows rows = best_.rows;
    bool better = false;
    for (std::size_t lambda = at > 0 ? at - 1 : 0; lambda < std::min(at + 2, kGrid.size());
         ++lambda) {
      SplineRemoval spline = removal(kGrid[lambda]);
      for (const Index row : rows) spline.remove(row);
      exchange(spline);
      better = score(spline.removed()) || better;
    }
    return better;
  }

  /// Those return that miss no more than kept neighbours do, all against the same kept values.
  void readmit_fitting(SplineRemoval& spline) const {
    const double rounding = kRounding * values_.cwiseAbs().maxCoeff();
    Rows kept;
    for (Index i = 0; i < static_cast<Index>(spline.size()); ++i)
      if (!spline.is_removed(i)) kept.push_back(i);
    Rows returning;
    for (std::size_t position = 0; position < spline.removed().size(); ++position) {
      const Index member = spline.removed()[position];
      const auto above = std::lower_bound(kept.begin(), kept.end(), member) - kept.begin();
      const auto behind = static_cast<std::size_t>(above);
      double most = 0.0;
      for (std::size_t i = behind > kNeighbours ? behind - kNeighbours : 0;
           i < std::min(kept.size(), behind + kNeighbours); ++i)
        most = std::max(most, spline.fall(kept[i]));
      if (spline.rise(position) <= kTolerance * most || spline.removed_miss(position) <= rounding)
        returning.push_back(member);
    }
    for (const Index member : returning) give_back(spline, member);
  }

  static void give_back(SplineRemoval& spline, Index member) {
    const Rows& now = spline.removed();
    spline.give_back(
        static_cast<std::size_t>(std::find(now.begin(), now.end(), member) - now.begin()));
  }

  /// Returns members, those that fit best first, and keeps the number with the best prediction.
  void readmit_predicting(SplineRemoval& spline) const {
    Rows best = spline.removed();
    double least = expected_error(spline);
    while (!spline.removed().empty()) {
      std::size_t cheapest = 0;
      for (std::size_t i = 1; i < spline.removed().size(); ++i)
        if (spline.rise(i) < spline.rise(cheapest)) cheapest = i;
      spline.give_back(cheapest);
      const double error = expected_error(spline);
      if (!(error < least)) continue;
      least = error;
      best = spline.removed();
    }
    for (const Index row : best) spline.remove(row);
  }

  /// sqrt(LOO P) / c. LOO is the mean square of the misses; P is what the misses make of the
  /// targets in the worst case, mean_k (sum_i |D_ki| miss_i)^2. The ends are extrapolated when they
  /// are left out, so they count no more than the worst inner miss. c is by how much trimming a
  /// share e of honest normal errors makes their mean square smaller.
  double expected_error(const SplineRemoval& spline) const {
    std::vector<double> knots;
    std::vector<double> misses;
    for (std::size_t i = 0; i < knots_.size(); ++i) {
      if (spline.is_removed(static_cast<Index>(i))) continue;
      knots.push_back(knots_[i]);
      misses.push_back(spline.miss(static_cast<Index>(i)));
    }
    const double most = *std::max_element(misses.begin() + 1, misses.end() - 1);
    misses.front() = std::min(misses.front(), most);
    misses.back() = std::min(misses.back(), most);
    const Eigen::Map<const Vector> miss(misses.data(), static_cast<Index>(misses.size()));
    const double loo =
        miss.segment(1, miss.size() - 2).squaredNorm() / static_cast<double>(miss.size() - 2);
    const double n = static_cast<double>(knots_.size()), kept = static_cast<double>(knots.size());
    const Matrix decoder =
        SmoothingSpline(knots, kGrid[best_.lambda] * n / kept, Penalty::kSeminorm)
            .operator_matrix(targets_);
    const double propagated = (decoder.cwiseAbs() * miss).squaredNorm() /
                              static_cast<double>(std::max<Index>(decoder.rows(), 1));
    return std::sqrt(loo * propagated) / trimming_factor((n - kept) / n);
  }

  double trimming_factor(double share) const {
    if (share <= 0.0) return 1.0;
    const auto m = static_cast<double>(values_.cols());
    return chi_square_cdf(chi_square_quantile(1.0 - share, m), m + 2.0) / (1.0 - share);
  }

  std::span<const double> knots_, targets_;
  MatrixView values_;
  std::size_t most_;
  std::set<Rows> seen_;
  Best best_;
};

}  // namespace

Outliers find_outliers(std::span<const double> knots, std::span<const double> targets,
                       MatrixView values, const OutlierSearch& search) {
  if (search.most == 0) return {};
  Search outliers(knots, targets, values, search.most);
  outliers.find();
  if (search.readmit) outliers.readmit();
  return outliers.result();
}

}  // namespace laggard::math
