// Tables as text, as people and spreadsheets write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace laggard {

/// Without blanks at both ends.
std::string_view trim(std::string_view text, std::string_view what = " \t\r");

/// What separates the cells of a table with this first line: a semicolon, which spreadsheets write
/// where a comma is part of a number, a tab, or a comma.
char separator_of(std::string_view line);

/// The cells of a line, each without blanks at both ends.
void split(std::string_view line, char separator, std::vector<std::string_view>& cells);

/// Some programs begin UTF-8 with it.
void remove_byte_order_mark(std::string& first_line);

}  // namespace laggard
