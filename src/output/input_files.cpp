#include "output/input_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "core/companion.hpp"
#include "core/error.hpp"
#include "core/rules.hpp"
#include "core/sha256.hpp"

namespace laggard::output {
namespace {

constexpr std::uint64_t kSample = 1U << 20U;
constexpr std::uint64_t kSamples = 256;

std::string fingerprint_of(const std::string& path, std::uint64_t size) {
  Sha256 hash;
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint8_t> bytes(std::min(size, kSample));
  const std::uint64_t step = std::max(kSample, size / kSamples);
  for (std::uint64_t at = 0; at < size && file; at += step) {
    file.seekg(static_cast<std::streamoff>(at));
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    hash.update({bytes.data(), static_cast<std::size_t>(file.gcount())});
    if (file.eof()) file.clear();
  }
  return fmt::format("{} {}", size, hash.hex());
}

void add(const std::string& name, config::Json& files) {
  std::error_code failure;
  if (files.contains(name) || !std::filesystem::is_regular_file(name, failure)) return;
  const std::uint64_t size = std::filesystem::file_size(name, failure);
  if (!failure) files[name] = fingerprint_of(name, size);
}

/// A text names a file by itself, or as the argument of a rule.
void visit(const config::Json& value, config::Json& files) {
  if (value.is_structured()) {
    for (const config::Json& element : value) visit(element, files);
    return;
  }
  if (!value.is_string()) return;
  const auto& text = value.get_ref<const std::string&>();
  add(text, files);
  add(std::string(rule_argument(text)), files);
  add(labels_beside(text), files);  // which "labels": "auto" does not name
}

}  // namespace

config::Json input_files(const config::Json& resolved) {
  config::Json files = config::Json::object();
  visit(resolved, files);
  return files;
}

std::string changed_file(const config::Json& then, const config::Json& now) {
  if (!then.is_object()) return "";
  for (const auto& [name, fingerprint] : now.items())
    if (then.contains(name) && then[name] != fingerprint) return name;
  return "";
}

void require_no_input(const std::filesystem::path& output, const config::Json& files) {
  for (const auto& [name, fingerprint] : files.items()) {
    std::error_code absent;
    if (std::filesystem::equivalent(output, name, absent))
      throw ConfigError(fmt::format("the output '{}' is an input of the run", output.string()),
                        name == output ? "it would be lost" : fmt::format("it is '{}'", name),
                        "name another file with --output");
  }
}

}  // namespace laggard::output
