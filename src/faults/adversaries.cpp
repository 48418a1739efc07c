#include "faults/adversaries.hpp"

#include "faults/informed_adversaries.hpp"
#include "faults/placed_lies.hpp"

namespace laggard::faults {

const std::vector<AdversariesKind>& adversaries() {
  static const std::vector<AdversariesKind> table{
      kind<NoAdversaries, Adversaries>("none", "every worker is honest"),
      kind<SignFlip, Adversaries>("sign_flip", "liars answer -y instead of y"),
      kind<RandomLies, Adversaries>("random", "liars add normal noise to their answers"),
      kind<ConstantLies, Adversaries>("constant", "liars answer the bound in every coordinate"),
      kind<ShiftedLies, Adversaries>("shift", "all liars add the same to their answers"),
      kind<BumpLies, Adversaries>("bump", "neighbours add a smooth bump to their answers"),
      kind<CopyLies, Adversaries>("copy", "liars exchange their answers among each other"),
      kind<WorstAdversaries, Adversaries>(
          "worst", "liars and lies that harm a linear decoder most; they know the truth"),
      kind<PaperGreedy, Adversaries>("paper_greedy",
                                     "the workers with the smallest residuals move by the bound"),
  };
  return table;
}

}  // namespace laggard::faults
