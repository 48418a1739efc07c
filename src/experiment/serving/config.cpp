#include "experiment/serving/config.hpp"

#include <fmt/format.h>

#include <set>

#include "core/error.hpp"
#include "experiment/serving/rows.hpp"
#include "faults/distributions.hpp"
#include "schemes/scheme.hpp"

namespace laggard::serving {

using faults::kDuration;

void ServingConfig::fields(Fields& fields) {
  constexpr std::uint32_t kMostInstances = 100'000, kMostQueries = 100'000'000;
  fields.integer({"instances", "instances that run the deployed model"}, instances.deployed, 1,
                 kMostInstances);
  fields.integer({"extra", "further instances, which the policy uses as it likes"}, instances.extra,
                 0, kMostInstances);
  fields.integer({"k", "queries in a coding group, for policies that have none of their own"},
                 instances.k, 1, 1000);
  fields.integer({"batch", "consecutive queries that an instance serves together"}, server.batch, 1,
                 10'000);
  fields.number({"rate", "queries per second on the average"}, server.rate, {1e-9, 1e9, false});
  fields.integer({"queries", "in each trial"}, server.queries, 1, kMostQueries);
  fields.integer({"warmup", "queries at the beginning that do not count"}, warmup);
  fields.component({"arrivals", "when queries come"}, arrivals, "arrivals");
  fields.component({"service", "how long an instance is busy with a query"}, service, "services");
  fields.object({"transfers", "traffic between instances, which slows them down"},
                [this](Fields& members) { server.transfers.fields(members); });
  fields.object({"outages", "instances that fail and come back"},
                [this](Fields& members) { server.outages.fields(members); });
  fields.number({"encode_seconds", "time to encode a group on the virtual clock"}, server.encode_s,
                kDuration);
  fields.number({"decode_seconds", "time to decode a group on the virtual clock"}, server.decode_s,
                kDuration);
  fields.number({"hold",
                 "an approximate answer is not released before this time after its query "
                 "came, seconds; so the exact one may still come first, unless its query still "
                 "waits for an instance when the approximate one is ready: then it is not served"},
                hold, kDuration);
  fields.number_or_rule({"accuracy",
                         "share of the exact answers that are right, for the column "
                         "accuracy; 'unknown': nobody measured it"},
                        accuracy, kProbability, {"unknown"});
}

void ServingConfig::check() const {
  if (warmup >= server.queries)
    throw ConfigError(fmt::format("/serving/warmup is {}", warmup),
                      fmt::format("there are {} queries", server.queries),
                      "leave some that count: lower it, or raise /serving/queries");
  server.transfers.check(instances.deployed + instances.extra);
}

Config::Config() : ExperimentConfig("serving", table_of<LatencyRecord>(), "p999") {
  name = "serving";
}

void Config::fields(Fields& fields) {
  common_fields(fields);
  fields.text({"clock",
               "virtual: a simulation; wall: rank 0 is the frontend, and the other ranks run the "
               "model and wait for what /serving/service adds"},
              clock, {"virtual", "wall"});
  fields.component({"dataset", "where queries come from on the wall clock; for /time, their size"},
                   dataset, "datasets");
  fields.component(
      {"model", "what the instances run on the wall clock; for /time, the size of an answer"},
      model, "models");
  fields.components({"policies", "what the server does against slow instances"}, policies,
                    "policies");
  fields.component({"speeds", "how slow the services of the instances are, for the whole run"},
                   speeds, "speeds");
  fields.object({"time", "what takes time on the virtual clock beside the services"},
                [this](Fields& members) { time.fields(members); });
  fields.object({"serving", "the server and its load"},
                [this](Fields& members) { serving.fields(members); });
  failure_fields(fields);
  fields.object({"output", "optional parts of the result file"}, [this](Fields& members) {
    members.boolean({"queries", "write one row per query to /queries"}, write_queries);
  });
}

void Config::check() const {
  ExperimentConfig::check();
  serving.check();
  if (time.busy || time.cancel)
    throw ConfigError(time.busy ? "/time/busy is set" : "/time/cancel is set",
                      "an instance begins a job only when it is done with the one before, anyway",
                      "leave it out; it is for the steps of a training");
  if (clock == "wall" && serving.server.outages.any())
    throw ConfigError("/serving/outages/mean_up_seconds is set",
                      "on the wall clock, instances fail when their ranks die",
                      "leave it out, or set /clock to 'virtual'");
  std::set<std::string> labels;
  for (const Component& policy : policies)
    if (!labels.insert(schemes::label_of(policy)).second)
      throw ConfigError(fmt::format("{}/label: two policies are called '{}'", policy.where,
                                    schemes::label_of(policy)),
                        "tables and plots tell them apart by label",
                        "give each a \"label\" of its own");
}

}  // namespace laggard::serving
