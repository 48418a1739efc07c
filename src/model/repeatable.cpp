#include "model/repeatable.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"

namespace laggard::model {
namespace {

/// Of batches of one size, relative to the largest output: what single precision leaves where sums
/// are taken in another order (atomic additions of a GPU). On a processor the bits are equal.
constexpr double kSameSize = 1e-5;

/// Of batches of another size, which go through other kernels: networks may compute in bfloat16 (8
/// binary digits, so that a sum differs by 2^-7) or TF32.
constexpr double kOtherSize = 0.02;

void evaluate(const Model& model, MatrixView inputs, Matrix& outputs, Index first) {
  model.forward(inputs, {outputs.data() + first * outputs.cols(), inputs.rows(), outputs.cols()});
}

double largest_finite(const Matrix& values) {
  double largest = 0.0;
  for (const double value : values.reshaped())
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  return largest;
}

/// 0 for equal values, also if both are infinite or no numbers; infinite if one is finite.
double distance(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0.0;
  const double difference = std::abs(a - b);
  return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

/// Errors: DataError if the values differ by more than `tolerance` times the largest.
void require_equal(const Matrix& first, const Matrix& second, double tolerance,
                   const std::string& problem, const std::string& remedy) {
  const double allowed = tolerance * std::max(largest_finite(first), largest_finite(second));
  for (Index row = 0; row < first.rows(); ++row)
    for (Index column = 0; column < first.cols(); ++column) {
      const double one = first(row, column), other = second(row, column);
      if (distance(one, other) > allowed)
        throw DataError(problem,
                        fmt::format("output {} of input {} was {:.6g}, then {:.6g}", column + 1,
                                    row + 1, one, other),
                        remedy);
    }
}

}  // namespace

void require_repeatable(const Model& model, const Matrix& inputs, const std::string& name) {
  const Index count = inputs.rows();
  Matrix together(count, model.outputs()), other = together;
  const auto all = rows_of(inputs, 0, count);
  evaluate(model, all, together, 0);
  evaluate(model, all, other, 0);
  require_equal(together, other, kSameSize,
                fmt::format("{} gives other outputs whenever it is asked", name),
                "a network must draw no random numbers: call model.eval() before you trace it, so "
                "that its dropout is off");

  const std::string remedy =
      "an output may depend on its own input only: call model.eval() before you trace the network, "
      "so that its normalisation does not look at the batch";
  Matrix among_copies(count, model.outputs());
  for (Index row = 0; row < count; ++row) {
    // At its own place in a batch of the same size: the same kernels do the same additions.
    const Matrix copies = inputs.row(row).replicate(count, 1);
    evaluate(model, rows_of(copies, 0, count), other, 0);
    among_copies.row(row) = other.row(row);
  }
  require_equal(
      together, among_copies, kSameSize,
      fmt::format("{} gives an input other outputs when other inputs are in its batch", name),
      remedy);
  for (Index row = 0; row < count; ++row) evaluate(model, rows_of(inputs, row, 1), other, row);
  require_equal(
      together, other, kOtherSize,
      fmt::format("{} gives an input other outputs when it is alone than in a batch of {}", name,
                  count),
      remedy);
}

}  // namespace laggard::model
