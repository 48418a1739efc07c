#include "config/json.hpp"

#include <fmt/format.h>

#include <fstream>
#include <set>
#include <vector>

#include "core/error.hpp"

namespace laggard::config {
namespace {

constexpr std::uintmax_t kLargestFile = 64U << 20U;
constexpr std::size_t kDeepest = 64;

/// nlohmann/json keeps the last of two equal members without a word; a typo would be a silent
/// default.
class StrictParser {
 public:
  explicit StrictParser(std::string source) : source_(std::move(source)) {}

  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    if (static_cast<std::size_t>(depth) > kDeepest)
      throw ConfigError(source_ + " is nested too deeply",
                        fmt::format("more than {} levels", kDeepest), "check the brackets");
    switch (event) {
      case Json::parse_event_t::object_start:
        members_.emplace_back();
        break;
      case Json::parse_event_t::object_end:
        members_.pop_back();
        break;
      case Json::parse_event_t::key:
        if (!members_.back().insert(parsed.get<std::string>()).second)
          throw ConfigError(fmt::format("{}: member {} appears twice", source_, parsed.dump()),
                            "JSON objects need distinct names", "remove one of them");
        break;
      default:
        break;
    }
    return true;
  }

 private:
  std::string source_;
  std::vector<std::set<std::string>> members_;
};

struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

Position position_of(std::string_view text, std::size_t byte) {
  Position at;
  for (std::size_t i = 0; i + 1 < byte && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++at.line;
      at.column = 1;
    } else {
      ++at.column;
    }
  }
  return at;
}

}  // namespace

Json parse(std::string_view text, const std::string& source) {
  try {
    StrictParser strict(source);
    return Json::parse(text.begin(), text.end(), std::ref(strict));
  } catch (const Json::parse_error& error) {
    const Position at = position_of(text, error.byte);
    std::string why = error.what();
    // "[json.exception.parse_error.101] parse error at line 3, column 5: syntax error ..." ->
    // keep the reason; the place is given in our own form.
    if (const auto colon = why.find(": "); colon != std::string::npos) why = why.substr(colon + 2);
    throw ConfigError(fmt::format("{}:{}:{}: this is not JSON", source, at.line, at.column), why,
                      "correct the text there");
  }
}

Json read_file(const std::filesystem::path& path) {
  std::error_code failure;
  if (std::filesystem::is_directory(path, failure))
    throw ConfigError(fmt::format("cannot read the configuration '{}'", path.string()),
                      "it is a directory", "name a JSON file");
  const auto size = std::filesystem::file_size(path, failure);
  std::ifstream file(path, std::ios::binary);
  if (failure || !file)
    throw ConfigError(
        fmt::format("cannot read the configuration '{}'", path.string()),
        failure ? failure.message() : "it cannot be opened",
        "check the path; `laggard default-config` prints a configuration to start from");
  if (size > kLargestFile)
    throw ConfigError(fmt::format("the configuration '{}' is too large", path.string()),
                      fmt::format("{} bytes, at most {}", size, kLargestFile), "check the path");
  std::string text(size, '\0');
  file.read(text.data(), static_cast<std::streamsize>(size));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse(text, path.string());
}

std::string escape(std::string_view token) {
  std::string escaped;
  for (char letter : token) {
    if (letter == '~')
      escaped += "~0";
    else if (letter == '/')
      escaped += "~1";
    else
      escaped += letter;
  }
  return escaped;
}

std::string describe_type(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "a boolean";
  if (value.is_number()) return "the number " + value.dump();
  if (value.is_string()) return "the text " + value.dump();
  return value.is_array() ? "a list" : "an object";
}

void assign(Json& document, const std::string& pointer, const Json& value,
            const std::string& purpose) {
  const auto refuse = [&](const std::string& why) {
    throw ConfigError(fmt::format("{} cannot set '{}'", purpose, pointer), why,
                      "give a JSON pointer such as /workers or /schemes/0/lambda_decode");
  };
  if (pointer.empty() || pointer.front() != '/') refuse("a JSON pointer starts with '/'");
  try {
    const Json::json_pointer target(pointer);
    const Json::json_pointer parent = target.parent_pointer();
    if (!document.contains(parent)) refuse("there is no " + parent.to_string());
    Json& container = document.at(parent);
    if (container.is_array()) {
      if (!container.contains(Json::json_pointer("/" + escape(target.back()))))
        refuse(fmt::format("the list has {} elements", container.size()));
    } else if (!container.is_object()) {
      refuse(parent.to_string() + " is " + describe_type(container));
    }
    document[target] = value;
  } catch (const Json::exception& error) {
    refuse(error.what());
  }
}

void apply_setting(Json& document, const std::string& setting) {
  const auto equals = setting.find('=');
  if (equals == std::string::npos)
    throw ConfigError(fmt::format("--set '{}' has no '='", setting),
                      "a setting is /json/pointer=VALUE", "write for example --set /workers=64");
  const std::string text = setting.substr(equals + 1);
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) value = text;
  assign(document, setting.substr(0, equals), value, "--set");
}

}  // namespace laggard::config
