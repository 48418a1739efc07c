// When queries come. Arrivals are open-loop: they do not wait for answers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/table.hpp"
#include "core/types.hpp"
#include "experiment/serving/purposes.hpp"
#include "faults/address.hpp"

namespace laggard::serving {

/// The arrivals of one trial, one after the other.
class ArrivalProcess {
 public:
  virtual ~ArrivalProcess() = default;
  /// Time of the next query, at least that of the one before.
  virtual Seconds next() = 0;
};

class Arrivals {
 public:
  virtual ~Arrivals() = default;
  /// From time 0, with `rate` queries per second on the average. A rate that is twice as high gives
  /// the same arrivals in half the time, so that rates are compared on the same draws.
  virtual std::unique_ptr<ArrivalProcess> start(const faults::Occasion& trial,
                                                double rate) const = 0;
  /// Queries per second on the average, where they do not follow the configured rate; else 0.
  virtual double own_rate() const { return 0.0; }
};

/// Independent gaps, exponential with mean 1 / rate.
class Poisson final : public Arrivals {
 public:
  using Config = NoParameters;

  explicit Poisson(Config) {}
  std::unique_ptr<ArrivalProcess> start(const faults::Occasion& trial, double rate) const override;
};

/// A Markov-modulated Poisson process with two states. Bursts come with `factor` times the rate of
/// the calm time between them. Both last for exponential times; bursts take `share` of the time.
class Mmpp final : public Arrivals {
 public:
  struct Config {
    double factor = 4.0;
    double share = 0.1;
    double queries = 1000.0;

    void fields(Fields& fields);
  };

  explicit Mmpp(Config config) : config_(config) {}
  std::unique_ptr<ArrivalProcess> start(const faults::Occasion& trial, double rate) const override;

 private:
  Config config_;
};

/// Recorded times. After the last of them, the record begins again, one mean gap later.
class TraceArrivals final : public Arrivals {
 public:
  struct Config {
    std::string file;

    void fields(Fields& fields);
  };

  /// A text file with a time in seconds on each line, in ascending order; the first one becomes 0.
  /// Errors: DataError, with the line.
  explicit TraceArrivals(Config config);
  std::unique_ptr<ArrivalProcess> start(const faults::Occasion& trial, double rate) const override;
  double own_rate() const override { return static_cast<double>(times_->size()) / period_; }

 private:
  std::shared_ptr<const std::vector<Seconds>> times_;  // from 0
  Seconds period_ = 0.0;
};

using ArrivalKind = Kind<Arrivals>;

/// Every kind of arrivals by name.
const std::vector<ArrivalKind>& arrivals();

}  // namespace laggard::serving
