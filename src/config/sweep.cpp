#include "config/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string_view>

#include "core/error.hpp"

namespace laggard::config {
namespace {

constexpr const char* kNested = "sweep";  // of a point
constexpr std::size_t kMostCombinations = 1'000'000;

struct Setting {
  std::string pointer;
  const Json* value;
  std::string place;
};

/// What is set together at a point.
using Settings = std::vector<Setting>;

/// All of them set the same pointers in the same order.
using Points = std::vector<Settings>;

Points expand(const Json& sweep, const std::string& where);

/// Of the object that has the value at `place`.
std::string parent_of(const std::string& place) {
  return place.substr(0, place.rfind('/'));
}

Json parameters_of(const Settings& settings) {
  Json parameters = Json::object();
  for (const Setting& setting : settings) parameters[setting.pointer] = *setting.value;
  return parameters;
}

/// The same for equal values: neither the order of members nor the way in which a number is written
/// tells them apart.
nlohmann::json canonical(const Json& value) {
  if (value.is_number_float() && value == Json(std::nearbyint(value.get<double>())) &&
      std::abs(value.get<double>()) < 0x1p53)
    return static_cast<std::int64_t>(value.get<double>());
  if (!value.is_structured()) return value;
  nlohmann::json plain = value.is_object() ? nlohmann::json::object() : nlohmann::json::array();
  for (const auto& [name, member] : value.items())
    (value.is_object() ? plain[name] : plain.emplace_back()) = canonical(member);
  return plain;
}

/// Finds what is there twice: slopes and tables would count such a point twice.
class Distinct {
 public:
  /// The index of an equal value that came before; else `index`.
  std::size_t add(const Json& value, std::size_t index) {
    return first_.emplace(canonical(value).dump(), index).first->second;
  }

 private:
  std::map<std::string, std::size_t> first_;
};

[[noreturn]] void refuse_count() {
  throw ConfigError("/sweep has too many combinations",
                    fmt::format("more than {}", kMostCombinations), "shorten the lists");
}

/// The pointers are set in their order. One that replaces what an earlier one set would make points
/// that differ in `parameters` only.
void check_order(const Settings& settings) {
  std::map<std::string, std::string> earlier;  // pointer -> place
  for (const auto& [pointer, value, place] : settings) {
    const auto [before, is_new] = earlier.emplace(pointer, place);
    if (!is_new)
      throw ConfigError(fmt::format("{} sets '{}' again", parent_of(place), pointer),
                        fmt::format("{} sets it too", parent_of(before->second)), "set it once");
    const auto inside = earlier.lower_bound(pointer + "/");
    if (inside != earlier.end() && inside->first.starts_with(pointer + "/"))
      throw ConfigError(
          fmt::format("{} sets '{}' after '{}'", parent_of(place), pointer, inside->first),
          "it replaces what was set before", fmt::format("put '{}' first", pointer));
  }
}

/// Every choice of one point of each block; that of the last block turns fastest.
Points product(const std::vector<Points>& blocks) {
  Points points(1);
  for (const Points& block : blocks) {
    if (points.size() > kMostCombinations / block.size()) refuse_count();
    Points longer;
    longer.reserve(points.size() * block.size());
    for (Settings& point : points)
      for (const Settings& more : block) {
        longer.push_back(&more == &block.back() ? std::move(point) : point);
        longer.back().insert(longer.back().end(), more.begin(), more.end());
      }
    points = std::move(longer);
  }
  check_order(points.front());
  return points;
}

/// Errors: ConfigError for members that hold for the whole file, so that no point can have its own.
Setting setting_of(const std::string& pointer, const Json& value, const std::string& where) {
  for (const std::string_view whole : {"/sweep", "/name", "/experiment", "/output", "/$schema"})
    if (pointer == whole || pointer.starts_with(std::string(whole) + "/"))
      throw ConfigError(fmt::format("{} sets '{}'", where, pointer),
                        "it holds for the whole result file", "set it outside of the sweep");
  return {pointer, &value, fmt::format("{}/{}", where, escape(pointer))};
}

/// "/p": [v, ...]
Points values_of(const std::string& pointer, const Json& values, const std::string& where) {
  const Setting setting = setting_of(pointer, values, where);
  if (!values.is_array() || values.empty())
    throw ConfigError(fmt::format("{} is {}", setting.place,
                                  values.is_array() ? "an empty list" : describe_type(values)),
                      "a sweep needs a list of values", "list at least one value");
  if (values.size() > kMostCombinations) refuse_count();
  Points points;
  Distinct distinct;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (const std::size_t before = distinct.add(values[i], i); before != i)
      throw ConfigError(fmt::format("{}/{} is {}", setting.place, i, values[i].dump()),
                        fmt::format("as {}/{} is", setting.place, before), "remove one of them");
    points.push_back({{pointer, &values[i], setting.place}});
  }
  return points;
}

/// {"/p": [v, ...], ...}
Points grid_of(const Json& object, const std::string& where) {
  std::vector<Points> blocks;
  for (const auto& [pointer, values] : object.items())
    blocks.push_back(values_of(pointer, values, where));
  return product(blocks);
}

/// {"/p": v, ..., "sweep": ...}
Points point_of(const Json& object, const std::string& where) {
  std::vector<Points> blocks;
  for (const auto& [name, value] : object.items())
    blocks.push_back(name == kNested ? expand(value, fmt::format("{}/{}", where, name))
                                     : Points{{setting_of(name, value, where)}});
  return product(blocks);
}

/// Brings settings into the order of others, which must set the same pointers.
void align(Points& points, const std::string& where, const Settings& others,
           const std::string& others_where) {
  const auto refuse = [](const std::string& there, const std::string& pointer,
                         const std::string& elsewhere) {
    throw ConfigError(fmt::format("{} does not set '{}'", there, pointer), elsewhere + " does",
                      "let every object of a list set the same pointers; for the product of lists "
                      "of values, put them into one object");
  };
  std::map<std::string_view, std::size_t> own;
  for (const Setting& setting : points.front()) own.emplace(setting.pointer, own.size());
  std::vector<std::size_t> order;
  for (const Setting& setting : others) {
    const auto found = own.find(setting.pointer);
    if (found == own.end()) refuse(where, setting.pointer, others_where);
    order.push_back(found->second);
    own.erase(found);
  }
  if (!own.empty()) refuse(others_where, std::string(own.begin()->first), where);
  if (std::is_sorted(order.begin(), order.end())) return;
  for (Settings& settings : points) {
    Settings aligned;
    for (const std::size_t i : order) aligned.push_back(std::move(settings[i]));
    settings = std::move(aligned);
  }
}

/// [{"/p": v, ...}, ...]
Points points_of(const Json& list, const std::string& where) {
  Points points;
  Distinct distinct;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string here = fmt::format("{}/{}", where, i);
    Points more = point_of(list[i], here);
    if (i > 0) align(more, here, points.front(), where + "/0");
    if (points.size() + more.size() > kMostCombinations) refuse_count();
    for (Settings& settings : more) {
      const Json parameters = parameters_of(settings);
      if (const std::size_t before = distinct.add(parameters, i); before != i)
        throw ConfigError(fmt::format("{} sets {}", here, parameters.dump()),
                          fmt::format("as {}/{} does", where, before), "remove one of them");
      points.push_back(std::move(settings));
    }
  }
  return points;
}

bool is_product(const Json& list) {
  return std::any_of(list.begin(), list.end(),
                     [](const Json& element) { return element.is_array(); });
}

Points expand(const Json& sweep, const std::string& where) {
  if (!sweep.is_structured())
    throw ConfigError(
        fmt::format("{} is {}", where, describe_type(sweep)),
        "it maps JSON pointers to lists of values, or it is a list of points",
        "write for example {\"/workers\": [16, 32]} or [{\"/workers\": 16, \"/seed\": 1}]");
  if (sweep.empty())
    throw ConfigError(fmt::format("{} is {}", where, sweep.is_array() ? "an empty list" : "empty"),
                      "it sets nothing", "remove it, or name a pointer");
  if (sweep.is_object()) return grid_of(sweep, where);
  for (std::size_t i = 0; i < sweep.size(); ++i)
    if (!sweep[i].is_structured() || sweep[i].empty())
      throw ConfigError(fmt::format("{}/{} is {}", where, i,
                                    sweep[i].is_structured() ? "empty" : describe_type(sweep[i])),
                        "a list in a sweep has points, or blocks that multiply",
                        "write objects such as {\"/workers\": 16, \"/trials\": 5}");
  if (!is_product(sweep)) return points_of(sweep, where);
  std::vector<Points> blocks;
  for (std::size_t i = 0; i < sweep.size(); ++i)
    blocks.push_back(expand(sweep[i], fmt::format("{}/{}", where, i)));
  return product(blocks);
}

Json without(const Json& sweep, const std::string& pointer, const std::string& where);

Json members_without(const Json& object, const std::string& pointer, const std::string& where) {
  Json rest = Json::object();
  for (const auto& [name, value] : object.items()) {
    const std::string place = fmt::format("{}/{}", where, escape(name));
    if (pointer.starts_with(name + "/"))
      throw ConfigError(fmt::format("--set {} has no effect", pointer),
                        fmt::format("the sweep sets the whole of {}", name),
                        fmt::format("change the values in {}", place));
    if (name == pointer || name.starts_with(pointer + "/")) continue;
    Json kept = name == kNested ? without(value, pointer, place) : value;
    if (name != kNested || !kept.empty()) rest[name] = std::move(kept);
  }
  return rest;
}

Json without(const Json& sweep, const std::string& pointer, const std::string& where) {
  if (sweep.is_object()) return members_without(sweep, pointer, where);
  if (!sweep.is_array()) return sweep;
  const bool multiplies = is_product(sweep);
  Json rest = Json::array();
  Distinct distinct;
  for (std::size_t i = 0; i < sweep.size(); ++i) {
    Json kept = without(sweep[i], pointer, fmt::format("{}/{}", where, i));
    const bool changed = kept != sweep[i];
    if (changed && kept.empty()) continue;
    // Points that differed in what is taken out are one point now.
    if (distinct.add(kept, i) != i && changed && !multiplies) continue;
    rest.push_back(std::move(kept));
  }
  if (!multiplies || is_product(rest)) return rest;
  Json grid = Json::object();  // a list of nothing but objects would be a list of points
  for (const Json& block : rest) grid.update(block);
  return grid;
}

/// What the member `kind` belongs to; empty for another pointer and for the configuration itself.
std::string whole_of_kind(std::string_view pointer) {
  constexpr std::string_view kKind = "/kind";
  return std::string(pointer.ends_with(kKind) ? pointer.substr(0, pointer.size() - kKind.size())
                                              : "");
}

}  // namespace

bool equal(const Json& a, const Json& b) {
  return canonical(a).dump() == canonical(b).dump();
}

std::vector<SweepPoint> expand_sweep(const Json& sweep) {
  if (sweep == Json::object()) return {SweepPoint{}};
  std::vector<SweepPoint> points;
  for (const Settings& settings : expand(sweep, "/sweep")) {
    points.push_back({parameters_of(settings), {}});
    for (const Setting& setting : settings) points.back().places.push_back(setting.place);
  }
  return points;
}

void SweepPoint::apply(Json& document) const {
  auto place = places.begin();
  for (const auto& [pointer, value] : parameters.items())
    assign(document, pointer, value, parent_of(*place++));
}

std::string SweepPoint::blame(const std::string& message) const {
  std::string blamed = message;
  auto place = places.begin();
  for (const auto& member : parameters.items()) {
    const std::string& pointer = member.key();
    const char next = message.starts_with(pointer) && message.size() > pointer.size()
                          ? message[pointer.size()]
                          : '-';
    // A later pointer lies inside of an earlier one: it is the nearer.
    if (next == ' ' || next == '/' || next == ':')
      blamed = fmt::format("{}: {}", *place, message);
    else if (const std::string whole = whole_of_kind(pointer);
             !whole.empty() && message.starts_with(whole + "/"))
      blamed = fmt::format("{} changes the kind alone ({}); sweep {} as a whole", *place,
                           message.substr(0, message.rfind("; ")), whole);
    ++place;
  }
  return blamed;
}

Json override_sweep(const Json& sweep, const std::string& pointer) {
  const Json rest = without(sweep, pointer, "/sweep");
  return rest.is_array() && rest.empty() && !sweep.empty() ? Json::object() : rest;
}

Json sweep_schema(Json& definitions) {
  const auto reference = [](const char* name) {
    return Json{{"$ref", std::string("#/$defs/") + name}};
  };
  const auto members = [](Json value) {
    return Json{{"type", "object"},
                {"patternProperties", {{"^/", std::move(value)}}},
                {"additionalProperties", false}};
  };
  definitions["sweep.grid"] = members({{"type", "array"}, {"minItems", 1}});
  definitions["sweep.grid"]["description"] =
      "JSON pointers to lists of values: the product of the lists; the last pointer turns fastest";
  definitions["sweep.point"] = members(Json::object());
  definitions["sweep.point"]["description"] =
      "JSON pointers to values that are set together, the same pointers in every object of the "
      "list";
  definitions["sweep.point"]["properties"]["sweep"] = reference("sweep");
  const Json is_list{{"type", "array"}};
  definitions["sweep.points"] = {
      {"type", "array"}, {"minItems", 1}, {"items", reference("sweep.point")}};
  definitions["sweep.product"] = {
      {"description", "the product of blocks: lists, which are sweeps, and objects of lists"},
      {"type", "array"},
      {"contains", is_list},
      {"items",
       {{"if", is_list}, {"then", reference("sweep")}, {"else", reference("sweep.grid")}}}};
  definitions["sweep"] = {{"if", is_list},
                          {"then",
                           {{"if", {{"contains", is_list}}},
                            {"then", reference("sweep.product")},
                            {"else", reference("sweep.points")}}},
                          {"else", reference("sweep.grid")}};
  Json schema = reference("sweep");
  schema["description"] = "the points: a product of lists of values, a list of points, or both";
  return schema;
}

}  // namespace laggard::config
