#include "schemes/robust/locator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace laggard::schemes {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

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

/// The largest number of each row; infinite where a row has one that is not finite.
std::vector<double> sizes_of(MatrixView results) {
  std::vector<double> sizes;
  for (Index row = 0; row < results.rows(); ++row)
    sizes.push_back(results.row(row).allFinite() ? results.row(row).cwiseAbs().maxCoeff()
                                                 : kInfinity);
  return sizes;
}

/// Beyond it, the others vanish when squares are taken or all are divided by the largest.
double largest_believable(std::vector<double> sizes) {
  constexpr double kFar = 1e12, kLargest = std::numeric_limits<double>::max();
  std::erase(sizes, kInfinity);
  if (sizes.empty()) return kLargest;
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return *middle > 0.0 && *middle < kLargest / kFar ? kFar * *middle : kLargest;
}

Decoded all_lost(const CurveAnswers& answers) {
  const auto points = static_cast<Index>(answers.targets.size());
  return {Matrix::Constant(points, answers.results.cols(), kNaN),
          static_cast<std::uint32_t>(points)};
}

}  // namespace

Decoded Locator::decode(const CurveAnswers& answers, const PlainDecoder& plain) const {
  const std::vector<double> sizes = sizes_of(answers.results);
  const double largest = largest_believable(sizes);
  const Part finite =
      part_of(answers, [&](Index row) { return sizes[static_cast<std::size_t>(row)] <= largest; });
  std::vector<WorkerId> kept = finite.workers;
  Decoded decoded;
  // A huge answer is a lie, one of the B; one that is no number may be a honest worker's overflow.
  const auto found = std::count_if(sizes.begin(), sizes.end(),
                                   [&](double size) { return size > largest && size < kInfinity; });
  const std::size_t liars =
      adversaries_ - std::min<std::size_t>(adversaries_, static_cast<std::size_t>(found));
  if (finite.rows.size() < least_answers(answers.targets.size(), liars)) {
    decoded = all_lost(answers);
  } else {
    const CurveAnswers suspected = finite.of(answers);
    const std::vector<Index> rejected = liars > 0 ? locate(suspected, liars) : std::vector<Index>();
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
  const std::size_t least = least_answers(sizes.data_points, adversaries_);
  if (sizes.expected_answers >= least) return {};
  return fmt::format(
      "a defence against up to {} liars takes {} answers, and {} are expected (N - S, or as many "
      "as /wait takes); lower robust/adversaries, or take more workers",
      adversaries_, least, sizes.expected_answers);
}

void adversaries_field(Fields& fields, std::uint32_t& adversaries) {
  fields.integer({"adversaries", "B, the largest number of liars to expect"}, adversaries);
}

}  // namespace laggard::schemes
