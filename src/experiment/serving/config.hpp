// The keys of a serving experiment: how long do users wait, and how many answers are approximate?
#pragma once

#include <cstdint>
#include <vector>

#include "config/experiment.hpp"
#include "core/fields.hpp"
#include "experiment/serving/policy.hpp"
#include "experiment/serving/server.hpp"
#include "round/time_model.hpp"

namespace laggard::serving {

/// The server and its load, whatever the policy is.
struct ServingConfig {
  Instances instances{12, 6, 2};
  std::uint32_t warmup = 2000;
  Component arrivals{"poisson", "{}", "/serving/arrivals"};
  Component service{"round_trip", "{}", "/serving/service"};
  ServerConfig server;
  Seconds hold = 0.0;
  NumberOrRule accuracy{kNaN, "unknown"};

  ServingConfig() { server.transfers.count = 4; }

  void fields(Fields& fields);
  /// Errors: ConfigError for what single keys cannot tell.
  void check() const;
};

class Config final : public config::ExperimentConfig {
 public:
  Config();

  void fields(Fields& fields) override;
  std::uint32_t points() const override { return static_cast<std::uint32_t>(policies.size()); }
  void check() const override;
  bool measures_time() const override { return clock == "wall"; }

  std::string clock = "virtual";
  // What is served on the wall clock, and what has the size of messages on the virtual one.
  Component dataset{"uniform", "{}", "/dataset"};
  Component model{"expression", "{}", "/model"};
  Component speeds{"equal", "{}", "/speeds"};
  round::TimeConfig time;
  std::vector<Component> policies{{"equal_resources", "{}", "/policies/0"},
                                  {"parm", "{}", "/policies/1"}};
  ServingConfig serving;
  bool write_queries = false;  ///< /queries: one row per query
};

}  // namespace laggard::serving
