// The optima that `laggard tune` found, in the place of "tuned:FILE".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/json.hpp"
#include "core/fields.hpp"
#include "core/records.hpp"

namespace laggard::approximation {

class Config;

/// Reads each file once.
class TunedLambdas {
 public:
  /// What stands in the place of "tuned:FILE".
  enum class Use { kOptima, kDefaults };  ///< defaults for a search that is to find the optima

  explicit TunedLambdas(Use use) : use_(use) {}

  /// The scheme of a point with numbers where it says "tuned:FILE". The file's point is the one
  /// with the same label, K, N, S and noise that does not differ in anything that both sweeps set,
  /// nor in the dataset, the model, the stragglers, the liars, the noise, the wait policy (and the
  /// delays, unless all answers are waited for), the ordering and the rest of the scheme. Errors:
  /// DataError naming the member if the file or the point is missing, or what differs.
  Component resolve(const Component& scheme, const PointRecord& point, const Config& config);

  struct Optimum {
    PointRecord point;
    SurfacePoint best;
    config::Json subject;  ///< what it was found for: {"dataset": ..., "scheme": ..., ...}
  };

 private:
  const std::vector<Optimum>& read(const std::string& file, const std::string& where);

  Use use_;
  std::map<std::string, std::vector<Optimum>> files_;
};

}  // namespace laggard::approximation
