#include "faults/shared_delay.hpp"

#include <cmath>

#include "faults/group_delay.hpp"

namespace laggard::faults {

void SharedDelay::Config::fields(Fields& fields) {
  constexpr Range kDeviation{0.0, 10.0, false};
  fields.number({"sigma", "standard deviation of the logarithm of the factor of a round"}, sigma,
                kDeviation);
  fields.component({"delay", "the delay that is multiplied by it"}, delay, "delays");
}

SharedDelay::SharedDelay(Config config) : sigma_(config.sigma), delay_(make_member(config.delay)) {}

double SharedDelay::factor(const Address& at) const {
  constexpr WorkerId kNobody = 0xffffffff;  // streams of workers have lower numbers
  Stream stream = Occasion{at.seed, at.trial, at.step}.of(kNobody).stream(Purpose::kSpeeds);
  return std::exp(sigma_ * standard_normal(stream));
}

Seconds SharedDelay::mean_for(WorkerId worker, double work) const {
  return std::exp(0.5 * sigma_ * sigma_) * delay_->mean_for(worker, work);
}

}  // namespace laggard::faults
