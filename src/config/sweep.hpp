// The sweep of a configuration: which values it gives to which members at which point.
//
//   {"/p": [v, ...], ...}    the product of the lists; the last pointer turns fastest
//   [{"/p": v, ...}, ...]    points: each object sets its pointers together
//   [[...], {...}, ...]      the product of these, as soon as one element is a list
//
// All objects of a list of points set the same pointers. Under "sweep" such an object may have a
// sweep of its own. In a product, a list is a sweep, and an object maps pointers to lists of
// values.
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

/// Whether a sweep takes two values for one: neither the order of members nor the way in which a
/// number is written tells them apart.
bool equal(const Json& a, const Json& b);

/// All points. A sweep without pointers has one point, which sets nothing. Errors: ConfigError for
/// a sweep that is malformed, repeats a point or has too many.
std::vector<SweepPoint> expand_sweep(const Json& sweep);

/// What is left of a sweep when `pointer` gets a value for all points. Errors: ConfigError if the
/// sweep would set the value again.
Json override_sweep(const Json& sweep, const std::string& pointer);

/// The JSON Schema of a sweep; `definitions` gets what it refers to.
Json sweep_schema(Json& definitions);

}  // namespace laggard::config
