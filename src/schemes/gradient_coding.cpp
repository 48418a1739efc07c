#include "schemes/gradient_coding.hpp"

#include <fmt/format.h>

#include <Eigen/LU>

#include "core/random.hpp"

namespace laggard::schemes {
namespace {

Matrix cyclic_code(std::uint32_t workers, std::uint32_t s, std::uint32_t seed) {
  Matrix code = Matrix::Zero(workers, workers);
  if (s == 0) {
    code.setIdentity();
    return code;
  }
  Stream stream({seed, Purpose::kModel, 0, 0});
  Matrix h(s, workers);
  fill_standard_normal(stream, {h.data(), static_cast<std::size_t>(h.size())});
  h.col(workers - 1) = -h.leftCols(workers - 1).rowwise().sum();
  Matrix others(s, s);
  for (std::uint32_t n = 0; n < workers; ++n) {
    for (std::uint32_t j = 0; j < s; ++j) others.col(j) = h.col((n + 1 + j) % workers);
    const Vector rest = others.partialPivLu().solve(-h.col(n));
    code(n, n) = 1.0;
    for (std::uint32_t j = 0; j < s; ++j) code(n, (n + 1 + j) % workers) = rest[j];
  }
  return code;
}

}  // namespace

void GradientCoding::Config::fields(Fields& fields) {
  label_field(fields, label);
  fields.text({"code", "which worker computes which parts"}, code,
              {"fractional_repetition", "cyclic"});
  fields.integer({"s", "number of lost workers up to which the gradient is exact"}, s);
  fields.boolean(
      {"debias",
       "where more than s workers are lost, a mean over the parts that arrived (cyclic "
       "code: what comes closest, scaled to the sum 1); false: missing parts count as 0"},
      debias);
  fields.integer({"seed", "seed of the coefficients of the cyclic code"}, seed);
}

GradientCoding::GradientCoding(Config config, const CodeContext& context)
    : GradientScheme(context, "gradient_coding"),
      workers_(context.workers),
      cyclic_(config.code == "cyclic"),
      debias_(config.debias) {
  if (config.s >= workers_)
    throw Inapplicable(
        fmt::format("s = {} of N = {} workers: one must answer", config.s, workers_));
  if (!cyclic_ && workers_ % (config.s + 1) != 0)
    throw Inapplicable(fmt::format("N = {} is no multiple of s + 1 = {}", workers_, config.s + 1));
  assignment_ = cyclic_ ? cyclic_code(workers_, config.s, config.seed)
                        : copies_in_turn(workers_, workers_ / (config.s + 1));
}

GradientWeights GradientCoding::gradient_weights(std::span<const WorkerId> received,
                                                 MatrixView /*answers*/) const {
  if (!cyclic_) {
    Vector weights = first_copies(received, parts());  // a mean over the parts that arrived
    if (!debias_) weights *= static_cast<double>((weights.array() != 0.0).count()) / parts();
    return {std::move(weights)};
  }
  Vector weights = optimal_weights(assignment_, received);
  constexpr double kLeastSum = 0.1;
  if (debias_) debias(assignment_, received, weights, kLeastSum);
  return {std::move(weights)};
}

}  // namespace laggard::schemes
