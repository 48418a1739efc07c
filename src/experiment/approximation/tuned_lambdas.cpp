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
#include "hdf5/table.hpp"
#include "output/points.hpp"
#include "schemes/curve/tuned.hpp"

namespace laggard::approximation {
namespace {

using config::Json;
using Optimum = TunedLambdas::Optimum;

constexpr const char* kSubject[] = {"dataset", "model"};

bool is_tuned(const Json& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found != parameters.end() && found->is_string() &&
         names_rule(found->get<std::string>(), schemes::kTunedRule);
}

/// The parts of a configuration that lambdas are found for, as the sweep sets them at a point.
/// What is missing or damaged is left out.
Json subject_of(const Json& config, const PointRecord& point) {
  Json subject = Json::object();
  for (const char* part : kSubject)
    if (config.is_object() && config.contains(part)) subject[part] = config[part];
  const Json swept = config::parse_or_discard(point.parameters);
  if (!swept.is_object()) return subject;
  for (const auto& [pointer, value] : swept.items()) {
    const bool about = std::any_of(std::begin(kSubject), std::end(kSubject),
                                   [&, &at = pointer](const std::string& part) {
                                     return at == "/" + part || at.starts_with("/" + part + "/");
                                   });
    if (about) subject[Json::json_pointer(pointer)] = value;
  }
  return subject;
}

/// "/dataset/dimension is 1 there and 2 now" for the first member that both give differently, or
/// "". Where a network is computed changes the last digits only.
std::string difference(const Json& there, const Json& now) {
  for (const char* part : kSubject) {
    if (!there.contains(part) || !there[part].is_object()) continue;
    for (const auto& [name, value] : there[part].items()) {
      if (name == "threads" || name == "device" || !now[part].contains(name)) continue;
      std::string found = config::first_difference(Json{{part, {{name, value}}}},
                                                   Json{{part, {{name, now[part][name]}}}});
      if (!found.empty()) return found;
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
      optima.push_back({point, found->second, subject_of(config, point)});
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
                                const Component& dataset, const Component& model) {
  Json parameters = config::members_of(scheme);
  const Json subject{{kSubject[0], config::members_of(dataset)},
                     {kSubject[1], config::members_of(model)}};
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
      const std::string differs = difference(optimum.subject, subject);
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
