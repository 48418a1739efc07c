#include "config/writer.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "config/catalogue.hpp"
#include "config/experiment.hpp"
#include "config/reader.hpp"
#include "core/error.hpp"

namespace laggard::config {
namespace {

using namespace testing;

constexpr const char* kDefaults =
    R"({"number":0.5,"positive":1.0,"integer":3,"large":1,"flag":false,"text":"any",)"
    R"("choice":"red","lambda":0.25,"numbers":[1.0,0.5],"integers":[1,2],"texts":["a"],)"
    R"("object":{"inner":1.0},"wait":{"kind":"all"},)"
    R"("waits":[{"kind":"all"},{"kind":"fastest","count":4}]})";

TEST_CASE("Every field is written with its value", "[writer]") {
  const Json nothing = Json::object();
  JsonReader reader(nothing, "", catalogue());
  EverythingConfig config;
  config.fields(reader);
  JsonWriter writer;
  config.fields(writer);
  CHECK(writer.result().dump() == kDefaults);
}

TEST_CASE("What is written is read again without change", "[writer]") {
  const Component first = read_component(
      json(R"({"kind": "everything", "number": 0.1, "lambda": "gcv", "positive": 1e-300,
               "large": 18446744073709551615, "waits": [{"kind": "any_of"}], "text": "\u03bb/~"})"),
      "/model", catalogue(), "models");
  const Component second = read_component(json(first.parameters), "/model", catalogue(), "models");
  CHECK(first.parameters == second.parameters);
  CHECK(first == second);
  CHECK(json(first.parameters)["number"] == 0.1);
  CHECK(json(first.parameters)["large"] == UINT64_MAX);
}

TEST_CASE("The listing shows the defaults", "[writer]") {
  const Role& schemes = find_role(catalogue(), "schemes");
  CHECK(parameter_line(*schemes.kinds[0]).empty());
  CHECK(parameter_line(*schemes.kinds[1]) == R"(label="" lambda_decode="theory")");
}

/// Values that do not fit a schema, by the keywords that it uses.
std::vector<Json> violations(const Json& schema) {
  if (schema.contains("$ref"))
    return {5, "all", Json::object(), Json{{"kind", "no such kind"}}, Json{{"kind", 1}}};
  if (schema.contains("anyOf")) return {"no such rule", true, -1.0, Json::array()};
  if (schema.contains("enum")) return {"no such choice", 1};
  const std::string type = schema.at("type").get<std::string>();
  std::vector<Json> bad;
  if (type == "string") bad = {1, true, Json::array()};
  if (type == "boolean") bad = {0, "true"};
  if (type == "object") bad = {1, Json{{"no such member", 1}}};
  if (type == "integer") bad = {1.5, "1", true};
  if (type == "number") bad = {"1", false, nullptr};
  if (schema.contains("minimum")) bad.emplace_back(schema["minimum"].get<double>() - 1.0);
  if (schema.contains("maximum")) {
    const double maximum = schema["maximum"].get<double>();
    bad.emplace_back(maximum + std::max(1.0, 1e-9 * maximum));
  }
  if (schema.contains("exclusiveMinimum")) bad.push_back(schema["exclusiveMinimum"]);
  if (type == "array") {
    bad = {1, "x", Json::object()};
    if (schema.contains("minItems")) bad.push_back(Json::array());
    for (const Json& item : violations(schema.at("items"))) bad.push_back(Json::array({item}));
  }
  if (type == "object" && schema.contains("properties"))
    for (const auto& [name, member] : schema["properties"].items())
      for (const Json& value : violations(member)) bad.push_back(Json{{name, value}});
  return bad;
}

/// The default and the ends of the interval: values that fit.
std::vector<Json> fitting(const Json& schema) {
  std::vector<Json> good;
  for (const char* keyword : {"default", "minimum", "maximum"})
    if (schema.contains(keyword)) good.push_back(schema[keyword]);
  if (schema.contains("enum"))
    for (const Json& choice : schema["enum"]) good.push_back(choice);
  if (schema.contains("anyOf"))
    for (const Json& alternative : schema["anyOf"])
      for (const Json& value : fitting(alternative)) good.push_back(value);
  return good;
}

TEST_CASE("The schema and the reader agree on every parameter of every kind", "[writer][schema]") {
  const Json definitions = schema_definitions(catalogue());
  std::size_t fields = 0;
  for (const Role& role : catalogue())
    for (const KindInfo* kind : role.kinds) {
      const std::string name = std::string(role.name) + "." + std::string(kind->name);
      const Json& schema = definitions.at(name);
      CHECK(schema.at("additionalProperties") == false);
      CHECK(schema.at("required") == Json::array({"kind"}));
      CHECK(schema.at("properties").at("kind").at("const") == kind->name);
      const auto read_with = [&](const std::string& field, const Json& value) {
        const Json object{{"kind", kind->name}, {field, value}};
        return read_component(object, "/x", catalogue(), role.name);
      };
      CHECK_THROWS_AS(read_with("no such member", 1), ConfigError);
      for (const auto& [field, member] : schema.at("properties").items()) {
        if (field == "kind") continue;
        ++fields;
        CAPTURE(name, field);
        CHECK_FALSE(member.at("description").get<std::string>().empty());
        for (const Json& value : fitting(member)) CHECK_NOTHROW(read_with(field, value));
        const auto bad = violations(member);
        CHECK_FALSE(bad.empty());
        for (const Json& value : bad) {
          CAPTURE(value.dump());
          CHECK_THROWS_AS(read_with(field, value), ConfigError);
        }
      }
    }
  CHECK(fields == 23);
}

TEST_CASE("The schema and the reader agree on the configuration itself", "[writer][schema]") {
  const Json schema = configuration_schema(vocabulary(), vocabulary().experiments.front());
  const Json defaults = default_configuration(vocabulary(), vocabulary().experiments.front());
  CHECK(schema.at("additionalProperties") == false);
  std::vector<std::string> described, written;
  for (const auto& [field, member] : schema.at("properties").items()) {
    CAPTURE(field);
    if (field != "$schema") described.push_back(field);
    for (const Json& value : fitting(member))
      CHECK_NOTHROW(expand(Json{{field, value}}, vocabulary()));
    for (const Json& value : violations(member)) {
      if (field == "sweep" && value == defaults.at(field)) continue;  // none at all
      CAPTURE(value.dump());
      CHECK_THROWS_AS(expand(Json{{field, value}}, vocabulary()), ConfigError);
    }
  }
  for (const auto& member : defaults.items()) written.push_back(member.key());
  CHECK(described == written);
}

TEST_CASE("Every reference of the schema has a definition", "[writer][schema]") {
  const Json schema = configuration_schema(vocabulary(), vocabulary().experiments.front());
  std::size_t references = 0;
  const std::function<void(const Json&)> walk = [&](const Json& part) {
    if (!part.is_structured()) return;
    for (const auto& [name, value] : part.items()) {
      if (name == "$ref") {
        ++references;
        const std::string target = value.get<std::string>().substr(1);
        CAPTURE(target);
        CHECK(schema.contains(Json::json_pointer(target)));
      } else {
        walk(value);
      }
    }
  };
  walk(schema);
  CHECK(references > 15);
}

}  // namespace
}  // namespace laggard::config
