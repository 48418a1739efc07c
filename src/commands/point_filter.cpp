#include "commands/point_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "config/json.hpp"
#include "config/sweep.hpp"
#include "core/error.hpp"
#include "core/text.hpp"

namespace laggard::commands {
namespace {

using config::Json;

/// JSON pointer -> the values of which a point must have one.
using Conditions = std::map<std::string, std::vector<Json>>;

Conditions parse_conditions(const std::vector<std::string>& texts) {
  Conditions conditions;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    const std::string pointer = text.substr(0, equals);
    try {
      static_cast<void>(Json::json_pointer(pointer));
    } catch (const Json::exception&) {
      throw ConfigError(fmt::format("--where {} has no JSON pointer", excerpt(text)),
                        "a pointer begins with '/'", "write for example --where /workers=64");
    }
    if (equals == std::string::npos || pointer.empty())
      throw ConfigError(fmt::format("--where {} is no condition", excerpt(text)),
                        "a condition is /json/pointer=VALUE",
                        "write for example --where /workers=64");
    const std::string value = text.substr(equals + 1);
    const Json parsed = config::parse_or_discard(value);
    conditions[pointer].push_back(parsed.is_discarded() ? Json(value) : parsed);
  }
  return conditions;
}

/// The configuration at a point: what the sweep set, on top of the rest.
Json document_at(const PointRecord& point, Json document) {
  const Json parameters = config::parse_or_discard(point.parameters);
  if (!parameters.is_object()) return document;
  for (const auto& [pointer, value] : parameters.items())
    config::assign(document, pointer, value, "/points");
  return document;
}

class Test {
 public:
  Test(const std::string& config, const PointFilter& filter, config::Vocabulary vocabulary)
      : schemes_(filter.schemes.begin(), filter.schemes.end()),
        conditions_(parse_conditions(filter.conditions)),
        config_(config::parse_or_discard(config)),
        vocabulary_(std::move(vocabulary)) {}

  bool passes(const PointRecord& point) {
    if (!schemes_.empty() && !schemes_.contains(point.scheme)) return false;
    if (conditions_.empty()) return true;
    // The schemes of a combination follow each other.
    if (document_.is_null() || parameters_ != point.parameters) {
      parameters_ = point.parameters;
      document_ = with_members(document_at(point, config_));
    }
    return std::all_of(conditions_.begin(), conditions_.end(), [&](const auto& condition) {
      const Json::json_pointer pointer(condition.first);
      if (!document_.contains(pointer)) return false;
      const Json& value = document_.at(pointer);
      return std::any_of(condition.second.begin(), condition.second.end(),
                         [&](const Json& wanted) { return config::equal(value, wanted); });
    });
  }

  /// No point passed. Errors: ConfigError, always.
  [[noreturn]] void refuse(const std::vector<PointRecord>& points) const {
    std::set<std::string> labels;
    std::set<std::string> unknown;
    for (const auto& condition : conditions_) unknown.insert(condition.first);
    for (const PointRecord& point : points) {
      labels.insert(point.scheme);
      if (unknown.empty()) continue;
      const Json document = with_members(document_at(point, config_));
      std::erase_if(unknown, [&](const std::string& pointer) {
        return document.contains(Json::json_pointer(pointer));
      });
    }
    if (!unknown.empty())
      throw ConfigError(fmt::format("--where {}: no point has that member", *unknown.begin()),
                        "neither the configuration nor the sweep sets it",
                        "name one, for example /workers");
    const std::vector<std::string_view> names(labels.begin(), labels.end());
    throw ConfigError(
        "no point passes --scheme and --where", "nothing is left to show",
        fmt::format("the schemes are {}; without these options all points are shown", join(names)));
  }

 private:
  /// An object that a sweep sets need not name all of its members. Where a condition is about one
  /// that it does not name, and this version understands the document, the defaults are added.
  Json with_members(Json document) const {
    const bool complete =
        std::all_of(conditions_.begin(), conditions_.end(), [&](const auto& condition) {
          return document.contains(Json::json_pointer(condition.first));
        });
    if (complete) return document;
    Json combination = document;
    combination.erase("sweep");
    try {
      return config::expand(combination, vocabulary_).resolved;
    } catch (const ConfigError&) {
      return document;
    }
  }

  std::set<std::string> schemes_;
  Conditions conditions_;
  Json config_;
  config::Vocabulary vocabulary_;
  std::string parameters_;
  Json document_;
};

}  // namespace

void PointFilter::add_to(CLI::App& command) {
  command.add_option("--scheme", schemes, "only points of this scheme (repeatable)")
      ->type_name("LABEL")
      ->allow_extra_args(false);
  command
      .add_option("--where", conditions,
                  "only points where this member of the configuration has this value (repeatable)")
      ->type_name("/POINTER=VALUE")
      ->allow_extra_args(false);
}

std::function<bool(const PointRecord&)> PointFilter::test(const std::string& config,
                                                          const std::vector<PointRecord>& points,
                                                          config::Vocabulary vocabulary) const {
  if (schemes.empty() && conditions.empty()) return [](const PointRecord&) { return true; };
  const auto shared = std::make_shared<Test>(config, *this, std::move(vocabulary));
  const bool any = std::any_of(points.begin(), points.end(),
                               [&](const PointRecord& point) { return shared->passes(point); });
  if (!any) shared->refuse(points);
  return [shared](const PointRecord& point) { return shared->passes(point); };
}

}  // namespace laggard::commands
