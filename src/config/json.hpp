// JSON as the program uses it: members keep the order of the file, duplicates are errors.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace laggard::config {

using Json = nlohmann::ordered_json;

/// Parses one JSON text; `source` names it in messages. Errors: ConfigError with line and column.
Json parse(std::string_view text, const std::string& source);

/// The same for a text that the program wrote itself: where it is damaged, the value
/// `is_discarded()`. Compiled once, which every `Json::parse` is not (2 s of a build each).
Json parse_or_discard(std::string_view text);

/// Reads a file: JSON with comments, up to 64 MiB; `what` is for messages. Errors: ConfigError.
Json read_file(const std::filesystem::path& path, const std::string& what = "configuration");

/// `token` as one step of a JSON pointer (RFC 6901).
std::string escape(std::string_view token);

/// "a number", "an object", ...: what a value is, for messages.
std::string describe_type(const Json& value);

/// Applies `--set /pointer=VALUE`. VALUE is strict JSON, or else taken as a string. The pointer
/// must name a member whose parent exists, in the document or else in its complete `defaults`.
/// Errors: ConfigError.
void apply_setting(Json& document, const std::string& setting, const Json& defaults);

/// The value at `pointer`; null: there is none. Errors: ConfigError naming `purpose` if it is no
/// JSON pointer.
const Json* find(const Json& document, const std::string& pointer, const std::string& purpose);

/// Replaces the value at `pointer`; its parent must exist. Errors: ConfigError naming `purpose`.
void assign(Json& document, const std::string& pointer, const Json& value,
            const std::string& purpose);

}  // namespace laggard::config
