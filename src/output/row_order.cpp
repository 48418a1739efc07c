#include "output/row_order.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "hdf5/table.hpp"

namespace laggard::output {
namespace {

/// What orders the rows, of every table.
struct Key {
  static std::vector<Column> columns() {
    return {column<Key>("point", &Key::point, ""), column<Key>("trial", &Key::trial, "")};
  }

  std::uint32_t point = 0;
  std::uint32_t trial = 0;
};

void sort_table(hdf5::File& file, const TableSpec& table, const std::vector<PointRecord>& points) {
  const auto keys = hdf5::read_rows<Key>(file, std::string(table.name));
  const auto place = [&](const Key& key) {
    const std::uint32_t in = key.point < points.size() ? points[key.point].combination : UINT32_MAX;
    return std::tuple(in, key.trial, key.point);
  };
  const auto sooner = [&](const Key& a, const Key& b) { return place(a) < place(b); };
  if (std::is_sorted(keys.begin(), keys.end(), sooner)) return;
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto before = [&](std::size_t a, std::size_t b) { return sooner(keys[a], keys[b]); };
  std::stable_sort(order.begin(), order.end(), before);
  const hdf5::RawRows rows(file, table);
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
