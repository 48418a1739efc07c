// What an experiment asks of the machine, before it runs.
#pragma once

#include "runtime/setup.hpp"

namespace laggard::runtime {

/// Upper estimates, from the sizes alone; libraries and what a network needs inside are not in.
struct Effort {
  double model_inputs = 0.0;      ///< through the model, for the truth and by the workers
  double trial_bytes = 0.0;       ///< the arrays of the largest trial
  double prediction_bytes = 0.0;  ///< of /predictions in the file

  /// Adds the trials of a combination.
  void add(const Setup& setup);
};

}  // namespace laggard::runtime
