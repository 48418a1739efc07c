// Distributions of delays: parameters in the constructor, one value per call (R7). Every one of
// them inverts its distribution function or maps normals, so that the number of draws per value is
// fixed. Their ranges keep the largest value that 53-bit uniforms can give finite.
#pragma once

#include "core/fields.hpp"
#include "core/random.hpp"
#include "core/types.hpp"

namespace laggard::faults {

/// Longest duration that may be configured, some 30 years.
inline constexpr Seconds kLongest = 1e9;
inline constexpr Range kDuration{0.0, kLongest, false};
inline constexpr Range kPositiveDuration{0.0, kLongest, true};

/// shift + E with E exponential: P(X > x) = exp(-(x - shift) / mean); one draw. The mean of X is
/// shift + mean. The model of Lee et al., "Speeding up distributed machine learning using codes",
/// IEEE Trans. Inf. Theory 64 (2018).
class ShiftedExponential {
 public:
  struct Config {
    Seconds shift = 1.0;
    Seconds mean = 1.0;

    void fields(Fields& fields);
  };

  explicit ShiftedExponential(Config config) : config_(config) {}
  Seconds operator()(Stream& stream) const;
  Seconds mean() const;

 private:
  Config config_;
};

/// P(X > x) = (scale / x)^shape for x >= scale; one draw. No mean unless shape > 1, no variance
/// unless shape > 2.
class Pareto {
 public:
  struct Config {
    Seconds scale = 1.0;
    double shape = 3.0;

    void fields(Fields& fields);
  };

  explicit Pareto(Config config) : config_(config) {}
  Seconds operator()(Stream& stream) const;
  Seconds mean() const;

 private:
  Config config_;
};

/// P(X > x) = exp(-(x / scale)^shape); one draw. Heavier than exponential for shape < 1.
class Weibull {
 public:
  struct Config {
    Seconds scale = 1.0;
    double shape = 1.0;

    void fields(Fields& fields);
  };

  explicit Weibull(Config config) : config_(config) {}
  Seconds operator()(Stream& stream) const;
  Seconds mean() const;

 private:
  Config config_;
};

/// log X is normal with mean log(median) and standard deviation sigma; two draws.
class Lognormal {
 public:
  struct Config {
    Seconds median = 1.0;
    double sigma = 0.5;

    void fields(Fields& fields);
  };

  explicit Lognormal(Config config) : config_(config) {}
  Seconds operator()(Stream& stream) const;
  Seconds mean() const;

 private:
  Config config_;
};

/// `slow` with the given probability, else `fast`; one draw.
class Bimodal {
 public:
  struct Config {
    Seconds fast = 1.0;
    Seconds slow = 10.0;
    double probability = 0.1;

    void fields(Fields& fields);
  };

  explicit Bimodal(Config config) : config_(config) {}
  Seconds operator()(Stream& stream) const;
  Seconds mean() const;

 private:
  Config config_;
};

}  // namespace laggard::faults
