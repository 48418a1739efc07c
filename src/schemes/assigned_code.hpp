// Curve codes whose points are dealt to the workers by how reliable these are.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "schemes/curve.hpp"

namespace laggard::schemes {

/// The N points, those first whose loss costs least. Last come the ends, beyond which nothing could
/// be interpolated; before them the points of the data themselves, whose answers are estimates;
/// first all others. In each of these classes every point lies in the middle of the longest run of
/// points that do not stand before it, so that the first ones leave no large gap, however many are
/// lost. `beta` descends. O(N log N).
std::vector<std::uint32_t> points_by_cost(std::span<const double> alpha,
                                          std::span<const double> beta);

/// A curve code whose worker n stands at point point_of(n) instead of n: the less reliable a worker
/// is, the less does the loss of its point cost.
class AssignedCode final : public LinearScheme, public GradientCode {
 public:
  /// `workers`: all of the code's, the least reliable first; empty: by number. Where the points
  /// depend on the data, worker n stands at point n until for_data().
  AssignedCode(std::unique_ptr<CurveScheme> code, std::vector<WorkerId> workers);

  std::uint32_t point_of(WorkerId worker) const { return point_of_[worker]; }
  const CurveScheme& code() const { return *code_; }

  /// Answers in the order of their points.
  struct Placed {
    std::vector<WorkerId> points;  ///< ascending
    std::vector<Index> rows;       ///< where each of them stands among the received ones
    Matrix results;                ///< empty where no results were given
  };
  Placed place(std::span<const WorkerId> received) const;
  Placed place(MatrixView results, std::span<const WorkerId> received) const;

  std::uint32_t active_workers() const override { return code_->active_workers(); }
  bool path_ordering() const override { return code_->path_ordering(); }
  bool is_told_who_lies() const override { return code_->is_told_who_lies(); }
  double square_matrices() const override { return code_->square_matrices(); }
  CodecCost cost(const CodecSizes& sizes) const override { return code_->cost(sizes); }
  Caveat caveat(const Survivors& survivors) const override;
  std::unique_ptr<Scheme> for_data(const Matrix& data) const override;
  std::vector<Tunable> tunables() const override { return code_->tunables(); }

  Encoded encode(const Matrix& data) const override;
  Decoded decode(MatrixView results, std::span<const WorkerId> received) const override;
  Decoded decode_robustly(MatrixView results, std::span<const WorkerId> received) const override;

  Matrix encoder_matrix() const override;
  Matrix decoder_matrix(std::span<const WorkerId> received) const override;
  Matrix applied_decoder(MatrixView results, std::span<const WorkerId> received) const override;

  const GradientCode* gradients() const override { return this; }
  std::uint32_t parts() const override { return code_->parts(); }
  Matrix assignment() const override { return encoder_matrix(); }
  bool mixes_rows() const override { return code_->mixes_rows(); }
  bool weights_need_answers() const override { return code_->weights_need_answers(); }
  GradientWeights gradient_weights(std::span<const WorkerId> received,
                                   MatrixView answers) const override;
  Matrix part_decoder(std::span<const WorkerId> received, MatrixView answers) const override;

 private:
  /// Rows of points become rows of workers.
  Matrix by_worker(const Matrix& of_points) const;
  /// Columns of points become columns of received workers.
  static Matrix by_received(const Matrix& of_points, const Placed& placed);
  Decoded with_workers(Decoded decoded) const;

  std::unique_ptr<CurveScheme> code_;
  std::vector<WorkerId> by_reliability_;
  std::vector<std::uint32_t> point_of_;
  std::vector<WorkerId> worker_at_;
};

/// Whether this is a curve code whose points, or whose decoder, depend on data that it does not
/// know yet.
bool waits_for_data(const Scheme& scheme);

/// The kind of a curve scheme `X`, whose member "assignment" says which worker has which point.
template <class X>
SchemeKind curve_kind(std::string_view name, std::string_view summary) {
  SchemeKind result = kind<X, Scheme, const CodeContext&>(name, summary);
  result.make = [](Fields& reader, const CodeContext& context) -> std::unique_ptr<Scheme> {
    typename X::Config config;
    config.fields(reader);
    const bool by_reliability = config.assignment == "reliability";
    auto scheme = std::make_unique<X>(std::move(config), context);
    if (!by_reliability) return scheme;
    return std::make_unique<AssignedCode>(std::move(scheme), context.by_reliability);
  };
  return result;
}

}  // namespace laggard::schemes
