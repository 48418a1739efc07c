// Workers that stay slow for a while.
#pragma once

#include "faults/delay.hpp"

namespace laggard::faults {

/// Every worker is a two-state Markov chain, independent of the others and stationary. It runs over
/// the trials, and from each trial over the steps of that trial: P(slow at trial 0) = to_slow /
/// (to_slow + to_fast), the mean stay in the slow state is 1 / to_fast trials or steps (Gilbert,
/// Bell Syst. Tech. J. 39 (1960)).
///
/// The state is a pure function of the address, so that workers may be asked in any order on any
/// rank. Step s of trial r is moment t = r + s, which has one uniform u_t. With a = P(slow | fast)
/// = to_slow and b = P(slow | slow) = 1 - to_fast the new state is slow iff u_t < a (from fast) or
/// u_t < b (from slow): u_t < min(a, b) gives slow and u_t >= max(a, b) gives fast whatever came
/// before, else the state is copied (a < b) or flipped (a > b). Scanning back from t to the first
/// such u, or to moment 0, finds the state.
///
/// Cost: min(t, 1 / (1 - |1 - to_slow - to_fast|)) draws expected, so a chain that changes every
/// 10^6 trials costs O(t). to_slow = to_fast = 1 alternates and is answered from moment 0 at once.
class MarkovDelay final : public Delay {
 public:
  struct Config {
    Seconds fast = 1.0;
    Seconds slow = 10.0;
    double to_slow = 0.05;
    double to_fast = 0.2;

    void fields(Fields& fields);
  };

  /// Errors: ConfigError if no state is ever left, because then no law is stationary.
  explicit MarkovDelay(Config config);

  Seconds sample(const Address& at) const override;
  Seconds mean_for(WorkerId, double) const override;

 private:
  double share_slow() const { return config_.to_slow / (config_.to_slow + config_.to_fast); }
  bool slow(const Address& at) const;

  Config config_;
};

}  // namespace laggard::faults
