#include "faults/speeds.hpp"

#include "faults/drawn_speeds.hpp"
#include "faults/fixed_speeds.hpp"

namespace laggard::faults {

const std::vector<SpeedsKind>& speeds() {
  static const std::vector<SpeedsKind> table{
      kind<EqualSpeeds, Speeds>("equal", "every worker has the factor 1"),
      kind<GroupSpeeds, Speeds>("groups", "shares of the workers have factors of their own"),
      kind<LognormalSpeeds, Speeds>("lognormal", "the logarithm of the factor is normal"),
      kind<ListedSpeeds, Speeds>("listed", "a factor for each worker"),
  };
  return table;
}

}  // namespace laggard::faults
