#include "core/csv.hpp"

namespace laggard {

std::string_view trim(std::string_view text, std::string_view what) {
  const auto first = text.find_first_not_of(what);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(what) - first + 1);
}

char separator_of(std::string_view line) {
  for (const char separator : {';', '\t'})
    if (line.find(separator) != std::string_view::npos) return separator;
  return ',';
}

void split(std::string_view line, char separator, std::vector<std::string_view>& cells) {
  cells.clear();
  for (auto at = line.find(separator); at != std::string_view::npos; at = line.find(separator)) {
    cells.push_back(trim(line.substr(0, at)));
    line.remove_prefix(at + 1);
  }
  cells.push_back(trim(line));
}

void remove_byte_order_mark(std::string& first_line) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (first_line.starts_with(kMark)) first_line.erase(0, kMark.size());
}

}  // namespace laggard
