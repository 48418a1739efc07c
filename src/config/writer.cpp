#include "config/writer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "config/reader.hpp"

namespace laggard::config {

void JsonWriter::number(Key key, double& value, Range) {
  result_[key.name] = value;
}
void JsonWriter::integer(Key key, std::uint32_t& value, std::uint32_t, std::uint32_t) {
  result_[key.name] = value;
}
void JsonWriter::integer(Key key, std::uint64_t& value) {
  result_[key.name] = value;
}
void JsonWriter::boolean(Key key, bool& value) {
  result_[key.name] = value;
}
void JsonWriter::text(Key key, std::string& value, const Names&) {
  result_[key.name] = value;
}

void JsonWriter::number_or_rule(Key key, NumberOrRule& value, Range, const Names&) {
  if (value.rule.empty())
    result_[key.name] = value.number;
  else
    result_[key.name] = value.rule;
}

void JsonWriter::numbers(Key key, std::vector<double>& values, Range) {
  result_[key.name] = values;
}
void JsonWriter::integers(Key key, std::vector<std::uint32_t>& values) {
  result_[key.name] = values;
}
void JsonWriter::texts(Key key, std::vector<std::string>& values) {
  result_[key.name] = values;
}

void JsonWriter::integer_or_object(Key key, std::uint32_t& value, std::uint32_t, bool& is_object,
                                   const std::function<void(Fields&)>& members) {
  if (is_object)
    object(key, members);
  else
    result_[key.name] = value;
}

void JsonWriter::object(Key key, const std::function<void(Fields&)>& members) {
  JsonWriter inner;
  members(inner);
  result_[key.name] = inner.result();
}

namespace {

/// A component that was not read yet, a default, has its kind only in the member.
Json component_json(const Component& component) {
  Json json{{"kind", component.kind}};
  json.update(members_of(component));
  return json;
}

}  // namespace

void JsonWriter::component(Key key, Component& value, std::string_view) {
  result_[key.name] = component_json(value);
}

void JsonWriter::components(Key key, std::vector<Component>& values, std::string_view) {
  Json list = Json::array();
  for (const Component& value : values) list.push_back(component_json(value));
  result_[key.name] = list;
}

namespace {

Json number_schema(Range range) {
  Json schema{{"type", "number"}};
  if (std::isfinite(range.low)) schema[range.above ? "exclusiveMinimum" : "minimum"] = range.low;
  if (std::isfinite(range.high)) schema["maximum"] = range.high;
  return schema;
}

Json integer_schema(std::uint32_t low, std::uint32_t high) {
  return Json{{"type", "integer"}, {"minimum", low}, {"maximum", high}};
}

Json list_of(Json items) {
  return Json{{"type", "array"}, {"items", std::move(items)}};
}

Json reference(std::string_view name) {
  return Json{{"$ref", fmt::format("#/$defs/{}", name)}};
}

}  // namespace

SchemaWriter::SchemaWriter()
    : result_{{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}} {
}

void SchemaWriter::tag(std::string_view kind) {
  result_["properties"]["kind"] = Json{{"const", kind}};
  result_["required"] = Json::array({"kind"});
}

Json& SchemaWriter::add(Key key, Json schema) {
  schema["description"] = key.doc;
  return result_["properties"][std::string(key.name)] = std::move(schema);
}

void SchemaWriter::number(Key key, double& value, Range range) {
  add(key, number_schema(range))["default"] = value;
}

void SchemaWriter::integer(Key key, std::uint32_t& value, std::uint32_t low, std::uint32_t high) {
  Json schema = integer_schema(low, high);
  schema["default"] = value;
  add(key, std::move(schema));
}

void SchemaWriter::integer(Key key, std::uint64_t& value) {
  add(key, Json{{"type", "integer"}, {"minimum", 0}, {"default", value}});
}

void SchemaWriter::boolean(Key key, bool& value) {
  add(key, Json{{"type", "boolean"}, {"default", value}});
}

void SchemaWriter::text(Key key, std::string& value, const Names& choices) {
  Json& schema = add(key, Json{{"type", "string"}, {"default", value}});
  if (!choices.empty()) schema["enum"] = choices;
}

void SchemaWriter::number_or_rule(Key key, NumberOrRule& value, Range range, const Names& rules) {
  Json names = Json::array(), alternatives = Json::array({number_schema(range)});
  for (const std::string_view rule : rules) {
    const std::size_t colon = rule.find(':');
    if (colon == std::string_view::npos)
      names.push_back(rule);
    else
      alternatives.push_back(
          {{"type", "string"}, {"pattern", fmt::format("^{}.", rule.substr(0, colon + 1))}});
  }
  if (!names.empty()) alternatives.insert(alternatives.begin() + 1, Json{{"enum", names}});
  Json& schema = add(key, Json{{"anyOf", alternatives}});
  if (value.rule.empty())
    schema["default"] = value.number;
  else
    schema["default"] = value.rule;
}

void SchemaWriter::numbers(Key key, std::vector<double>& values, Range range) {
  add(key, list_of(number_schema(range)))["default"] = values;
}

void SchemaWriter::integers(Key key, std::vector<std::uint32_t>& values) {
  add(key, list_of(Json{{"type", "integer"}, {"minimum", 0}}))["default"] = values;
}

void SchemaWriter::texts(Key key, std::vector<std::string>& values) {
  add(key, list_of(Json{{"type", "string"}}))["default"] = values;
}

void SchemaWriter::integer_or_object(Key key, std::uint32_t& value, std::uint32_t low, bool&,
                                     const std::function<void(Fields&)>& members) {
  const std::uint32_t standard = value;
  SchemaWriter inner;
  members(inner);
  const Json number = integer_schema(low, std::numeric_limits<std::uint32_t>::max());
  add(key, Json{{"anyOf", Json::array({number, inner.result()})}})["default"] = standard;
}

void SchemaWriter::object(Key key, const std::function<void(Fields&)>& members) {
  SchemaWriter inner;
  members(inner);
  add(key, inner.result());
}

void SchemaWriter::component(Key key, Component&, std::string_view role) {
  add(key, reference(role));
}

void SchemaWriter::components(Key key, std::vector<Component>&, std::string_view role) {
  add(key, list_of(reference(role)))["minItems"] = 1;
}

Json schema_definitions(const Catalogue& catalogue) {
  Json definitions = Json::object();
  for (const Role& role : catalogue) {
    Json alternatives = Json::array();
    for (const KindInfo* kind : role.kinds) {
      const std::string name = fmt::format("{}.{}", role.name, kind->name);
      SchemaWriter schema;
      schema.tag(kind->name);
      kind->visit({&schema});
      definitions[name] = schema.result();
      definitions[name]["description"] = kind->summary;
      alternatives.push_back(reference(name));
    }
    definitions[std::string(role.name)] = Json{{"oneOf", alternatives}};
  }
  return definitions;
}

namespace {

/// Adds the names of the definitions that a schema refers to, directly or through others.
void collect_references(const Json& schema, const Json& definitions, std::set<std::string>& names) {
  constexpr std::string_view kPrefix = "#/$defs/";
  if (schema.is_object() && schema.contains("$ref")) {
    const std::string name = schema["$ref"].get<std::string>().substr(kPrefix.size());
    if (names.insert(name).second) collect_references(definitions.at(name), definitions, names);
  }
  if (schema.is_structured())
    for (const Json& part : schema) collect_references(part, definitions, names);
}

}  // namespace

Json complete_schema(Json members, const std::string& title, const Catalogue& catalogue) {
  members["properties"]["$schema"] = Json{{"type", "string"}};
  members["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  members["title"] = title;
  members["description"] = "a file of JSON, which may have // and /* */ comments";
  // A catalogue also has what other kinds of experiment refer to.
  const Json definitions = schema_definitions(catalogue);
  std::set<std::string> names;
  collect_references(members, definitions, names);
  Json& kept = members["$defs"] = Json::object();
  for (const auto& definition : definitions.items())
    if (names.contains(definition.key())) kept[definition.key()] = definition.value();
  return members;
}

std::string parameter_line(const KindInfo& kind) {
  JsonWriter defaults;
  kind.visit({&defaults});
  std::string line;
  for (const auto& [name, value] : defaults.result().items())
    line += fmt::format("{}{}={}", line.empty() ? "" : " ", name, value.dump());
  return line;
}

}  // namespace laggard::config
