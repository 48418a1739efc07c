#include "output/row_order.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "hdf5/table.hpp"

namespace laggard::output {
namespace {

void sort_table(hdf5::File& file, const TableSpec& table, const std::vector<PointRecord>& points) {
  const hdf5::RawRows rows(file, table);
  const auto key = [&](std::size_t row) {
    const std::uint32_t point = rows.point(row);
    const std::uint32_t in = point < points.size() ? points[point].combination : UINT32_MAX;
    return std::tuple(in, rows.trial(row), point);
  };
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto before = [&](std::size_t a, std::size_t b) { return key(a) < key(b); };
  if (std::is_sorted(order.begin(), order.end(), before)) return;
  std::stable_sort(order.begin(), order.end(), before);
  file.remove(std::string(table.name));
  hdf5::BufferedTable sorted(file, table);
  for (const std::size_t row : order) sorted.append(rows.at(row), 1);
  sorted.write();
}

}  // namespace

void sort_rows(hdf5::File& file, const std::vector<PointRecord>& points, const Layout& layout) {
  for (const Layout::Table& table : layout.tables)
    if (table.role != TableRole::kLog) sort_table(file, *table.spec, points);
}

}  // namespace laggard::output
