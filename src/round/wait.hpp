// When the master stops waiting: pure objects that compose (R4).
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/table.hpp"
#include "core/types.hpp"

namespace laggard::round {

/// How a round stands.
struct RoundState {
  std::uint32_t arrived = 0;
  std::uint32_t coming = 0;  ///< answers that will still arrive
  std::uint32_t lost = 0;    ///< workers that will never answer
  Seconds elapsed_s = 0.0;
  const std::vector<char>* in = nullptr;  ///< by worker: whether its answer has arrived
};

/// When tasks are sent a second time, to workers that are done: at `factor` times the median of the
/// workers' answers.
struct Relaunch {
  double factor = 1.5;
};

class WaitPolicy {
 public:
  virtual ~WaitPolicy() = default;
  /// May the master decode now?
  virtual bool satisfied(const RoundState& state) const = 0;
  /// The moment at which it is satisfied if nothing more arrives.
  virtual Seconds deadline_s(const RoundState& /*state*/) const {
    return std::numeric_limits<Seconds>::infinity();
  }
  /// Whether it matters who of several equally fast workers answers first.
  virtual bool order_matters() const { return true; }
  /// What it does about slow workers while it waits; nothing: it only waits.
  virtual std::optional<Relaunch> relaunch() const { return std::nullopt; }
  /// With how many answers of N it is satisfied at the latest.
  virtual std::uint32_t most_answers(std::uint32_t workers) const { return workers; }
  /// Why this makes no sense with N workers; empty if it does.
  virtual std::string conflict(std::uint32_t /*workers*/) const { return ""; }
};

using WaitKind = Kind<WaitPolicy>;
const std::vector<WaitKind>& waits();

/// Everybody who will ever answer.
class WaitAll final : public WaitPolicy {
 public:
  using Config = NoParameters;
  explicit WaitAll(Config) {}
  bool satisfied(const RoundState& state) const override { return state.coming == 0; }
  bool order_matters() const override { return false; }
};

/// The first `count` answers, or all if fewer come: workers are lost, or a
/// scheme uses fewer.
class WaitFastest final : public WaitPolicy {
 public:
  struct Config {
    std::uint32_t count = 0;
    void fields(Fields& fields);
  };
  /// Errors: ConfigError if no count is given: one answer would be a strange default, and more are
  /// not there in every experiment.
  explicit WaitFastest(Config config);
  bool satisfied(const RoundState& state) const override {
    return state.arrived >= config_.count || state.coming == 0;
  }
  std::uint32_t most_answers(std::uint32_t workers) const override {
    return std::min(workers, config_.count);
  }
  std::string conflict(std::uint32_t workers) const override;

 private:
  Config config_;
};

/// Until a moment after the dispatch, everything that arrives at that moment
/// included; sooner only if nobody is missing.
class WaitDeadline final : public WaitPolicy {
 public:
  struct Config {
    double seconds = 1.0;
    void fields(Fields& fields);
  };
  explicit WaitDeadline(Config config) : config_(config) {}
  bool satisfied(const RoundState& state) const override {
    return state.elapsed_s > config_.seconds || (state.coming == 0 && state.lost == 0);
  }
  Seconds deadline_s(const RoundState&) const override { return config_.seconds; }

 private:
  Config config_;
};

/// Whichever of several policies is satisfied first.
class WaitAnyOf final : public WaitPolicy {
 public:
  struct Config {
    std::vector<Component> policies{{"all", "{}", ""}};
    void fields(Fields& fields);
  };
  /// Errors: ConfigError for an empty list.
  explicit WaitAnyOf(Config config);
  bool satisfied(const RoundState& state) const override;
  Seconds deadline_s(const RoundState& state) const override;
  std::uint32_t most_answers(std::uint32_t workers) const override;
  /// The first one among the policies.
  std::string conflict(std::uint32_t workers) const override;

 private:
  std::vector<std::unique_ptr<WaitPolicy>> policies_;
};

/// Sends the tasks of those that are missing again, to workers that are done. The first copy that
/// comes back counts.
class WaitRelaunch final : public WaitPolicy {
 public:
  struct Config {
    double factor = 1.5;
    Component then{"all", "{}", "/wait/then"};
    void fields(Fields& fields);
  };
  /// Errors: ConfigError for a policy within that relaunches as well.
  explicit WaitRelaunch(Config config);
  bool satisfied(const RoundState& state) const override { return then_->satisfied(state); }
  Seconds deadline_s(const RoundState& state) const override { return then_->deadline_s(state); }
  std::uint32_t most_answers(std::uint32_t workers) const override {
    return then_->most_answers(workers);
  }
  std::optional<Relaunch> relaunch() const override { return Relaunch{factor_}; }
  std::string conflict(std::uint32_t workers) const override { return then_->conflict(workers); }

 private:
  double factor_;
  std::unique_ptr<WaitPolicy> then_;
};

/// Who answers in a trial, and when: the same for all its schemes.
struct Arrivals {
  std::vector<Seconds> delay_s;  ///< by worker; infinite: it never answers
  std::vector<WorkerId> order;   ///< those who answer, by delay; chance settles ties
  /// Delay of the copy of a task at the worker that has it; empty: no copies are sent.
  std::function<Seconds(WorkerId task, WorkerId worker)> copy_delay_s{};
};

/// The same if `more` workers never answer.
Arrivals without(const Arrivals& arrivals, const std::vector<WorkerId>& more);

/// Who is in by the time the policy is satisfied, on the virtual clock.
struct CutOff {
  std::vector<WorkerId> used;  ///< ascending
  Seconds time_s = 0.0;
};

/// Among the first `active` workers.
CutOff cut_off(const WaitPolicy& policy, const Arrivals& arrivals, std::uint32_t active);

}  // namespace laggard::round
