#include "experiment/serving/policy.hpp"

#include "experiment/serving/policies/approximate_backup.hpp"
#include "experiment/serving/policies/coded.hpp"
#include "experiment/serving/policies/equal_resources.hpp"
#include "experiment/serving/policies/parm.hpp"
#include "experiment/serving/policies/replication.hpp"
#include "experiment/serving/server.hpp"
#include "schemes/scheme.hpp"

namespace laggard::serving {

void PolicyConfig::fields(Fields& fields) {
  schemes::label_field(fields, label);
  fields.number_or_rule({"accuracy",
                         "share of its approximate answers that are right, for the "
                         "column accuracy; 'unknown': nobody measured it"},
                        accuracy, kProbability, {"unknown"});
}

bool Policy::is_wanted(const Server& server, const Task& task) const {
  return !server.answered(task.owner) && !server.substituted(task.owner);
}

void Policy::require_extra(const Instances& instances) {
  if (instances.extra == 0)
    throw schemes::Inapplicable("the policy needs extra instances, and /serving/extra is 0");
}

const std::vector<PolicyKind>& policies() {
  static const std::vector<PolicyKind> table{
      kind<ParmPolicy, Policy, Instances>("parm",
                                          "parity models on the extra instances answer for k "
                                          "queries at once"),
      kind<EqualResources, Policy, Instances>("equal_resources",
                                              "no redundancy: the extra instances serve, too"),
      kind<ApproximateBackup, Policy, Instances>(
          "approximate_backup", "the extra instances run a cheaper model for every query"),
      kind<Replication, Policy, Instances>("replication",
                                           "several copies of a query; hedged, tied, low priority"),
      kind<Coded, Policy, Instances>("coded",
                                     "all instances serve queries and coded queries of groups"),
  };
  return table;
}

}  // namespace laggard::serving
