// Liars who choose themselves by what the decoder would do.
#pragma once

#include "faults/adversaries.hpp"
#include "faults/lie_bound.hpp"

namespace laggard::faults {

/// The worst that liars can do to a linear decoder (math/worst_lies.hpp): they know the truth, all
/// answers and the decoder. Its rows have the exact largest error that so many liars can cause.
///
/// `own` is the scheme's decoder: the one that the honest answers choose, where they do (lambda by
/// a criterion), and the spline for a scheme that has no matrix (networks). `bacc` and `spline`
/// (lambda 0) are the decoders of these names at the published points whatever the scheme is, so
/// that all schemes meet the same lies.
class WorstAdversaries final : public Adversaries {
 public:
  struct Config {
    std::uint32_t count = 1;
    LieBound bound;
    std::string against = "own";

    void fields(Fields& fields);
  };

  explicit WorstAdversaries(Config config) : config_(std::move(config)) {}

  Lies lie(const Occasion& at, const Collected& collected) const override;
  std::string conflict(std::uint32_t workers, std::uint32_t answers) const override;

 private:
  Matrix decoder(const Collected& collected) const;

  Config config_;
};

/// The attack that the paper on adversarial nonparametric regression (Moradi et al.) calls greedy:
/// the workers whose honest answers are nearest to the smoothing spline through all of them (lambda
/// by generalised cross-validation, published points) move by M away from it. It is weaker than
/// liars drawn at random, because it chooses by residuals that are small already.
class PaperGreedy final : public Adversaries {
 public:
  struct Config {
    std::uint32_t count = 1;
    LieBound bound;

    void fields(Fields& fields);
  };

  explicit PaperGreedy(Config config) : config_(std::move(config)) {}

  Lies lie(const Occasion& at, const Collected& collected) const override;
  std::string conflict(std::uint32_t workers, std::uint32_t answers) const override;

 private:
  Config config_;
};

}  // namespace laggard::faults
