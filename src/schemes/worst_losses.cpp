#include "schemes/worst_losses.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace laggard::schemes {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// To an adversary, no number is as good as any error.
double as_error(double value) {
  return std::isnan(value) ? kInfinity : value;
}

/// Workers by their place in the list of all of them.
struct Losses {
  std::vector<bool> lost;
  double error = 0.0;
};

class Search {
 public:
  Search(const Answered& trial, std::uint32_t count) : trial_(trial), count_(count) {}

  std::vector<WorkerId> run() const {
    Losses window = exchanged(worst_window()), greedy = exchanged(one_by_one());
    const Losses& best = greedy.error > window.error ? greedy : window;
    std::vector<WorkerId> workers;
    for (std::size_t i = 0; i < size(); ++i)
      if (best.lost[i]) workers.push_back(trial_.workers[i]);
    return workers;
  }

  /// Of the estimates without those.
  double error_of(const std::vector<bool>& lost) const {
    const Rest rest = without(lost);
    if (rest.workers.empty() && !trial_.scheme.decodes_nothing()) return kInfinity;
    const Decoded decoded = trial_.scheme.decode(rest.view(), rest.workers);
    return as_error((decoded.estimates - trial_.truth).squaredNorm());
  }

 private:
  struct Rest {
    std::vector<std::size_t> places;
    std::vector<WorkerId> workers;
    Matrix results;

    MatrixView view() const { return rows_of(results, 0, results.rows()); }
  };

  std::size_t size() const { return trial_.workers.size(); }

  Rest without(const std::vector<bool>& lost) const {
    Rest rest;
    for (std::size_t i = 0; i < size(); ++i) {
      if (lost[i]) continue;
      rest.places.push_back(i);
      rest.workers.push_back(trial_.workers[i]);
    }
    rest.results = trial_.results(rest.places, Eigen::all);
    return rest;
  }

  Losses worst_window() const {
    Losses worst{{}, -kInfinity};
    for (std::size_t first = 0; first + count_ <= size(); ++first) {
      std::vector<bool> lost(size(), false);
      std::fill_n(lost.begin() + static_cast<std::ptrdiff_t>(first), count_, true);
      const double error = error_of(lost);
      if (error > worst.error) worst = {std::move(lost), error};
    }
    return worst;
  }

  /// One more loss, the one that hurts most.
  Losses with_one_more(Losses losses) const {
    const Rest rest = without(losses.lost);
    const std::vector<double> errors =
        trial_.scheme.errors_without_each(rest.view(), rest.workers, trial_.truth);
    std::size_t worst = 0;
    for (std::size_t i = 1; i < errors.size(); ++i)
      if (as_error(errors[i]) > as_error(errors[worst])) worst = i;
    losses.lost[rest.places[worst]] = true;
    losses.error = as_error(errors[worst]);
    return losses;
  }

  /// All workers more that one data point rests on, at most so many: those with the largest gain
  /// per worker. Nothing if no row of the decoder is so sparse, or none gains.
  std::optional<Losses> with_one_point_less(const Losses& losses, std::size_t most) const {
    const auto* const linear = dynamic_cast<const LinearScheme*>(&trial_.scheme);
    if (linear == nullptr) return std::nullopt;
    const Rest rest = without(losses.lost);
    const Matrix decoder = linear->applied_decoder(rest.view(), rest.workers);
    std::optional<Losses> best;
    double best_gain = 0.0;
    for (Index k = 0; k < decoder.rows(); ++k) {
      const double negligible = 1e-12 * decoder.row(k).cwiseAbs().maxCoeff();
      Losses next = losses;
      std::size_t more = 0;
      for (std::size_t i = 0; i < rest.places.size(); ++i) {
        if (!(std::abs(decoder(k, static_cast<Index>(i))) > negligible)) continue;
        next.lost[rest.places[i]] = true;
        ++more;
      }
      if (more == 0 || more > most) continue;
      next.error = error_of(next.lost);
      const double gain = (next.error - losses.error) / static_cast<double>(more);
      if (!(gain > best_gain)) continue;
      best_gain = gain;
      best = std::move(next);
    }
    return best;
  }

  Losses one_by_one() const {
    const std::vector<bool> nobody(size(), false);
    Losses losses{nobody, error_of(nobody)};
    // Below it, a rise may be rounding.
    const double slight = 1e-9 * trial_.truth.squaredNorm();
    for (std::size_t gone = 0; gone < count_;) {
      Losses next = with_one_more(losses);
      if (!(next.error > losses.error + slight)) {
        std::optional<Losses> point = with_one_point_less(losses, count_ - gone);
        if (point && point->error > next.error) next = std::move(*point);
      }
      losses = std::move(next);
      gone = static_cast<std::size_t>(std::count(losses.lost.begin(), losses.lost.end(), true));
    }
    return losses;
  }

  /// Gives each lost worker back in turn and takes the one whose loss then hurts most.
  Losses exchanged(Losses losses) const {
    constexpr int kSweeps = 3;
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      bool better = false;
      for (std::size_t i = 0; i < size(); ++i) {
        if (!losses.lost[i]) continue;
        Losses other = losses;
        other.lost[i] = false;
        other = with_one_more(std::move(other));
        // The same set again may differ by rounding.
        if (other.lost == losses.lost || !(other.error > losses.error)) continue;
        losses = std::move(other);
        better = true;
      }
      if (!better) break;
    }
    return losses;
  }

  const Answered& trial_;
  std::size_t count_;
};

}  // namespace

std::vector<WorkerId> worst_losses(const Answered& trial, std::uint32_t count) {
  if (count == 0) return {};
  if (count >= trial.workers.size()) return trial.workers;
  return Search(trial, count).run();
}

}  // namespace laggard::schemes
