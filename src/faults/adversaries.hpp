// Workers that lie, and know what the others have answered.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/table.hpp"
#include "faults/address.hpp"

namespace laggard::faults {

/// The answers of a round, and what liars may know beside them.
struct Collected {
  std::span<const WorkerId> workers;  ///< whose answers are in, ascending
  Matrix& answers;                    ///< a row for each of them, which lies overwrite
  std::uint32_t active = 0;           ///< workers of the code
  const Matrix& truth;                ///< K x m, in the order of the decoder's rows
  /// K x |workers|, if the scheme decodes with a matrix: the one for these answers.
  std::function<std::optional<Matrix>()> decoder;
};

struct Lies {
  std::vector<WorkerId> liars;  ///< ascending
  /// The largest error of any value that as many liars can cause to the decoder that they attack;
  /// NaN where nobody computes it.
  double largest_error = kNaN;
};

/// A stage of its own at the master, after noise and before decoding, so that liars can collude.
class Adversaries {
 public:
  virtual ~Adversaries() = default;

  virtual Lies lie(const Occasion& at, const Collected& collected) const = 0;

  /// Whether nobody ever lies.
  virtual bool silent() const { return false; }

  /// Why this cannot be applied to N workers of which so many answers are expected; empty if it
  /// can.
  virtual std::string conflict(std::uint32_t workers, std::uint32_t answers) const = 0;
};

using AdversariesKind = Kind<Adversaries>;

const std::vector<AdversariesKind>& adversaries();

}  // namespace laggard::faults
