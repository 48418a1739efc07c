#include "experiment/serving/policies/replication.hpp"

#include "experiment/serving/server.hpp"
#include "faults/distributions.hpp"

namespace laggard::serving {

void Replication::Config::fields(Fields& fields) {
  PolicyConfig::fields(fields);
  fields.integer({"copies", "of a query, the first one included"}, copies, 1, 16);
  fields.number(
      {"hedge_after_seconds", "the other copies come only if there is no answer after this time"},
      hedge_after_s, faults::kDuration);
  fields.boolean({"tied", "once a copy is under way, the others leave the queues"}, tied);
  fields.boolean({"low_priority", "the other copies wait until no first copy does"}, low_priority);
}

void Replication::arrived(Server& server, Batch batch) const {
  server.submit({batch}, Line::kFirst);
  if (config_.copies == 1) return;
  if (config_.hedge_after_s > 0.0) return server.remind(batch, config_.hedge_after_s);
  if (!config_.tied || !server.has_started({batch})) submit_others(server, batch);
}

void Replication::reminded(Server& server, Batch batch) const {
  if (!server.answered(batch)) submit_others(server, batch);
}

void Replication::started(Server& server, const Task& task) const {
  if (config_.tied) withdraw_others(server, task);
}

void Replication::finished(Server& server, const Task& task) const {
  server.answer(task.owner);
  withdraw_others(server, task);
}

void Replication::submit_others(Server& server, Batch batch) const {
  for (std::uint32_t copy = 1; copy < config_.copies; ++copy) {
    server.submit({batch, copy}, config_.low_priority ? Line::kSecond : Line::kFirst);
    if (config_.tied && server.has_started({batch, copy})) return;
  }
}

void Replication::withdraw_others(Server& server, const Task& task) const {
  for (std::uint32_t copy = 0; copy < config_.copies; ++copy)
    if (copy != task.copy) server.withdraw({task.owner, copy});
}

}  // namespace laggard::serving
