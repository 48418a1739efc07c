// Strict reading of JSON into plain structs (R9): unknown members, wrong types and numbers out of
// range are errors that name the JSON pointer and what is allowed.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/alternatives.hpp"
#include "config/json.hpp"
#include "core/fields.hpp"
#include "core/table.hpp"

namespace laggard::config {

/// Looks up a role by its plural name; the catalogue is known to have it.
const Role& find_role(const Catalogue& catalogue, std::string_view name);

/// The kind called `name`, or a ConfigError with the nearest one.
const KindInfo& find_kind(const Role& role, std::string_view name, const std::string& where);

/// Checks one {"kind": ...} object and spells out its defaults.
Component read_component(const Json& value, const std::string& where, const Catalogue& catalogue,
                         std::string_view role);

class JsonReader final : public Fields, public Alternatives {
 public:
  /// `where` is the JSON pointer of `object`. The object and the catalogue must outlive the reader.
  JsonReader(const Json& object, std::string where, const Catalogue& catalogue);

  /// For an object that was read and resolved before: its own components are taken as they are.
  JsonReader(const Json& object, std::string where);

  /// Lets finish() pass a member that is not a field, as "kind".
  void allow(std::string_view name) { known_.push_back(name); }

  void number(Key key, double& value, Range range) override;
  void integer(Key key, std::uint32_t& value, std::uint32_t low, std::uint32_t high) override;
  void integer(Key key, std::uint64_t& value) override;
  void boolean(Key key, bool& value) override;
  void text(Key key, std::string& value, const Names& choices) override;
  void number_or_rule(Key key, NumberOrRule& value, Range range, const Names& rules) override;
  void numbers(Key key, std::vector<double>& values, Range range) override;
  void integers(Key key, std::vector<std::uint32_t>& values) override;
  void texts(Key key, std::vector<std::string>& values) override;
  void integer_or_object(Key key, std::uint32_t& value, std::uint32_t low, bool& is_object,
                         const std::function<void(Fields&)>& members) override;
  void object(Key key, const std::function<void(Fields&)>& members) override;
  void component(Key key, Component& value, std::string_view role) override;
  void components(Key key, std::vector<Component>& values, std::string_view role) override;

  /// After all fields were visited: anything else in the object is an error.
  void finish() const;

 private:
  const Json* find(Key key);
  Component read_nested(const Json& value, const std::string& where, std::string_view role) const;
  std::string pointer(Key key) const;
  const Json& list(Key key, const Json& value) const;

  const Json& object_;
  std::string where_;
  const Catalogue* catalogue_ = nullptr;  // nullptr: components were checked before
  std::vector<std::string_view> known_;
};

/// What the configuration says of a component, for those who change it and pass it on. Whoever
/// wants to know what it does asks the object.
Json members_of(const Component& component);

/// The component with these members, "kind" among them, which were checked before.
Component component_of(const Json& members, const std::string& where);

/// Makes the component's object from its table. The parameters were checked when they were read, so
/// only the factory itself can fail.
template <class Table, class... Context>
auto make(const Table& table, const Component& component, Context&&... context) {
  for (const auto& entry : table) {
    if (entry.name != component.kind) continue;
    const Json parameters = members_of(component);
    JsonReader reader(parameters, component.where);
    return entry.make(reader, std::forward<Context>(context)...);
  }
  throw std::logic_error("component was not read from this table: " + component.kind);
}

}  // namespace laggard::config
