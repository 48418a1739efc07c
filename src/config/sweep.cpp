#include "config/sweep.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <map>

#include "core/error.hpp"

namespace laggard::config {
namespace {

constexpr std::size_t kMostCombinations = 1'000'000;

/// The settings that are made together, one after the other, at a point.
using Settings = SweepPoint;

/// Alternatives of which a point has one.
using Wheel = std::vector<Settings>;

/// Equal numbers have equal keys, however they are written.
std::string key_of(const Json& value) {
  if (value.is_number_float() && value == Json(std::nearbyint(value.get<double>())) &&
      std::abs(value.get<double>()) < 0x1p53)
    return Json(static_cast<std::int64_t>(value.get<double>())).dump();
  return value.dump();
}

/// Every point would be there twice, and slopes and tables would count it twice.
void check_distinct(const std::string& where, const Json& values) {
  std::map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (const auto [before, is_new] = first.emplace(key_of(values[i]), i); !is_new)
      throw ConfigError(fmt::format("{}/{} is {}", where, i, values[i].dump()),
                        fmt::format("as {}/{} is", where, before->second), "remove one of them");
}

/// The pointers are set in their order. One that replaces what an earlier one set would make points
/// that differ in `parameters` only.
void check_order(const Json& sweep) {
  std::vector<std::string> earlier;
  for (const auto& member : sweep.items()) {
    for (const std::string& pointer : earlier)
      if (pointer.starts_with(member.key() + "/"))
        throw ConfigError(fmt::format("/sweep sets '{}' after '{}'", member.key(), pointer),
                          "it replaces what was set before",
                          fmt::format("put '{}' first", member.key()));
    earlier.push_back(member.key());
  }
}

/// Members that hold for the whole file, so that no point can have its own.
void check_sweepable(const std::string& pointer) {
  for (const std::string_view whole : {"/sweep", "/name", "/experiment", "/output", "/$schema"})
    if (pointer == whole || pointer.starts_with(std::string(whole) + "/"))
      throw ConfigError("/sweep sets '" + pointer + "'", "it holds for the whole result file",
                        "set it outside of the sweep");
}

Wheel wheel_of(const std::string& pointer, const Json& values) {
  const std::string where = "/sweep/" + escape(pointer);
  check_sweepable(pointer);
  if (!values.is_array() || values.empty())
    throw ConfigError(
        fmt::format("{} is {}", where, values.is_array() ? "an empty list" : describe_type(values)),
        "a sweep needs a list of values", "list at least one value");
  check_distinct(where, values);
  Wheel wheel;
  for (const Json& value : values) wheel.push_back({Json{{pointer, value}}, {where}});
  return wheel;
}

std::vector<Wheel> wheels_of(const Json& sweep) {
  if (!sweep.is_object())
    throw ConfigError("/sweep is " + describe_type(sweep),
                      "it maps JSON pointers to lists of values",
                      "write for example \"sweep\": {\"/workers\": [16, 32]}");
  std::vector<Wheel> wheels;
  std::size_t combinations = 1;
  for (const auto& [pointer, values] : sweep.items()) {
    wheels.push_back(wheel_of(pointer, values));
    combinations *= wheels.back().size();
    if (combinations > kMostCombinations)
      throw ConfigError("/sweep has too many combinations",
                        fmt::format("more than {}", kMostCombinations), "shorten the lists");
  }
  check_order(sweep);
  return wheels;
}

void append(SweepPoint& point, const Settings& settings) {
  point.parameters.update(settings.parameters);
  point.places.insert(point.places.end(), settings.places.begin(), settings.places.end());
}

}  // namespace

std::vector<SweepPoint> expand_sweep(const Json& sweep) {
  std::vector<SweepPoint> points(1);
  for (const Wheel& wheel : wheels_of(sweep)) {
    std::vector<SweepPoint> longer;
    longer.reserve(points.size() * wheel.size());
    for (const SweepPoint& point : points)
      for (const Settings& settings : wheel) append(longer.emplace_back(point), settings);
    points = std::move(longer);
  }
  return points;
}

void SweepPoint::apply(Json& document) const {
  for (const auto& [pointer, value] : parameters.items())
    assign(document, pointer, value, "/sweep");
}

std::string SweepPoint::blame(const std::string& message) const {
  std::size_t number = 0;
  for (const auto& member : parameters.items()) {
    const std::string& pointer = member.key();
    const char next = message.starts_with(pointer) && message.size() > pointer.size()
                          ? message[pointer.size()]
                          : '-';
    if (next == ' ' || next == '/' || next == ':')
      return fmt::format("{}: {}", places[number], message);
    ++number;
  }
  return message;
}

Json sweep_schema() {
  return {{"type", "object"},
          {"description", "JSON pointers to lists of values; the points are their product"},
          {"patternProperties", {{"^/", {{"type", "array"}, {"minItems", 1}}}}},
          {"additionalProperties", false}};
}

}  // namespace laggard::config
