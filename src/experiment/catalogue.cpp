#include "experiment/catalogue.hpp"

#include "data/dataset.hpp"
#include "experiment/serving/arrivals.hpp"
#include "experiment/serving/policy.hpp"
#include "experiment/serving/service.hpp"
#include "faults/adversaries.hpp"
#include "faults/delay.hpp"
#include "faults/noise.hpp"
#include "faults/speeds.hpp"
#include "faults/stragglers.hpp"
#include "model/gradient_model.hpp"
#include "model/model.hpp"
#include "round/wait.hpp"
#include "schemes/robust/robust_decoder.hpp"
#include "schemes/scheme.hpp"

namespace laggard::experiment {

const Catalogue& catalogue() {
  static const Catalogue roles{
      role("schemes", "scheme", schemes::schemes()),
      role("models", "model", model::models()),
      role("learners", "model to train", model::gradient_models()),
      role("datasets", "dataset", data::datasets()),
      role("stragglers", "kind of stragglers", faults::stragglers()),
      role("delays", "delay", faults::delays()),
      role("speeds", "kind of speeds", faults::speeds()),
      role("waits", "wait policy", round::waits()),
      role("noises", "noise", faults::noises()),
      role("robust", "robust decoder", schemes::robust_decoders()),
      role("adversaries", "kind of adversaries", faults::adversaries()),
      role("policies", "policy", serving::policies()),
      role("arrivals", "kind of arrivals", serving::arrivals()),
      role("services", "service", serving::services()),
  };
  return roles;
}

}  // namespace laggard::experiment
