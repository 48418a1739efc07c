#include "experiment/approximation/tuned_lambdas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "config/difference.hpp"
#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/rules.hpp"
#include "core/text.hpp"
#include "experiment/approximation/config.hpp"
#include "hdf5/table.hpp"
#include "output/points.hpp"
#include "schemes/curve/tuned.hpp"

namespace laggard::approximation {
namespace {

using config::Json;
using Optimum = TunedLambdas::Optimum;

bool is_tuned(const Json& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found != parameters.end() && found->is_string() &&
         names_rule(found->get<std::string>(), schemes::kTunedRule);
}

/// A member, if it is text.
std::string text_of(const Json& object, const char* name) {
  if (!object.is_object() || !object.contains(name) || !object[name].is_string()) return "";
  return object[name].get<std::string>();
}

/// What lambdas are found for, by parts: the scheme with this label, less its name and all that is
/// searched, and those parts of the configuration on which its errors depend. What is missing or
/// damaged is left out.
Json subject_of(const Json& config, const std::string& label) {
  Json subject = Json::object();
  if (!config.is_object()) return subject;
  const auto take = [&](const char* part) {
    if (config.contains(part)) subject[part] = config[part];
  };
  for (const char* part : {"dataset", "model", "stragglers", "adversaries", "noise", "wait"})
    take(part);
  if (text_of(config.value("wait", Json()), "kind") != "all")  // else nobody is too late
    for (const char* part : {"delay", "speeds"}) take(part);
  if (!config.contains("schemes") || !config["schemes"].is_array()) return subject;
  for (Json scheme : config["schemes"]) {
    const std::string own = text_of(scheme, "label");
    if ((own.empty() ? text_of(scheme, "kind") : own) != label) continue;
    const std::string ordering = text_of(scheme, "ordering");
    const bool has_own = !ordering.empty() && ordering != "experiment";
    if (!has_own && config.contains("ordering"))
      subject["ordering"] = {{"ordering", config["ordering"]}};
    scheme.erase("label");
    for (const std::string_view name : SurfacePoint::parameters()) scheme.erase(std::string(name));
    subject["scheme"] = std::move(scheme);
    break;
  }
  return subject;
}

/// The configuration with what the sweep sets at a point.
Json at_point(Json config, const PointRecord& point) {
  const Json swept = config::parse_or_discard(point.parameters);
  if (!swept.is_object() || !config.is_object()) return config;
  for (const auto& [pointer, value] : swept.items()) try {
      config[Json::json_pointer(pointer)] = value;
    } catch (const Json::exception&) {  // a damaged file has no such place
    }
  return config;
}

/// "/dataset/dimension is 1 there and 2 now" for the first member that both give differently, or
/// "". `where` is the pointer of the scheme. Where a network is computed changes the last digits
/// only.
std::string difference(const Json& there, const Json& now, const std::string& where) {
  for (const auto& [part, members] : there.items()) {
    if (!members.is_object() || !now.contains(part)) continue;
    for (const auto& [name, value] : members.items()) {
      if (name == "threads" || name == "device" || !now[part].contains(name)) continue;
      std::string found =
          config::first_difference(Json{{name, value}}, Json{{name, now[part][name]}});
      if (found.empty()) continue;
      if (part == "ordering") return found;
      return (part == "scheme" ? where : "/" + part) + found;
    }
  }
  return "";
}

std::vector<Optimum> read_optima(const hdf5::File& file) {
  const Json config = config::parse_or_discard(file.text_attribute("config").value_or(""));
  std::map<std::uint32_t, SurfacePoint> best;
  for (const SurfacePoint& pair : hdf5::read_rows<SurfacePoint>(file, "/optimum"))
    best[pair.point] = pair;
  std::vector<Optimum> optima;
  for (const PointRecord& point : output::read_points(file))
    if (const auto found = best.find(point.point); found != best.end())
      optima.push_back({point, found->second, subject_of(at_point(config, point), point.scheme)});
  return optima;
}

std::string sizes_of(const PointRecord& point) {
  return fmt::format("K = {}, N = {}, S = {:.4g}, noise {:.4g}", point.data_points, point.workers,
                     point.mean_stragglers, point.noise_sigma);
}

/// Whether a tuned point is what a point of the experiment asks for.
bool fits(const PointRecord& tuned, const PointRecord& wanted) {
  if (tuned.scheme != wanted.scheme || sizes_of(tuned) != sizes_of(wanted)) return false;
  const Json wanted_values = config::parse_or_discard(wanted.parameters);
  const Json tuned_values = config::parse_or_discard(tuned.parameters);
  for (const auto& [pointer, value] : tuned_values.items())
    if (wanted_values.contains(pointer) && wanted_values.at(pointer) != value) return false;
  return true;
}

/// The points of a file, for a message.
std::string offers(const std::vector<Optimum>& optima, const std::string& label) {
  std::set<std::string> labels, sizes;
  for (const Optimum& optimum : optima) {
    labels.insert("'" + optimum.point.scheme + "'");
    if (optimum.point.scheme == label) sizes.insert(sizes_of(optimum.point));
  }
  if (labels.empty()) return "it has no optimum yet";
  if (sizes.empty()) return fmt::format("it has the schemes {}", fmt::join(labels, ", "));
  constexpr std::size_t kMost = 4;
  std::vector<std::string> first(sizes.begin(), sizes.end());
  const bool more = first.size() > kMost;
  if (more) first.resize(kMost);
  return fmt::format("it has {}{}", fmt::join(first, "; "), more ? "; ..." : "");
}

}  // namespace

const std::vector<Optimum>& TunedLambdas::read(const std::string& file, const std::string& where) {
  const auto found = files_.find(file);
  if (found != files_.end()) return found->second;
  std::vector<Optimum> optima =
      named(where, [&] { return read_optima(hdf5::File(file, hdf5::Access::kReadOnly)); });
  return files_[file] = std::move(optima);
}

Component TunedLambdas::resolve(const Component& scheme, const PointRecord& point,
                                const Config& config) {
  Json parameters = config::members_of(scheme);
  const Json subject = subject_of({{"dataset", config::members_of(config.dataset)},
                                   {"model", config::members_of(config.model)},
                                   {"stragglers", config::members_of(config.stragglers)},
                                   {"adversaries", config::members_of(config.adversaries)},
                                   {"noise", config::members_of(config.noise)},
                                   {"wait", config::members_of(config.wait)},
                                   {"delay", config::members_of(config.delay)},
                                   {"speeds", config::members_of(config.speeds)},
                                   {"ordering", config.ordering},
                                   {"schemes", Json::array({parameters})}},
                                  point.scheme);
  bool changed = false;
  for (const std::string_view view : SurfacePoint::parameters()) {
    const std::string name(view);
    if (!is_tuned(parameters, name)) continue;
    changed = true;
    if (use_ == Use::kDefaults) {
      parameters.erase(name);
      continue;
    }
    const auto rule = parameters[name].get<std::string>();
    const std::string file(rule_argument(rule));
    const std::string where = fmt::format("{}/{}", scheme.where, name);
    const std::vector<Optimum>& optima = read(file, where);
    std::string other;  // what the first optimum of these sizes was found for
    const auto found = std::find_if(optima.begin(), optima.end(), [&](const Optimum& optimum) {
      if (!fits(optimum.point, point)) return false;
      const std::string differs = difference(optimum.subject, subject, scheme.where);
      if (other.empty()) other = differs;
      return differs.empty();
    });
    if (found == optima.end())
      throw DataError(fmt::format("{}: '{}' has no optimum for '{}' with {}", where, file,
                                  point.scheme, sizes_of(point)),
                      other.empty() ? offers(optima, point.scheme) : other,
                      "run `laggard tune` on this configuration, or give a number");
    SurfacePoint best = found->best;
    if (std::isnan(best.at(name)))
      throw DataError(fmt::format("{}: '{}' has no {} for '{}'", where, file, name, point.scheme),
                      "it was not searched", "run `laggard tune` again, or give a number");
    parameters[name] = best.at(name);
  }
  return changed ? config::component_of(parameters, scheme.where) : scheme;
}

}  // namespace laggard::approximation
