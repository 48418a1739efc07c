// Bringing one file from a URL to the disk.
#pragma once

#include <filesystem>
#include <string>

namespace laggard::data {

/// True for http://, https:// and file:/// addresses.
bool is_supported_url(const std::string& url);

/// Copies what is at `url` to `target`, replacing it. Returns what went wrong, or "". file:///PATH
/// is copied in the process (PATH is taken literally); the others by the program curl, started
/// with a list of arguments and never through a shell.
std::string transfer(const std::string& url, const std::filesystem::path& target);

}  // namespace laggard::data
