// Decoders of curve codes for answers of which some are lies.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/table.hpp"
#include "schemes/scheme.hpp"

namespace laggard::schemes {

/// The answers as values on a curve.
struct CurveAnswers {
  MatrixView results;                 ///< a row for each worker
  std::span<const WorkerId> workers;  ///< ascending
  std::vector<double> knots;          ///< where the workers sit, ascending
  std::vector<double> targets;        ///< where the data sit, ascending
};

/// Sizes of a code.
struct CodeSizes {
  std::uint32_t data_points, expected_answers;
};

/// Why nobody would be honest, if so many lie; empty if somebody would.
std::string too_many_liars(std::uint32_t liars, const CodeSizes& sizes);

/// What the scheme makes of some answers without suspicion.
using PlainDecoder = std::function<Decoded(MatrixView, std::span<const WorkerId>)>;

class RobustDecoder {
 public:
  virtual ~RobustDecoder() = default;

  virtual Decoded decode(const CurveAnswers& answers, const PlainDecoder& plain) const = 0;

  /// Whether it only rejects answers, and the scheme's own decoder makes the estimates from those
  /// that are not flagged.
  virtual bool only_rejects() const { return true; }

  /// Why it cannot work with these sizes; empty if it can.
  virtual std::string conflict(const CodeSizes& /*sizes*/) const { return {}; }

  /// Whether the master is told who lies, see Scheme::is_told_who_lies().
  virtual bool is_told_who_lies() const { return false; }
};

using RobustKind = Kind<RobustDecoder>;

const std::vector<RobustKind>& robust_decoders();

/// The member "robust" of a curve scheme.
void robust_field(Fields& fields, Component& robust);

}  // namespace laggard::schemes
