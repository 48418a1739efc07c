#include "output/points.hpp"

#include <fmt/format.h>

#include <cmath>

#include "config/json.hpp"
#include "core/error.hpp"
#include "core/text.hpp"

namespace laggard::output {
namespace {

constexpr std::uint32_t kUnknown = 0xFFFFFFFF;

}  // namespace

void write_points(hdf5::File& file, const std::vector<PointRecord>& points) {
  hdf5::write_rows(file, points);
}

std::vector<PointRecord> read_points(const hdf5::File& file) {
  const std::string name(PointRecord::kTable);
  PointRecord unknown;
  unknown.combination = unknown.active = kUnknown;
  std::vector<PointRecord> points(hdf5::table_size(file, name), unknown);
  hdf5::read_table(file, name, points.data(), sizeof(PointRecord), points.size(),
                   PointRecord::columns());
  for (std::size_t i = 0; i < points.size(); ++i) {
    PointRecord& point = points[i];
    if (point.point != i)  // other tables refer to points by their place
      throw DataError(fmt::format("cannot read {} of '{}'", name, file.path()),
                      fmt::format("row {} is of point {}", i, point.point),
                      "the file was changed or damaged; run the experiment again");
    if (point.active == kUnknown) point.active = point.workers;
    if (point.combination != kUnknown) continue;
    point.combination = i == 0 ? 0
                               : points[i - 1].combination +
                                     (point.parameters == points[i - 1].parameters ? 0U : 1U);
  }
  return points;
}

std::string stragglers_of(const PointRecord& point) {
  return std::isnan(point.mean_stragglers) ? std::to_string(point.stragglers)
                                           : fmt::format("{:.4g}", point.mean_stragglers);
}

std::string describe(const PointRecord& point) {
  constexpr std::size_t kLongest = 60;
  std::string text = fmt::format("point {} ({}, N = {}, S = {}", point.point, point.scheme,
                                 point.workers, stragglers_of(point));
  const config::Json parameters = config::parse_or_discard(point.parameters);
  for (const auto& [pointer, value] : parameters.items())
    if (pointer != "/workers" && pointer != "/stragglers/count")
      text += fmt::format(", {} = {}", pointer, clip(value.dump(), kLongest));
  return printable(text + ")");
}

}  // namespace laggard::output
