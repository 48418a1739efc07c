#include "output/row_order.hpp"

#include <algorithm>
#include <tuple>

#include "output/rows.hpp"

namespace laggard::output {
namespace {

/// The combination of every point: its points are neighbours and have the same parameters.
std::vector<std::uint32_t> combinations(const std::vector<PointRecord>& points) {
  std::vector<std::uint32_t> combination(points.size(), 0);
  for (std::size_t i = 1; i < points.size(); ++i)
    combination[i] =
        combination[i - 1] + (points[i].parameters == points[i - 1].parameters ? 0U : 1U);
  return combination;
}

template <class Row>
void sort_table(hdf5::File& file, const std::string& dataset,
                const std::vector<std::uint32_t>& combination) {
  std::vector<Row> rows = hdf5::read_rows<Row>(file, dataset);
  const auto key = [&](const Row& row) {
    const std::uint32_t in = row.point < combination.size() ? combination[row.point] : UINT32_MAX;
    return std::tuple(in, row.trial, row.point);
  };
  const auto before = [&](const Row& a, const Row& b) { return key(a) < key(b); };
  if (std::is_sorted(rows.begin(), rows.end(), before)) return;
  std::stable_sort(rows.begin(), rows.end(), before);
  file.remove(dataset);
  hdf5::Table<Row> table(file, dataset);
  for (const Row& row : rows) table.append(row);
  table.write();
}

}  // namespace

void sort_rows(hdf5::File& file) {
  const std::vector<std::uint32_t> combination = combinations(read_points(file));
  sort_table<TrialRow>(file, "/trials", combination);
  sort_table<TimingRow>(file, "/timings", combination);
}

}  // namespace laggard::output
