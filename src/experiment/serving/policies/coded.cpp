#include "experiment/serving/policies/coded.hpp"

namespace laggard::serving {

void Coded::Config::fields(Fields& fields) {
  GroupConfig::fields(fields);
  fields.integer({"needed", "answers from which a group can be decoded; 0: k"}, needed);
  fields.boolean({"systematic", "the queries themselves are served, too"}, systematic);
  fields.boolean({"low_priority", "coded queries wait until no query does (systematic codes)"},
                 low_priority);
}

Coded::Coded(Config config, const Instances& instances)
    : GroupPolicy(config, {instances.deployed + instances.extra, 0, instances.k},
                  {config.needed, config.systematic,
                   config.systematic && config.low_priority ? Line::kSecond : Line::kFirst}),
      instances_(instances) {}

}  // namespace laggard::serving
