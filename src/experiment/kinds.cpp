#include "experiment/kinds.hpp"

#include "experiment/approximation/kind.hpp"
#include "experiment/catalogue.hpp"
#include "experiment/serving/kind.hpp"
#include "experiment/training/kind.hpp"
#include "model/torch_plugin.hpp"

namespace laggard::experiment {

const sweep::Kinds& kinds() {
  static const sweep::Kinds table{{&approximation::experiment_kind(), &training::experiment_kind(),
                                   &serving::experiment_kind()},
                                  catalogue(),
                                  [] { model::torch_plugin(); }};
  return table;
}

}  // namespace laggard::experiment
