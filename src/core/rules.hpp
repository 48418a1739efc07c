// Names of rules that take an argument.
#pragma once

#include <string_view>

namespace laggard {

/// Whether a text names a rule. One that is listed as "tuned:FILE" stands for any text behind the
/// colon.
inline bool names_rule(std::string_view text, std::string_view rule) {
  const std::size_t colon = rule.find(':');
  if (colon == std::string_view::npos) return text == rule;
  return text.size() > colon + 1 && text.substr(0, colon + 1) == rule.substr(0, colon + 1);
}

/// What stands behind the colon; empty if there is none.
inline std::string_view rule_argument(std::string_view text) {
  const std::size_t colon = text.find(':');
  return colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
}

}  // namespace laggard
