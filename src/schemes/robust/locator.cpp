#include "schemes/robust/locator.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace laggard::schemes {
namespace {

/// Some of the answers, with the numbers of their rows.
struct Part {
  std::vector<Index> rows;
  std::vector<WorkerId> workers;
  Matrix results;

  CurveAnswers of(const CurveAnswers& answers) const {
    CurveAnswers part{rows_of(results, 0, results.rows()), workers, {}, answers.targets};
    for (const Index row : rows) part.knots.push_back(answers.knots[static_cast<std::size_t>(row)]);
    return part;
  }
};

template <class Test>
Part part_of(const CurveAnswers& answers, const Test& keep) {
  Part part;
  for (Index row = 0; row < answers.results.rows(); ++row) {
    if (!keep(row)) continue;
    part.rows.push_back(row);
    part.workers.push_back(answers.workers[static_cast<std::size_t>(row)]);
  }
  part.results = answers.results(part.rows, Eigen::all);
  return part;
}

Decoded all_lost(const CurveAnswers& answers) {
  const auto points = static_cast<Index>(answers.targets.size());
  return {Matrix::Constant(points, answers.results.cols(), kNaN),
          static_cast<std::uint32_t>(points)};
}

}  // namespace

Decoded Locator::decode(const CurveAnswers& answers, const PlainDecoder& plain) const {
  const Part finite =
      part_of(answers, [&](Index row) { return answers.results.row(row).allFinite(); });
  std::vector<WorkerId> kept = finite.workers;
  Decoded decoded;
  if (finite.rows.size() < least_answers(answers.targets.size())) {
    decoded = all_lost(answers);
  } else {
    const CurveAnswers suspected = finite.of(answers);
    const std::vector<Index> rejected = locate(suspected);
    const Part honest = part_of(suspected, [&](Index row) {
      return !std::binary_search(rejected.begin(), rejected.end(), row);
    });
    kept = honest.workers;
    decoded = plain(rows_of(honest.results, 0, honest.results.rows()), honest.workers);
  }
  std::set_difference(answers.workers.begin(), answers.workers.end(), kept.begin(), kept.end(),
                      std::back_inserter(decoded.flagged));
  return decoded;
}

std::string Locator::conflict(const CodeSizes& sizes) const {
  const std::size_t least = least_answers(sizes.data_points);
  const std::uint32_t left = sizes.workers - std::min(sizes.workers, sizes.expected_stragglers);
  if (left >= least) return {};
  return fmt::format("{} liars among N - S = {} answers of K = {} points: locating takes {}",
                     adversaries_, left, sizes.data_points, least);
}

void adversaries_field(Fields& fields, std::uint32_t& adversaries) {
  fields.integer({"adversaries", "B, the largest number of liars to expect"}, adversaries);
}

}  // namespace laggard::schemes
