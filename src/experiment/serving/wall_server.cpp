#include "experiment/serving/wall_server.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "core/interrupt.hpp"

namespace laggard::serving {
namespace {

constexpr Seconds kPatience_s = 0.2;  // then the frontend looks for signals

}  // namespace

WallServer::WallServer(const Scene& scene, const Policy& policy, const WallStage& stage)
    : Server(scene, policy),
      stage_(stage),
      predictions_(stage.queries, scene.config.queries, scene.config.batch, policy.jobs(),
                   stage.deployment.outputs()),
      work_(instances()) {
  warm_up();
  begun_s_ = stage_.parts.time.now();
}

void WallServer::warm_up() {
  std::uint32_t awaited = 0;
  for (std::uint32_t instance = 0; instance < instances(); ++instance) {
    if (stage_.parts.transport.roster().is_lost(instance)) continue;
    send(instance, {0}, 0.0);
    ++awaited;
  }
  while (awaited > 0) {
    if (interrupted()) throw Interrupted("interrupted");
    const auto arrival = stage_.parts.transport.receive(kPatience_s);
    if (!arrival) continue;
    if (arrival->failed != 0) {
      failures_.push_back({arrival->failed, stage_.parts.time.now()});
      for (Work& work : work_)
        if (work.round && work.rank == arrival->failed) {
          work.round.reset();
          --awaited;
        }
    } else if (const auto instance = completed(*arrival)) {
      work_[*instance].round.reset();
      --awaited;
    }
  }
  fail_the_lost();
}

void WallServer::fail_the_lost() {
  for (std::uint32_t instance = 0; instance < instances(); ++instance)
    if (!is_down(instance) && is_idle(instance) &&
        stage_.parts.transport.roster().is_lost(instance)) {
      fail(instance);
      any_down_ = true;
    }
}

void WallServer::send(std::uint32_t instance, const Task& task, Seconds delay_s) {
  const std::uint32_t batch = scene().config.batch;
  transport::Transport& transport = stage_.parts.transport;
  transport::Round round;
  round.trial = scene().trial.trial;
  round.scheme = stage_.deployment.function_of(stage_.policy, task);
  round.block_size = batch;
  round.first_worker = instance * batch;
  round.inputs = std::make_shared<const Matrix>(predictions_.inputs(task));
  const Index rows = round.inputs->rows();
  round.results = std::make_shared<Matrix>(rows, stage_.deployment.outputs());
  work_[instance] = {task, transport.open(std::move(round)), rows,
                     transport.roster().rank_of(instance)};
  const std::vector<Seconds> delays(static_cast<std::size_t>(rows), delay_s);
  transport.dispatch(*work_[instance].round, {instance * batch, static_cast<std::uint32_t>(rows)},
                     delays);
}

void WallServer::begin(std::uint32_t instance, const Task& task, Seconds done) {
  send(instance, task, done - now_);
}

void WallServer::advance() {
  if (interrupted()) throw Interrupted("interrupted");
  if (any_down_) recover_those_with_a_rank();
  Seconds patience_s = agenda().empty() ? kPatience_s : agenda().time() - elapsed_s();
  if (patience_s <= 0.0) {
    now_ = agenda().time();  // what was to happen then is late by a moment, but not planned later
    on_event(agenda().next());
    patience_s = 0.0;
  }
  if (const auto arrival = stage_.parts.transport.receive(std::min(patience_s, kPatience_s)))
    take(*arrival);
}

std::optional<std::uint32_t> WallServer::completed(const transport::Arrival& arrival) {
  const std::uint32_t instance = arrival.block.first_worker / scene().config.batch;
  if (instance >= work_.size()) return std::nullopt;
  Work& work = work_[instance];
  // An answer to an earlier job: its rank was believed dead, or the trial before ended without it.
  if (!work.round || work.round->number != arrival.block.round) return std::nullopt;
  work.answers_missing -= arrival.block.count;
  return work.answers_missing == 0 ? std::optional(instance) : std::nullopt;
}

void WallServer::take(const transport::Arrival& arrival) {
  now_ = elapsed_s();
  if (arrival.failed != 0) return lose(arrival.failed);
  const auto instance = completed(arrival);
  if (!instance) return;
  Work& work = work_[*instance];
  predictions_.take(work.task, *std::exchange(work.round, nullptr)->results);
  on_done(*instance);
}

void WallServer::lose(std::uint32_t rank) {
  failures_.push_back({rank, stage_.parts.time.now()});
  fail_the_lost();  // first: a job that begins again must not go to one of them
  for (std::uint32_t instance = 0; instance < instances(); ++instance) {
    if (!work_[instance].round || work_[instance].rank != rank) continue;
    work_[instance].round.reset();
    fail(instance);
    any_down_ = true;
  }
  recover_those_with_a_rank();
  if (!serves_queries())
    throw RunError("no instance is left that serves queries",
                   "their ranks died, and /failures/workers is \"lost\"",
                   "set it to \"reassign\", or use more ranks; --resume continues");
}

void WallServer::recover_those_with_a_rank() {
  any_down_ = false;
  for (std::uint32_t instance = 0; instance < instances(); ++instance) {
    if (!is_down(instance)) continue;
    if (stage_.parts.transport.roster().is_lost(instance))
      any_down_ = true;
    else
      recover(instance);
  }
}

}  // namespace laggard::serving
