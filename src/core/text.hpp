// Numbers in texts, and helpers for messages.
#pragma once

#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace laggard {

/// The whole of `text` as a number. Unlike strtod, from_chars does not depend on the locale.
template <class Number>
bool convert(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  return result.ec == std::errc() && result.ptr == end;
}

/// "a, b, c"
std::string join(std::span<const std::string_view> names, std::string_view separator = ", ");

/// The candidate with the smallest Damerau-Levenshtein distance to `word`, if it is near enough to
/// be what was meant (at most a third of the letters, at least 1).
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

/// "use one of: a, b, c" with "did you mean 'b'?" in front where a name is near.
std::string suggestion(std::string_view word, std::span<const std::string_view> candidates);

/// The text on one line and safe for a terminal: control characters and what is not UTF-8 as \n, \t
/// or \x1b.
std::string printable(std::string_view text);

/// The beginning of a text that may be anything, printable, for messages.
std::string clip(std::string_view text, std::size_t longest = 40);

/// The same in quotes.
std::string excerpt(std::string_view text);

/// "512 B", "1.2 kB", "3.45 MB"
std::string format_bytes(double bytes);

/// Whether `name` can name a file in any directory: not empty, no '/', no dot in front, no control
/// characters.
bool is_file_name(std::string_view name);

}  // namespace laggard
