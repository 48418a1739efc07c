#include "math/worst_lies.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace laggard::math {

WorstLies::WorstLies(const Matrix& decoder, const Matrix& answers, const Matrix& truth,
                     double bound)
    : decoder_(decoder), answers_(answers), truth_(truth), bound_(bound) {}

/// The liars so far, and what one more would add.
class WorstLies::Search {
 public:
  explicit Search(const WorstLies& problem)
      : problem_(problem),
        pull_(problem.decoder_.transpose() *
              (problem.decoder_ * problem.answers_ - problem.truth_)),
        weights_(problem.decoder_.colwise().squaredNorm()),
        deltas_(Matrix::Zero(problem.answers_.rows(), problem.answers_.cols())),
        lies_(static_cast<std::size_t>(problem.answers_.rows()), false) {}

  /// By how much a liar more would raise the squared error.
  double gain(Index j) const {
    double gain = 0.0;
    for (Index c = 0; c < deltas_.cols(); ++c)
      gain += std::max(gain_of(j, c, +1), gain_of(j, c, -1));
    return gain;
  }

  void add(Index j) {
    for (Index c = 0; c < deltas_.cols(); ++c)
      deltas_(j, c) = delta_of(j, c, gain_of(j, c, +1) >= gain_of(j, c, -1) ? +1 : -1);
    lies_[static_cast<std::size_t>(j)] = true;
    apply(j, +1.0);
  }

  void add_worst() {
    Index best = -1;
    double most = 0.0;
    for (Index j = 0; j < deltas_.rows(); ++j) {
      if (lies_[static_cast<std::size_t>(j)]) continue;
      const double gained = gain(j);
      if (best >= 0 && !(gained > most)) continue;
      best = j;
      most = gained;
    }
    add(best);
  }

  void remove(Index liar) {
    lies_[static_cast<std::size_t>(liar)] = false;
    apply(liar, -1.0);
    deltas_.row(liar).setZero();
  }

  std::vector<Index> liars() const {
    std::vector<Index> liars;
    for (std::size_t j = 0; j < lies_.size(); ++j)
      if (lies_[j]) liars.push_back(static_cast<Index>(j));
    return liars;
  }

  Lies result() const {
    Lies lies{liars(), {}};
    const double bound = problem_.bound_;
    lies.values = (problem_.answers_ + deltas_)(lies.liars, Eigen::all);
    lies.values = lies.values.unaryExpr([&](double v) { return v > 0.0 ? bound : -bound; }).eval();
    return lies;
  }

 private:
  double delta_of(Index j, Index c, int sign) const {
    return sign * problem_.bound_ - problem_.answers_(j, c);
  }
  double gain_of(Index j, Index c, int sign) const {
    const double delta = delta_of(j, c, sign);
    return delta * (2.0 * pull_(j, c) + delta * weights_[j]);
  }
  /// Takes the change of row j into the error, or out of it.
  void apply(Index j, double sign) {
    pull_ += problem_.decoder_.transpose() * problem_.decoder_.col(j) * (sign * deltas_.row(j));
  }

  const WorstLies& problem_;
  Matrix pull_;  // D^T e
  Eigen::RowVectorXd weights_;
  Matrix deltas_;
  std::vector<bool> lies_;
};

WorstLies::Lies WorstLies::find(std::size_t count) const {
  if (count == 0) return {{}, Matrix(0, answers_.cols())};
  const Search nobody(*this);
  std::vector<Index> firsts(static_cast<std::size_t>(answers_.rows()));
  std::iota(firsts.begin(), firsts.end(), Index{0});
  std::stable_sort(firsts.begin(), firsts.end(),
                   [&](Index a, Index b) { return nobody.gain(a) > nobody.gain(b); });
  firsts.resize(std::min(firsts.size(), kStarts));
  Lies worst;
  double most = -1.0;
  for (const Index first : firsts) {
    Search search = nobody;
    search.add(first);
    for (std::size_t i = 1; i < count; ++i) search.add_worst();
    for (int sweep = 0; sweep < kSweeps; ++sweep)
      for (const Index liar : search.liars()) {
        search.remove(liar);
        search.add_worst();
      }
    Lies lies = search.result();
    Matrix told = answers_;
    told(lies.liars, Eigen::all) = lies.values;
    const double error = (decoder_ * told - truth_).squaredNorm();
    if (!(error > most)) continue;
    most = error;
    worst = std::move(lies);
  }
  return worst;
}

double WorstLies::largest_error(std::size_t count) const {
  const Matrix error = decoder_ * answers_ - truth_;
  std::vector<double> gains(static_cast<std::size_t>(answers_.rows()));
  const auto chosen = static_cast<std::ptrdiff_t>(std::min(count, gains.size()));
  double largest = 0.0;
  for (Index k = 0; k < decoder_.rows(); ++k)
    for (Index c = 0; c < answers_.cols(); ++c)
      for (const double sign : {1.0, -1.0}) {
        for (Index j = 0; j < answers_.rows(); ++j) {
          const double weight = decoder_(k, j);
          gains[static_cast<std::size_t>(j)] =
              std::max(0.0, std::abs(weight) * bound_ - sign * weight * answers_(j, c));
        }
        std::partial_sort(gains.begin(), gains.begin() + chosen, gains.end(), std::greater<>());
        double sum = sign * error(k, c);
        for (std::ptrdiff_t i = 0; i < chosen; ++i) sum += gains[static_cast<std::size_t>(i)];
        largest = std::max(largest, sum);
      }
  return largest;
}

}  // namespace laggard::math
