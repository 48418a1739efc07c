// How a component describes its parameters, once, for everybody who needs to know them: the strict
// JSON reader, the writer of resolved configurations, the JSON Schema and `laggard list`.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace laggard {

/// Name of a JSON member and one line on its meaning and unit.
struct Key {
  std::string_view name;
  std::string_view doc;
};

/// Allowed interval of a number; open at the lower end if `above` is set.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool above = false;

  bool contains(double value) const {
    return (above ? value > low : value >= low) && value <= high;
  }
};

inline constexpr Range kAnyNumber{};
inline constexpr Range kNonNegative{0.0, std::numeric_limits<double>::infinity(), false};
inline constexpr Range kPositive{0.0, std::numeric_limits<double>::infinity(), true};
inline constexpr Range kProbability{0.0, 1.0, false};

using Names = std::vector<std::string_view>;

/// Either a number or the name of a rule that finds it ("theory", "gcv", "auto").
struct NumberOrRule {
  double number = 0.0;
  std::string rule;  ///< empty: `number` counts

  bool is(std::string_view name) const { return rule == name; }
};

/// A part of the configuration that is chosen by its "kind" from a table.
struct Component {
  std::string kind;
  std::string parameters = "{}";  ///< JSON object, "kind" and every default spelled out
  std::string where;              ///< JSON pointer, for messages

  bool operator==(const Component& other) const { return parameters == other.parameters; }
};

/// Visits the parameters of a component: reads them, writes them or describes them.
/// A member that the JSON lacks keeps the value it has.
class Fields {
 public:
  virtual ~Fields() = default;
  virtual void number(Key key, double& value, Range range = kAnyNumber) = 0;
  virtual void integer(Key key, std::uint32_t& value, std::uint32_t low = 0,
                       std::uint32_t high = std::numeric_limits<std::uint32_t>::max()) = 0;
  virtual void integer(Key key, std::uint64_t& value) = 0;
  virtual void boolean(Key key, bool& value) = 0;
  /// `choices` empty: any text.
  virtual void text(Key key, std::string& value, const Names& choices = {}) = 0;
  virtual void number_or_rule(Key key, NumberOrRule& value, Range range, const Names& rules) = 0;
  virtual void numbers(Key key, std::vector<double>& values, Range range = kAnyNumber) = 0;
  virtual void integers(Key key, std::vector<std::uint32_t>& values) = 0;
  virtual void texts(Key key, std::vector<std::string>& values) = 0;
  /// A nested object with members of its own.
  virtual void object(Key key, const std::function<void(Fields&)>& members) = 0;
  /// `role` names the table of kinds, as in `laggard list` ("delays", "waits", ...).
  virtual void component(Key key, Component& value, std::string_view role) = 0;
  /// At least one.
  virtual void components(Key key, std::vector<Component>& values, std::string_view role) = 0;
};

}  // namespace laggard
