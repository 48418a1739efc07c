#include "experiment/serving/policies/parm.hpp"

namespace laggard::serving {

ParmPolicy::ParmPolicy(Config config, const Instances& instances)
    : GroupPolicy(config, instances, {}), instances_(instances) {
  require_extra(instances);
}

}  // namespace laggard::serving
