// The sweep of a configuration: which values it gives to which members at which point.
#pragma once

#include <string>
#include <vector>

#include "config/json.hpp"

namespace laggard::config {

/// One point of a sweep: what is set there, in this order.
struct SweepPoint {
  Json parameters = Json::object();  ///< JSON pointer of the configuration -> value
  std::vector<std::string> places;   ///< JSON pointers of the same values inside of the sweep

  /// Sets the values in a configuration with every default spelled out. Errors: ConfigError.
  void apply(Json& document) const;

  /// "/sweep/~1workers: " in front of a message about a value that the sweep set.
  std::string blame(const std::string& message) const;
};

/// All points; the last pointer turns fastest. A sweep without pointers has one point, which sets
/// nothing. Errors: ConfigError for a sweep that is malformed, repeats a point or has too many.
std::vector<SweepPoint> expand_sweep(const Json& sweep);

/// The JSON Schema of a sweep.
Json sweep_schema();

}  // namespace laggard::config
