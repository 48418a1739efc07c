#include "experiment/serving/policies/approximate_backup.hpp"

#include "experiment/serving/server.hpp"

namespace laggard::serving {

void ApproximateBackup::Config::fields(Fields& fields) {
  PolicyConfig::fields(fields);
  fields.number({"speedup", "speed of the cheaper model over that of the deployed one"}, speedup,
                {1e-3, 1e6, false});
  fields.text(
      {"weights",
       "wall clock: file with the weights of the cheaper network; empty: the deployed model "
       "answers for it"},
      weights);
}

ApproximateBackup::ApproximateBackup(Config config, const Instances& instances)
    : Policy(config), config_(config), instances_(instances) {
  require_extra(instances);
}

void ApproximateBackup::arrived(Server& server, Batch batch) const {
  server.submit({batch, 0}, Line::kFirst);
  server.submit({batch, 1}, Line::kSecond);
}

void ApproximateBackup::finished(Server& server, const Task& task) const {
  if (task.copy == 0)
    server.answer(task.owner);
  else
    server.substitute(task.owner, 0.0);
  server.withdraw({task.owner, 1 - task.copy});
}

}  // namespace laggard::serving
