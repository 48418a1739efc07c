#include "config/difference.hpp"

#include <fmt/format.h>

namespace laggard::config {
namespace {

constexpr std::size_t kLongestValue = 60;

std::string shown(const Json* value) {
  if (value == nullptr) return "absent";
  std::string text = value->dump();
  if (text.size() > kLongestValue) text = text.substr(0, kLongestValue) + "...";
  return text;
}

const Json* member(const Json& object, const std::string& name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string compare(const Json* there, const Json* now, const std::string& where);

std::string compare_members(const Json& there, const Json& now, const std::string& where) {
  for (const auto& [name, value] : there.items())
    if (auto text = compare(&value, member(now, name), where + "/" + escape(name)); !text.empty())
      return text;
  for (const auto& [name, value] : now.items())
    if (!there.contains(name)) return compare(nullptr, &value, where + "/" + escape(name));
  return "";
}

std::string compare_elements(const Json& there, const Json& now, const std::string& where) {
  const auto element = [](const Json& list, std::size_t i) {
    return i < list.size() ? &list[i] : nullptr;
  };
  for (std::size_t i = 0; i < std::max(there.size(), now.size()); ++i)
    if (auto text = compare(element(there, i), element(now, i), fmt::format("{}/{}", where, i));
        !text.empty())
      return text;
  return "";
}

std::string compare(const Json* there, const Json* now, const std::string& where) {
  if (there != nullptr && now != nullptr) {
    if (*there == *now) return "";
    std::string inside;
    if (there->is_object() && now->is_object()) inside = compare_members(*there, *now, where);
    if (there->is_array() && now->is_array()) inside = compare_elements(*there, *now, where);
    if (!inside.empty()) return inside;  // else they differ in the order of their members
  }
  return fmt::format("{} is {} there and {} now", where.empty() ? "the whole" : where, shown(there),
                     shown(now));
}

}  // namespace

std::string first_difference(const Json& there, const Json& now) {
  return compare(&there, &now, "");
}

std::string first_difference(const std::string& there, const std::string& now) {
  return first_difference(parse_or_discard(there), parse_or_discard(now));
}

}  // namespace laggard::config
