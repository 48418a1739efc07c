#include "config/json.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <set>
#include <system_error>
#include <vector>

#include "config/sweep.hpp"
#include "core/error.hpp"
#include "core/text.hpp"

namespace laggard::config {
namespace {

constexpr std::size_t kLargestFile = 64U << 20U;
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

/// "[json.exception.parse_error.101] parse error at line 3, column 5: syntax error ..." -> the part
/// that says why; names of exceptions mean nothing to users.
std::string reason(const Json::exception& error) {
  std::string why = error.what();
  if (const auto bracket = why.find("] "); bracket != std::string::npos)
    why = why.substr(bracket + 2);
  if (why.starts_with("parse error"))
    if (const auto colon = why.find(": "); colon != std::string::npos) why = why.substr(colon + 2);
  return clip(why, 200);
}

/// Throws Json::exception where the text is not JSON, and ConfigError where it is not strict.
Json parse_strictly(std::string_view text, const std::string& source,
                    bool may_have_comments = false) {
  StrictParser strict(source);
  return Json::parse(text.begin(), text.end(), std::ref(strict), true, may_have_comments);
}

Json parse(std::string_view text, const std::string& source, bool may_have_comments) {
  try {
    return parse_strictly(text, source, may_have_comments);
  } catch (const Json::parse_error& error) {
    const Position at = position_of(text, error.byte);
    throw ConfigError(fmt::format("{}:{}:{}: this is not JSON", source, at.line, at.column),
                      reason(error), "correct the text there");
  } catch (const Json::out_of_range& error) {
    throw ConfigError(fmt::format("{}: a number is too large", source), reason(error),
                      "numbers go up to 1.8e308");
  }
}

}  // namespace

Json parse(std::string_view text, const std::string& source) {
  return parse(text, source, false);
}

Json parse_or_discard(std::string_view text) {
  return Json::parse(text, nullptr, false);
}

Json read_file(const std::filesystem::path& path, const std::string& what) {
  const auto refuse = [&](const std::string& why, const std::string& remedy) {
    throw ConfigError(fmt::format("cannot read the {} '{}'", what, path.string()), why, remedy);
  };
  std::error_code failure;
  if (std::filesystem::is_directory(path, failure)) refuse("it is a directory", "name a JSON file");
  std::ifstream file(path, std::ios::binary);
  if (!file)
    refuse(std::generic_category().message(errno),
           what == "configuration"
               ? "check the path; `laggard default-config` prints a configuration to start from"
               : "check the path");
  // Read to its end, not to its size: it may be a pipe, as in `laggard run <(program)`.
  std::string text;
  std::array<char, 1U << 16U> part;
  while (text.size() <= kLargestFile && (file.read(part.data(), part.size()), file.gcount() > 0))
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
  if (text.size() > kLargestFile)
    refuse(fmt::format("it is too large: more than {} bytes", kLargestFile), "check the path");
  return parse(text, path.string(), true);
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
  if (value.is_string()) return "the text " + excerpt(value.get<std::string>());
  return value.is_array() ? "a list" : "an object";
}

namespace {

[[noreturn]] void refuse_pointer(const std::string& purpose, const std::string& pointer,
                                 const std::string& why) {
  throw ConfigError(fmt::format("{} cannot set '{}'", purpose, pointer), why,
                    "give a JSON pointer such as /workers or /schemes/0/lambda_decode");
}

Json::json_pointer pointer_of(const std::string& pointer, const std::string& purpose) {
  if (!pointer.starts_with('/')) refuse_pointer(purpose, pointer, "a JSON pointer starts with '/'");
  try {
    return Json::json_pointer(pointer);
  } catch (const Json::exception& error) {
    refuse_pointer(purpose, pointer, reason(error));
  }
}

}  // namespace

const Json* find(const Json& document, const std::string& pointer, const std::string& purpose) {
  const Json::json_pointer at = pointer_of(pointer, purpose);
  return document.contains(at) ? &document.at(at) : nullptr;
}

void assign(Json& document, const std::string& pointer, const Json& value,
            const std::string& purpose) {
  const auto refuse = [&](const std::string& why) { refuse_pointer(purpose, pointer, why); };
  const Json::json_pointer target = pointer_of(pointer, purpose);
  try {
    const Json::json_pointer parent = target.parent_pointer();
    if (!document.contains(parent)) refuse("there is no " + parent.to_string());
    Json& container = document.at(parent);
    if (container.is_array()) {
      if (!container.contains(Json::json_pointer("/" + escape(target.back()))))
        refuse(fmt::format("the list has {} elements", container.size()));
    } else if (!container.is_object()) {
      refuse((parent.empty() ? "the configuration" : parent.to_string()) + " is " +
             describe_type(container));
    }
    document[target] = value;
  } catch (const Json::exception& error) {
    refuse(reason(error));
  }
}

namespace {

/// Makes the objects on the way to a member, which the document lacks: they are those that it has
/// by default, or empty ones within such objects. Their reader finds members that are not known.
void fill_in(Json& document, const Json::json_pointer& target, const Json& defaults) {
  if (target.empty()) return;
  const Json::json_pointer parent = target.parent_pointer();
  if (parent.empty() || document.contains(parent)) return;
  fill_in(document, parent, defaults);
  const Json::json_pointer above = parent.parent_pointer();
  if (!document.contains(above) || !document.at(above).is_object()) return;
  const bool usual = defaults.contains(parent);
  if (!usual && above.empty()) return;
  // Another kind has other members.
  document[parent] = usual && target.back() != "kind" ? defaults.at(parent) : Json::object();
}

}  // namespace

void apply_setting(Json& document, const std::string& setting, const Json& defaults) {
  const auto equals = setting.find('=');
  if (equals == std::string::npos)
    throw ConfigError(fmt::format("--set {} has no '='", excerpt(setting)),
                      "a setting is /json/pointer=VALUE", "write for example --set /workers=64");
  const std::string text = setting.substr(equals + 1);
  Json value;
  try {
    // Strings of JSON are valid UTF-8; the bytes of an argument may be anything.
    static_cast<void>(Json(setting).dump());
  } catch (const Json::type_error& error) {
    throw ConfigError("a --set is not text", reason(error), "use UTF-8");
  }
  try {
    value = parse_strictly(text, "--set " + setting.substr(0, equals));
  } catch (const Json::parse_error&) {
    value = text;
  } catch (const Json::out_of_range& error) {
    throw ConfigError(fmt::format("--set {}: a number is too large", excerpt(setting)),
                      reason(error), "numbers go up to 1.8e308");
  }
  const std::string pointer = setting.substr(0, equals);
  fill_in(document, pointer_of(pointer, "--set"), defaults);
  assign(document, pointer, value, "--set");
  // The command line wins over the file, its sweep included.
  if (pointer != "/sweep" && document.contains("sweep"))
    document["sweep"] = override_sweep(document["sweep"], pointer);
}

}  // namespace laggard::config
