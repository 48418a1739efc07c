// A server whose instances are workers of the transport.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "experiment/serving/deployment.hpp"
#include "experiment/serving/predictions.hpp"
#include "experiment/serving/server.hpp"
#include "round/clock.hpp"

namespace laggard::serving {

/// What a wall server works with besides its scene.
struct WallStage {
  const Deployment& deployment;
  const data::Sample& queries;
  std::size_t policy = 0;  ///< its number in the configuration
  round::ClockParts parts;
};

/// The frontend on the wall clock. Instance i is block i of the transport, with a worker for each
/// query of a batch; its answer comes after the model's computing time and the time of the service
/// that the scene draws, which the rank waits with a timer. Queries come at their drawn times,
/// whatever is still unanswered. An instance on a rank that dies fails, and comes back where the
/// roster gives it another rank, or its own one again. Encoding takes the time that it takes.
class WallServer final : public Server {
 public:
  /// Waits until every instance has answered once, so that no rank loads its model while the clock
  /// runs. Errors: Interrupted, RunError from workers.
  WallServer(const Scene& scene, const Policy& policy, const WallStage& stage);

  const std::vector<round::RankFailure>& failures() const { return failures_; }
  const Predictions& predictions() const { return predictions_; }

 private:
  /// The job of an instance.
  struct Work {
    Task task;
    std::shared_ptr<transport::Round> round;  // null: there is none
    Index answers_missing = 0;                // rows
    std::uint32_t rank = 0;                   // as results call it
  };

  void advance() override;
  void begin(std::uint32_t instance, const Task& task, Seconds done) override;
  void on_substitute(Batch batch) override { predictions_.substitute(batch); }

  void warm_up();
  void send(std::uint32_t instance, const Task& task, Seconds delay_s);
  /// The instance whose job is done with this answer, if there is one.
  std::optional<std::uint32_t> completed(const transport::Arrival& arrival);
  void take(const transport::Arrival& arrival);
  void lose(std::uint32_t rank);
  /// Idle instances without a rank take no jobs.
  void fail_the_lost();
  void recover_those_with_a_rank();
  Seconds elapsed_s() const { return stage_.parts.time.now() - begun_s_; }

  WallStage stage_;
  Predictions predictions_;
  std::vector<Work> work_;  // by instance
  std::vector<round::RankFailure> failures_;
  bool any_down_ = false;
  Seconds begun_s_ = 0.0;
};

}  // namespace laggard::serving
