#include "schemes/scheme.hpp"

#include <fmt/format.h>

#include <limits>
#include <set>

#include "config/reader.hpp"
#include "schemes/approximate_gradient_coding.hpp"
#include "schemes/assigned_code.hpp"
#include "schemes/bacc.hpp"
#include "schemes/curve_code.hpp"
#include "schemes/gradient_coding.hpp"
#include "schemes/lcc.hpp"
#include "schemes/learned.hpp"
#include "schemes/letcc.hpp"
#include "schemes/matrices.hpp"
#include "schemes/nercc.hpp"
#include "schemes/parm.hpp"
#include "schemes/replication.hpp"
#include "schemes/uncoded.hpp"

namespace laggard::schemes {

CodecCost Scheme::cost(const CodecSizes& sizes) const {
  const auto& [points, width, outputs, received] = sizes;
  return {2.0 * active_workers() * points * width, (2.0 * outputs + 5.0) * points * received};
}

std::vector<double> Scheme::errors_without_each(MatrixView results,
                                                std::span<const WorkerId> received,
                                                const Matrix& truth) const {
  std::vector<double> errors;
  std::vector<WorkerId> others(received.begin() + 1, received.end());
  Matrix answers = results.bottomRows(results.rows() - 1);
  for (std::size_t i = 0; i < received.size(); ++i) {
    if (i > 0) {
      others[i - 1] = received[i - 1];
      answers.row(static_cast<Index>(i) - 1) = results.row(static_cast<Index>(i) - 1);
    }
    const bool decodable = !others.empty() || decodes_nothing();
    errors.push_back(
        decodable
            ? (decode(rows_of(answers, 0, answers.rows()), others).estimates - truth).squaredNorm()
            : std::numeric_limits<double>::infinity());
  }
  return errors;
}

Encoded LinearScheme::encode(const Matrix& data) const {
  if (!encoder_) encoder_ = encoder_matrix();
  return {*encoder_ * data, kNaN};
}

Decoded LinearScheme::decode(MatrixView results, std::span<const WorkerId> received) const {
  return {decoder_matrix(received) * results, 0, kNaN};
}

const std::vector<SchemeKind>& schemes() {
  using Context = const CodeContext&;
  static const std::vector<SchemeKind> table{
      kind<Uncoded, Scheme, Context>("uncoded", "worker k computes f(x_k); no redundancy"),
      kind<Replication, Scheme, Context>("replication", "each x_k goes to about N/K workers"),
      curve_kind<Lcc>("lcc", "Lagrange coded computing: polynomial interpolation"),
      curve_kind<Bacc>("bacc", "Berrut approximated coded computing: rational"),
      curve_kind<Nercc>("nercc",
                        "nested regression: splines; SciPy's lam is lambda times the points"),
      curve_kind<Letcc>("letcc", "Sobolev-optimal: splines, lambda as in nercc"),
      curve_kind<CurveCode>("curve", "points, encoder and decoder chosen one by one"),
      kind<Matrices, Scheme, Context>("matrices", "your own linear code, from an HDF5 file"),
      kind<Parm, Scheme, Context>("parm", "parity models: groups of k with r trained parities"),
      kind<Learned, Scheme, Context>("learned", "encoder and decoder are trained networks"),
      kind<GradientCoding, Scheme, Context>(
          "gradient_coding", "training only: the exact gradient from any N - s workers"),
      kind<ApproximateGradientCoding, Scheme, Context>(
          "approximate_gradient_coding",
          "training only: sums of a few parts' gradients, weighted to come close to all parts"),
  };
  return table;
}

std::string label_of(const Component& scheme) {
  const std::string label = config::members_of(scheme).value("label", "");
  return label.empty() ? scheme.kind : label;
}

void refuse_training(const CodeContext& context) {
  if (context.gradients)
    throw ConfigError(
        fmt::format("{} codes values of f", context.where), "training adds gradients up",
        "use uncoded, replication, gradient_coding, approximate_gradient_coding, or a "
        "curve code such as bacc, nercc, letcc or curve");
}

void check_labels(const std::vector<Component>& schemes) {
  if (schemes.empty())
    throw ConfigError("/schemes is empty", "there is nothing to compare",
                      "list at least one scheme");
  std::set<std::string> labels;
  for (const Component& scheme : schemes)
    if (!labels.insert(label_of(scheme)).second)
      throw ConfigError(
          fmt::format("{}/label: two schemes are called '{}'", scheme.where, label_of(scheme)),
          "tables and plots tell them apart by label", "give each a \"label\" of its own");
}

void label_field(Fields& fields, std::string& label) {
  fields.text({"label", "name in tables and plots; empty: the kind"}, label);
}

}  // namespace laggard::schemes
