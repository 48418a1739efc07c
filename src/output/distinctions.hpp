// What tells the points of a sweep apart, for people.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/records.hpp"

namespace laggard::output {

/// Beside scheme, N and S: of all that the sweep sets, objects member by member, only the members
/// of a point's own scheme and what is not about schemes, which vary among the points of the scheme
/// and do not move together with N, S or a pointer that is named already.
class Distinctions {
 public:
  explicit Distinctions(const std::vector<PointRecord>& points);

  /// "point 3 (bacc, N = 64, S = 2, /noise/sigma = 0.5)"
  std::string describe(const PointRecord& point) const;

  /// "/schemes/0/k=2 /noise/sigma=0.5"
  std::string of(const PointRecord& point) const;

  /// Of what several points of a scheme have in common, as JSON.
  std::string of(const std::string& scheme, const std::string& parameters) const;

 private:
  struct Scheme {
    std::size_t position = 0;     ///< among the schemes of its combination, at its first point
    std::set<std::string> shown;  ///< pointers
  };

  std::string text(const std::string& scheme, std::size_t position, const std::string& parameters,
                   const std::string& separator, const std::string& equals) const;

  std::map<std::string, Scheme> schemes_;
  std::vector<std::size_t> positions_;  ///< of the points among the schemes of their combination
};

}  // namespace laggard::output
