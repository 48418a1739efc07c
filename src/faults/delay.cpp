#include "faults/delay.hpp"

#include "faults/constant_delay.hpp"
#include "faults/distributions.hpp"
#include "faults/drawn_delay.hpp"
#include "faults/group_delay.hpp"
#include "faults/load_delay.hpp"
#include "faults/markov_delay.hpp"
#include "faults/scaled_delay.hpp"
#include "faults/shared_delay.hpp"
#include "faults/trace_delay.hpp"

namespace laggard::faults {

const std::vector<DelayKind>& delays() {
  static const std::vector<DelayKind> table{
      kind<NoDelay, Delay>("none", "every worker answers at once"),
      scalable(kind<ConstantDelay, Delay>("constant", "every worker has the same delay")),
      scalable(kind<DrawnDelay<ShiftedExponential>, Delay>("shifted_exponential",
                                                           "a shift plus an exponential part")),
      scalable(kind<DrawnDelay<Pareto>, Delay>("pareto", "power-law tail")),
      scalable(kind<DrawnDelay<Weibull>, Delay>("weibull", "stretched exponential tail")),
      scalable(
          kind<DrawnDelay<Lognormal>, Delay>("lognormal", "the logarithm of the delay is normal")),
      scalable(kind<DrawnDelay<Bimodal>, Delay>(
          "bimodal", "an answer is slow with some probability, otherwise fast")),
      scalable(
          kind<MarkovDelay, Delay>("markov", "workers turn slow and fast from trial to trial")),
      scalable(kind<TraceDelay, Delay>("trace", "measured delays from a CSV or HDF5 file")),
      kind<SharedDelay, Delay>("shared",
                               "a delay times a factor that all workers of a round share"),
      kind<GroupDelay, Delay>("groups", "another delay for each group of workers"),
      kind<LoadDelay, Delay>("load", "other work slows chosen ranks down; needs the wall clock"),
  };
  return table;
}

}  // namespace laggard::faults
