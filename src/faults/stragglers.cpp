#include "faults/stragglers.hpp"

#include "faults/fixed_stragglers.hpp"
#include "faults/persistent_stragglers.hpp"
#include "faults/random_stragglers.hpp"
#include "faults/worst_stragglers.hpp"

namespace laggard::faults {

const std::vector<StragglersKind>& stragglers() {
  static const std::vector<StragglersKind> table = with_persistence({
      kind<NoStragglers, Stragglers>("none", "every worker answers"),
      kind<RandomStragglers, Stragglers>(
          "random", "exactly `count` workers; every set of them is equally likely"),
      kind<BernoulliStragglers, Stragglers>("bernoulli",
                                            "every worker is lost with the same probability"),
      kind<ConsecutiveStragglers, Stragglers>("consecutive", "a run of neighbouring workers"),
      kind<ListedStragglers, Stragglers>("listed", "the same workers in every trial"),
      kind<PeriodicStragglers, Stragglers>(
          "periodic", "the same workers in every group of consecutive workers"),
      kind<WorstStragglers, Stragglers>(
          "worst", "the `count` workers whose loss harms each scheme most, by a search"),
  });
  return table;
}

}  // namespace laggard::faults
