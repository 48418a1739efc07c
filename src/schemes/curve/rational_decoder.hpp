// Decoders that are rational interpolants in barycentric form.
#pragma once

#include "schemes/curve/parts.hpp"

namespace laggard::schemes {

/// Berrut's first interpolant. Its signs alternate over the survivors in sorted order; only then
/// has it no real pole. The signs of the workers' own indices are there to study how wrong they
/// are. O(K |F|).
class BerrutDecoder final : public CurveDecoder {
 public:
  enum class Signs { kAlternating, kOfWorkers };

  explicit BerrutDecoder(Signs signs = Signs::kAlternating) : signs_(signs) {}

  Matrix matrix(const CurveNodes& nodes) const override;

 private:
  Signs signs_;
};

/// Floater and Hormann's of a degree, or of the one that errs least at answers that are left out.
class FloaterHormannDecoder final : public CurveDecoder {
 public:
  /// A whole number or "loo".
  explicit FloaterHormannDecoder(NumberOrRule degree) : degree_(std::move(degree)) {}

  Matrix matrix(const CurveNodes& nodes) const override;
  bool needs_answers() const override { return degree_.is("loo"); }
  DecoderMatrix matrix_for(const CurveNodes& nodes, MatrixView answers) const override;
  std::vector<Tunable> tunables() const override;
  /// |F|^2 m operations for the degree "loo".
  void add_cost(const CodecSizes& sizes, CodecCost& cost) const override;

 private:
  NumberOrRule degree_;
};

}  // namespace laggard::schemes
