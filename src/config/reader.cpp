#include "config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/writer.hpp"
#include "core/error.hpp"
#include "core/rules.hpp"
#include "core/text.hpp"

namespace laggard::config {
namespace {

constexpr std::string_view kKindMember = "kind";

[[noreturn]] void wrong_type(const std::string& where, const Json& value,
                             const std::string& expected) {
  throw ConfigError(fmt::format("{} is {}", where, describe_type(value)), "it must be " + expected,
                    "correct it");
}

std::string interval(Range range) {
  if (std::isinf(range.high)) return fmt::format("{} {}", range.above ? ">" : ">=", range.low);
  return fmt::format("{}{}, {}]", range.above ? "(" : "[", range.low, range.high);
}

double read_number(const std::string& where, const Json& value, Range range) {
  if (!value.is_number()) wrong_type(where, value, "a number");
  const double number = value.get<double>();
  if (!range.contains(number))
    throw ConfigError(fmt::format("{} is {}", where, value.dump()), "out of range",
                      "give a number " + interval(range));
  return number;
}

std::uint64_t read_integer(const std::string& where, const Json& value, std::uint64_t low,
                           std::uint64_t high) {
  if (!value.is_number()) wrong_type(where, value, "a whole number");
  const auto refuse = [&](const std::string& why) {
    throw ConfigError(fmt::format("{} is {}", where, value.dump()), why,
                      fmt::format("give a whole number from {} to {}", low, high));
  };
  std::uint64_t number = 0;
  if (value.is_number_unsigned()) {
    number = value.get<std::uint64_t>();
  } else {
    const double real = value.get<double>();
    if (real != std::floor(real)) refuse("not a whole number");
    if (real < 0 || real > 0x1p53) refuse("out of range");
    number = static_cast<std::uint64_t>(real);
  }
  if (number < low || number > high) refuse("out of range");
  return number;
}

Json standard_members(const KindInfo& kind) {
  JsonWriter writer;
  kind.visit({&writer});
  return writer.result();
}

/// The only member of a kind that is a text, if the value is one; empty: none is.
std::string text_member(const Json& value, const Json& known) {
  if (!value.is_string()) return "";
  std::vector<std::string> texts;
  for (const auto& member : known.items())
    if (member.value().is_string()) texts.push_back(member.key());
  return texts.size() == 1 ? texts.front() : "";
}

/// A member of another kind is no misspelling: the kind is what is missing.
void check_members(const Json& value, const std::string& where, const Role& role,
                   const KindInfo& kind) {
  const Json known = standard_members(kind);
  std::vector<std::string_view> names;
  for (const auto& member : known.items()) names.push_back(member.key());
  for (const auto& member : value.items()) {
    const std::string& name = member.key();
    if (name == kKindMember || known.contains(name) || nearest(name, names)) continue;
    std::vector<std::string_view> others;
    bool may_be_text = false;
    for (const KindInfo* other : role.kinds)
      if (const Json members = standard_members(*other); members.contains(name)) {
        others.push_back(other->name);
        may_be_text = may_be_text || members.at(name).is_string();
      }
    if (others.empty()) continue;
    const std::string text = may_be_text ? "" : text_member(member.value(), known);
    throw ConfigError(
        fmt::format("{}/{} is not known", where, escape(name)),
        fmt::format("the {} '{}' has no such member", role.noun, kind.name),
        text.empty()
            ? fmt::format("remove it, or set {}/kind to one that has it: {}", where, join(others))
            : fmt::format("{} fits {}/{}", member.value().dump(), where, text));
  }
}

}  // namespace

const Role& find_role(const Catalogue& catalogue, std::string_view name) {
  const auto found = std::find_if(catalogue.begin(), catalogue.end(),
                                  [&](const Role& role) { return role.name == name; });
  if (found == catalogue.end()) throw std::logic_error("there is no role " + std::string(name));
  return *found;
}

const KindInfo& find_kind(const Role& role, std::string_view name, const std::string& where) {
  std::vector<std::string_view> names;
  for (const KindInfo* kind : role.kinds) {
    if (kind->name == name) return *kind;
    names.push_back(kind->name);
  }
  throw ConfigError(fmt::format("{} is {}", where, excerpt(name)),
                    fmt::format("there is no such {}", role.noun), suggestion(name, names));
}

Component read_component(const Json& value, const std::string& where, const Catalogue& catalogue,
                         std::string_view role_name) {
  const Role& role = find_role(catalogue, role_name);
  if (!value.is_object())
    wrong_type(where, value,
               fmt::format("an object such as {{\"kind\": \"{}\"}}", role.kinds.front()->name));
  if (!value.contains(kKindMember))
    throw ConfigError(fmt::format("{} has no \"kind\"", where),
                      fmt::format("it says which {} to use", role.noun),
                      fmt::format("see `laggard list {}`", role.name));
  const Json& kind_name = value.at(kKindMember);
  if (!kind_name.is_string()) wrong_type(where + "/kind", kind_name, "a text");

  const KindInfo& kind = find_kind(role, kind_name.get<std::string>(), where + "/kind");
  check_members(value, where, role, kind);
  JsonReader reader(value, where, catalogue);
  reader.allow(kKindMember);
  JsonWriter writer;
  writer.tag(kind.name);
  kind.visit({&reader, &writer});
  reader.finish();
  return {std::string(kind.name), writer.result().dump(), where};
}

JsonReader::JsonReader(const Json& object, std::string where, const Catalogue& catalogue)
    : JsonReader(object, std::move(where)) {
  catalogue_ = &catalogue;
}

JsonReader::JsonReader(const Json& object, std::string where)
    : object_(object), where_(std::move(where)) {
  if (!object.is_object())
    wrong_type(where_.empty() ? "the configuration" : where_, object, "an object");
}

const Json* JsonReader::find(Key key) {
  if (std::find(known_.begin(), known_.end(), key.name) == known_.end()) known_.push_back(key.name);
  const auto member = object_.find(key.name);
  return member == object_.end() ? nullptr : &*member;
}

std::string JsonReader::pointer(Key key) const {
  return where_ + "/" + escape(key.name);
}

const Json& JsonReader::list(Key key, const Json& value) const {
  if (!value.is_array()) wrong_type(pointer(key), value, "a list");
  return value;
}

void JsonReader::number(Key key, double& value, Range range) {
  if (const Json* found = find(key)) value = read_number(pointer(key), *found, range);
}

void JsonReader::integer(Key key, std::uint32_t& value, std::uint32_t low, std::uint32_t high) {
  if (const Json* found = find(key))
    value = static_cast<std::uint32_t>(read_integer(pointer(key), *found, low, high));
}

void JsonReader::integer(Key key, std::uint64_t& value) {
  if (const Json* found = find(key))
    value = read_integer(pointer(key), *found, 0, std::numeric_limits<std::uint64_t>::max());
}

void JsonReader::boolean(Key key, bool& value) {
  const Json* found = find(key);
  if (found == nullptr) return;
  if (!found->is_boolean()) wrong_type(pointer(key), *found, "true or false");
  value = found->get<bool>();
}

void JsonReader::text(Key key, std::string& value, const Names& choices) {
  const Json* found = find(key);
  if (found == nullptr) return;
  if (!found->is_string()) wrong_type(pointer(key), *found, "a text");
  value = found->get<std::string>();
  if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end())
    throw ConfigError(fmt::format("{} is {}", pointer(key), excerpt(value)),
                      "there is no such choice", suggestion(value, choices));
}

void JsonReader::number_or_rule(Key key, NumberOrRule& value, Range range, const Names& rules) {
  const Json* found = find(key);
  if (found == nullptr) return;
  if (found->is_string()) {
    const auto rule = found->get<std::string>();
    if (std::none_of(rules.begin(), rules.end(),
                     [&](std::string_view known) { return names_rule(rule, known); }))
      throw ConfigError(fmt::format("{} is {}", pointer(key), excerpt(rule)),
                        "there is no such rule",
                        suggestion(rule, rules) + ", or give a number " + interval(range));
    value = {0.0, rule};
  } else {
    value = {read_number(pointer(key), *found, range), ""};
  }
}

void JsonReader::numbers(Key key, std::vector<double>& values, Range range) {
  const Json* found = find(key);
  if (found == nullptr) return;
  values.clear();
  for (const Json& element : list(key, *found))
    values.push_back(
        read_number(fmt::format("{}/{}", pointer(key), values.size()), element, range));
}

void JsonReader::integers(Key key, std::vector<std::uint32_t>& values) {
  const Json* found = find(key);
  if (found == nullptr) return;
  values.clear();
  for (const Json& element : list(key, *found))
    values.push_back(static_cast<std::uint32_t>(
        read_integer(fmt::format("{}/{}", pointer(key), values.size()), element, 0,
                     std::numeric_limits<std::uint32_t>::max())));
}

void JsonReader::texts(Key key, std::vector<std::string>& values) {
  const Json* found = find(key);
  if (found == nullptr) return;
  values.clear();
  for (const Json& element : list(key, *found)) {
    if (!element.is_string())
      wrong_type(fmt::format("{}/{}", pointer(key), values.size()), element, "a text");
    values.push_back(element.get<std::string>());
  }
}

void JsonReader::integer_or_object(Key key, std::uint32_t& value, std::uint32_t low,
                                   bool& is_object, const std::function<void(Fields&)>& members) {
  const Json* found = find(key);
  if (found == nullptr) return;
  is_object = found->is_object();
  if (is_object) return object(key, members);
  if (!found->is_number()) wrong_type(pointer(key), *found, "a whole number or an object");
  integer(key, value, low, std::numeric_limits<std::uint32_t>::max());
}

void JsonReader::object(Key key, const std::function<void(Fields&)>& members) {
  static const Json empty = Json::object();
  const Json* found = find(key);
  JsonReader inner(found == nullptr ? empty : *found, pointer(key));
  inner.catalogue_ = catalogue_;
  members(inner);
  inner.finish();
}

Component JsonReader::read_nested(const Json& value, const std::string& where,
                                  std::string_view role) const {
  if (catalogue_ != nullptr) return read_component(value, where, *catalogue_, role);
  return component_of(value, where);
}

Json members_of(const Component& component) {
  return parse(component.parameters, component.where);
}

Component component_of(const Json& members, const std::string& where) {
  return {members.at(kKindMember).get<std::string>(), members.dump(), where};
}

void JsonReader::component(Key key, Component& value, std::string_view role) {
  const Json* found = find(key);
  Json standard = members_of(value);
  standard[kKindMember] = value.kind;
  value = read_nested(found == nullptr ? standard : *found, pointer(key), role);
}

void JsonReader::components(Key key, std::vector<Component>& values, std::string_view role) {
  const Json* found = find(key);
  Json standard = Json::array();
  for (const Component& value : values) {
    standard.push_back(members_of(value));
    standard.back()[kKindMember] = value.kind;
  }
  values.clear();
  for (const Json& element : list(key, found == nullptr ? standard : *found))
    values.push_back(read_nested(element, fmt::format("{}/{}", pointer(key), values.size()), role));
  if (values.empty())
    throw ConfigError(pointer(key) + " is an empty list", "nothing would be done",
                      "list at least one");
}

void JsonReader::finish() const {
  for (const auto& [name, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    throw ConfigError(fmt::format("{}/{} is not known", where_, escape(clip(name))),
                      where_.empty() ? "no such member of a configuration"
                                     : fmt::format("no such member of {}", where_),
                      known_.empty() ? "remove it" : suggestion(name, known_));
  }
}

}  // namespace laggard::config
