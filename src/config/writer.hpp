// The other visitors of Fields: the resolved JSON, the JSON Schema and the one-line listing.
#pragma once

#include <string>

#include "config/alternatives.hpp"
#include "config/json.hpp"
#include "core/fields.hpp"
#include "core/table.hpp"

namespace laggard::config {

/// Spells out every field with the value it has.
class JsonWriter final : public Fields, public Alternatives {
 public:
  JsonWriter() : result_(Json::object()) {}

  void tag(std::string_view kind) { result_["kind"] = kind; }

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

  const Json& result() const { return result_; }

 private:
  Json result_;
};

/// Describes every field as a JSON Schema (2020-12) object; kinds become references into "$defs".
class SchemaWriter final : public Fields, public Alternatives {
 public:
  SchemaWriter();

  void tag(std::string_view kind);

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

  const Json& result() const { return result_; }

 private:
  Json& add(Key key, Json schema);

  Json result_;
};

/// The "$defs" of all kinds of all roles, for the references that SchemaWriter leaves.
Json schema_definitions(const Catalogue& catalogue);

/// The schema of a whole file from that of its members: a title, room for "$schema", and the
/// "$defs" that it refers to.
Json complete_schema(Json members, const std::string& title, const Catalogue& catalogue);

/// "sigma=0.1 width=2" for `laggard list`: the members with their defaults.
std::string parameter_line(const KindInfo& kind);

}  // namespace laggard::config
