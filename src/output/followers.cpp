#include "output/followers.hpp"

#include <algorithm>
#include <map>

#include "config/json.hpp"

namespace laggard::output {
namespace {

/// The values of one pointer at every point; "" where the sweep does not set it.
using Values = std::vector<std::string>;

/// The points fall into groups, which have the same values at the pointers seen so far.
class Groups {
 public:
  explicit Groups(std::size_t points) : of_(points, 0) {}

  std::size_t count() const { return count_; }

  /// The groups that also have the same of these values.
  Groups split(const Values& values) const {
    Groups finer(of_.size());
    std::map<std::pair<std::size_t, std::string>, std::size_t> numbers;
    for (std::size_t i = 0; i < of_.size(); ++i)
      finer.of_[i] = numbers.emplace(std::pair(of_[i], values[i]), numbers.size()).first->second;
    finer.count_ = numbers.size();
    return finer;
  }

 private:
  std::vector<std::size_t> of_;
  std::size_t count_ = 1;
};

/// The pointers in the order in which they appear, with their values.
std::vector<std::pair<std::string, Values>> by_pointer(const std::vector<Setting>& settings) {
  std::vector<std::pair<std::string, Values>> pointers;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < settings.size(); ++i)
    for (const auto& [pointer, value] : settings[i]) {
      const auto [place, is_new] = places.try_emplace(pointer, pointers.size());
      if (is_new) pointers.emplace_back(pointer, Values(settings.size()));
      pointers[place->second].second[i] = value;
    }
  return pointers;
}

bool lies_on(const std::string& pointer, const std::vector<std::string>& axes) {
  return std::any_of(axes.begin(), axes.end(), [&](const std::string& axis) {
    return pointer == axis || pointer.starts_with(axis + "/") || axis.starts_with(pointer + "/");
  });
}

bool may_follow(const std::string& pointer, const Values& values) {
  // Where another kind of object has no such member, it says more than the kind.
  if (std::find(values.begin(), values.end(), "") != values.end()) return false;
  if (pointer.starts_with("/schemes")) return !pointer.ends_with("/kind");
  return std::all_of(values.begin(), values.end(), [](const std::string& value) {
    return config::parse_or_discard(value).is_number();
  });
}

}  // namespace

std::set<std::string> following(const std::vector<Setting>& settings,
                                const std::vector<std::string>& axes) {
  const auto pointers = by_pointer(settings);
  Groups groups(settings.size());
  for (const auto& [pointer, values] : pointers)
    if (lies_on(pointer, axes)) groups = groups.split(values);
  std::set<std::string> found;
  for (const auto& [pointer, values] : pointers) {
    if (lies_on(pointer, axes)) continue;
    const Groups finer = groups.split(values);
    const bool varies = Groups(settings.size()).split(values).count() > 1;
    if (varies && finer.count() == groups.count() && may_follow(pointer, values))
      found.insert(pointer);
    groups = finer;
  }
  return found;
}

std::set<std::string> followers(const std::vector<PointRecord>& points,
                                const std::vector<std::string>& axes) {
  std::vector<Setting> settings;
  std::set<std::string> seen;
  for (const PointRecord& point : points) {
    if (!seen.insert(point.parameters).second) continue;
    Setting& setting = settings.emplace_back();
    const config::Json set = config::parse_or_discard(point.parameters);
    if (!set.is_object()) continue;
    for (const auto& [pointer, value] : set.items()) setting.emplace_back(pointer, value.dump());
  }
  return following(settings, axes);
}

std::string without_pointers(const std::string& parameters, const std::set<std::string>& pointers) {
  if (pointers.empty()) return parameters;
  config::Json rest = config::parse_or_discard(parameters);
  if (!rest.is_object()) return parameters;
  for (const std::string& pointer : pointers) rest.erase(pointer);
  return rest.dump();
}

}  // namespace laggard::output
