#include "experiment/kinds.hpp"

#include "experiment/approximation/kind.hpp"
#include "experiment/catalogue.hpp"
#include "experiment/serving/kind.hpp"
#include "experiment/training/kind.hpp"

namespace laggard::experiment {

const sweep::Kinds& kinds() {
  static const sweep::Kinds table{{&approximation::kind(), &training::kind(), &serving::kind()},
                                  catalogue()};
  return table;
}

}  // namespace laggard::experiment
