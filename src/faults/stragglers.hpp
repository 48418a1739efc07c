// Which workers never answer in a trial, or in a step of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/table.hpp"
#include "core/types.hpp"
#include "faults/address.hpp"

namespace laggard::faults {

class Stragglers {
 public:
  virtual ~Stragglers() = default;

  /// Whether they are chosen to harm the scheme, which only an experiment that knows the answers
  /// can do; select() then gives others in their place.
  virtual bool knows_scheme() const { return false; }

  /// The lost ones among workers 0..workers-1, ascending, without repetition.
  virtual std::vector<WorkerId> select(const Occasion& at, std::uint32_t workers) const = 0;

  /// S for plots and for rules that need it before the trial: the number lost, or its mean
  /// rounded, among N = `workers`.
  virtual std::uint32_t expected(std::uint32_t workers) const = 0;

  /// The mean number lost, not rounded.
  virtual double mean(std::uint32_t workers) const { return expected(workers); }

  /// The share of trials in which this worker is lost: 1 for one that never answers, and the same
  /// for all where no worker differs from another.
  virtual double loss_probability(WorkerId, std::uint32_t workers) const {
    return mean(workers) / workers;
  }

  /// Why this cannot be applied to so many workers ("4 stragglers of 4 workers"); empty if it can.
  virtual std::string conflict(std::uint32_t workers) const = 0;
};

using StragglersKind = Kind<Stragglers>;

const std::vector<StragglersKind>& stragglers();

}  // namespace laggard::faults
