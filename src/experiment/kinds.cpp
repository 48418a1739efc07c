#include "experiment/kinds.hpp"

#include "experiment/approximation/kind.hpp"
#include "experiment/catalogue.hpp"

namespace laggard::experiment {

const sweep::Kinds& kinds() {
  static const sweep::Kinds table{{&approximation::kind()}, catalogue()};
  return table;
}

}  // namespace laggard::experiment
