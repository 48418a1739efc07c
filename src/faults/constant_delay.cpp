#include "faults/constant_delay.hpp"

#include "faults/distributions.hpp"

namespace laggard::faults {

void ConstantDelay::Config::fields(Fields& fields) {
  fields.number({"seconds", "delay of every answer"}, seconds, kDuration);
}

}  // namespace laggard::faults
