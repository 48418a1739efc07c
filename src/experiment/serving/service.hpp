// How long an instance is busy with a job, without what transfers add.
#pragma once

#include <memory>
#include <vector>

#include "core/table.hpp"
#include "core/types.hpp"
#include "faults/address.hpp"

namespace laggard::serving {

/// One service: the worker of the address is the number of the batch or group, its step tells the
/// jobs of a batch apart. Policies that serve the same job of the same batch draw the same time.
struct Job {
  faults::Address address;
  bool coded = false;  ///< a query that was encoded from others
  double queries = 1;  ///< in the batch
};

class Service {
 public:
  virtual ~Service() = default;
  /// Seconds >= 0, finite; a pure function of the job.
  virtual Seconds draw(const Job& job) const = 0;
};

/// The round trip of a query in ParM's server: base - min(E, largest) + U + G, with E exponential
/// of mean `size_mean` (what a small image saves; drawn once for a query, shared by its copies), U
/// uniform on [0, polling] (the frontend polls), and G normal with mean 0 and standard deviation
/// `jitter`. Coded queries are all of typical size: E is its median. Never below 0.
class RoundTrip final : public Service {
 public:
  struct Config {
    Seconds base = 0.021;
    Seconds size_mean = 0.00233;
    Seconds size_largest = 0.012;
    Seconds polling = 0.001;
    Seconds jitter = 0.0005;

    void fields(Fields& fields);
  };

  explicit RoundTrip(Config config) : config_(config) {}
  Seconds draw(const Job& job) const override;

 private:
  Config config_;
};

using ServiceKind = Kind<Service>;

/// Every kind of service by name: `round_trip`, and every delay that does not belong to a worker or
/// a round; of a trace, each service takes a time at random. Factories throw those of delays.
const std::vector<ServiceKind>& services();

}  // namespace laggard::serving
