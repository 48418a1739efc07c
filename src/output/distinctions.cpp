#include "output/distinctions.hpp"

#include <fmt/format.h>

#include "config/json.hpp"
#include "core/text.hpp"
#include "output/followers.hpp"
#include "output/points.hpp"

namespace laggard::output {
namespace {

using config::Json;

const std::vector<std::string> kColumns{"/workers", "/stragglers/count"};

/// A member of the sweep: its pointer, and the pointer by which it is known at any place of its
/// scheme among the schemes.
struct Leaf {
  std::string pointer, known_as, value;
};

/// Lists are values, but for the list of the schemes.
void add_leaves(const std::string& pointer, const Json& value, std::vector<Leaf>& leaves) {
  const bool list = value.is_array() && pointer == "/schemes";
  if (!value.is_object() && !list) {
    leaves.push_back({pointer, pointer, value.dump()});
    return;
  }
  for (const auto& [key, member] : value.items())
    add_leaves(pointer + "/" + config::escape(key), member, leaves);
}

/// What the sweep sets for the scheme at `position`.
std::vector<Leaf> leaves_of(const std::string& parameters, std::size_t position) {
  std::vector<Leaf> all, own;
  const Json set = config::parse_or_discard(parameters);
  if (!set.is_object()) return own;
  for (const auto& [pointer, value] : set.items()) add_leaves(pointer, value, all);
  const std::string prefix = "/schemes/" + std::to_string(position) + "/";
  for (Leaf& leaf : all) {
    if (leaf.pointer.starts_with("/schemes/")) {
      if (!leaf.pointer.starts_with(prefix) || leaf.pointer == prefix + "label") continue;
      leaf.known_as = "/schemes/" + leaf.pointer.substr(prefix.size());
    }
    own.push_back(std::move(leaf));
  }
  return own;
}

/// Pointers that vary and do not follow others.
std::set<std::string> distinguishing(const std::vector<Setting>& settings) {
  std::map<std::string, std::set<std::string>> values;
  std::map<std::string, std::size_t> times;
  for (const Setting& setting : settings)
    for (const auto& [pointer, value] : setting) {
      values[pointer].insert(value);
      ++times[pointer];
    }
  std::set<std::string> varying;
  for (const auto& [pointer, of_pointer] : values)
    if (of_pointer.size() > 1 || times[pointer] < settings.size()) varying.insert(pointer);
  for (const std::string& pointer : following(settings, kColumns)) varying.erase(pointer);
  for (const std::string& pointer : kColumns) varying.erase(pointer);
  return varying;
}

}  // namespace

Distinctions::Distinctions(const std::vector<PointRecord>& points) {
  std::map<std::string, std::vector<Setting>> settings;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const PointRecord& point = points[i];
    const bool same = i > 0 && point.combination == points[i - 1].combination;
    positions_.push_back(same ? positions_.back() + 1 : 0);
    schemes_.try_emplace(point.scheme, Scheme{positions_[i], {}});
    Setting& setting = settings[point.scheme].emplace_back();
    for (Leaf& leaf : leaves_of(point.parameters, positions_[i]))
      setting.emplace_back(std::move(leaf.known_as), std::move(leaf.value));
  }
  for (auto& [label, scheme] : schemes_) scheme.shown = distinguishing(settings[label]);
}

std::string Distinctions::describe(const PointRecord& point) const {
  const std::string settings =
      text(point.scheme, positions_.at(point.point), point.parameters, ", ", " = ");
  return printable(fmt::format("point {} ({}, N = {}, S = {}{}{})", point.point, point.scheme,
                               point.workers, stragglers_of(point), settings.empty() ? "" : ", ",
                               settings));
}

std::string Distinctions::of(const PointRecord& point) const {
  return text(point.scheme, positions_.at(point.point), point.parameters, " ", "=");
}

std::string Distinctions::of(const std::string& scheme, const std::string& parameters) const {
  return text(scheme, schemes_.at(scheme).position, parameters, " ", "=");
}

std::string Distinctions::text(const std::string& scheme, std::size_t position,
                               const std::string& parameters, const std::string& separator,
                               const std::string& equals) const {
  const std::set<std::string>& shown = schemes_.at(scheme).shown;
  std::string text;
  for (const Leaf& leaf : leaves_of(parameters, position))
    if (shown.contains(leaf.known_as))
      text += (text.empty() ? "" : separator) + leaf.pointer + equals + leaf.value;
  return text;
}

}  // namespace laggard::output
