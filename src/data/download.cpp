#include "data/download.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "core/text.hpp"
#include "data/input_file.hpp"
#include "data/transfer.hpp"

namespace laggard::data {
namespace {

constexpr std::size_t kSumDigits = 64;
constexpr std::size_t kDownloadBytes = 1U << 18;

std::string sha256_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::vector<std::uint8_t> buffer(kDownloadBytes);
  Sha256 sum;
  while (stream) {
    stream.read(reinterpret_cast<char*>(buffer.data()),
                static_cast<std::streamsize>(buffer.size()));
    sum.update(std::span(buffer).first(static_cast<std::size_t>(stream.gcount())));
  }
  return sum.hex();
}

/// The sum of what a gzip file contains; "" if it is damaged.
std::string content_sha256_of(const std::filesystem::path& path) {
  try {
    InputFile file(path);
    std::vector<std::uint8_t> buffer(kDownloadBytes);
    Sha256 sum;
    while (const std::size_t got = file.read_some(buffer)) sum.update(std::span(buffer).first(got));
    return sum.hex();
  } catch (const DataError&) {
    return "";
  }
}

/// "" if the file is what the download promises, else the sum that it has.
std::string wrong_sum(const Download& download, const std::filesystem::path& path) {
  const std::string sum = sha256_of(path);
  const bool right = sum == download.sha256 || (!download.content_sha256.empty() &&
                                                content_sha256_of(path) == download.content_sha256);
  return right ? "" : sum;
}

/// False for a member whose sum is not known: it may be left from another archive.
bool is_member_right(const Member& member, const std::filesystem::path& path) {
  std::error_code failure;
  return std::filesystem::is_regular_file(path, failure) &&
         std::filesystem::file_size(path, failure) == member.bytes &&
         sha256_of(path) == member.sha256;
}

void make_directory(const std::filesystem::path& directory) {
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  if (failure)
    throw DataError(fmt::format("cannot create the directory '{}'", directory.string()),
                    failure.message(), "choose another one with --directory");
}

/// Tries one mirror after the other until the file is right and has its name.
void download_file(const Download& download, const std::filesystem::path& target,
                   std::span<const std::string> urls, const Report& report) {
  const std::filesystem::path part = target.string() + ".part";
  std::string tried;
  std::error_code failure;
  for (const std::string& url : urls) {
    report(fmt::format("fetching {}", url));
    std::string problem = transfer(url, part);
    if (problem.empty()) {
      const std::string sum = wrong_sum(download, part);
      if (sum.empty()) {
        std::filesystem::rename(part, target, failure);
        if (!failure) return;
        problem = failure.message();
      } else {
        problem = fmt::format("its SHA-256 is {}, not {}", sum, download.sha256);
      }
    }
    std::filesystem::remove(part, failure);
    report(fmt::format("no: {}", problem));
    tried += fmt::format("{}{}: {}", tried.empty() ? "" : "; ", url, problem);
  }
  throw DataError(fmt::format("cannot fetch '{}'", target.string()), tried,
                  "name another mirror with --mirror, or other sums with --manifest");
}

void check_sum(std::string& sum, const std::string& where) {
  const bool digits =
      std::all_of(sum.begin(), sum.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (sum.size() != kSumDigits || !digits)
    throw ConfigError(fmt::format("{} is '{}'", where, sum), "a SHA-256 has 64 hexadecimal digits",
                      "use what `sha256sum` prints");
  std::transform(sum.begin(), sum.end(), sum.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
}

}  // namespace

void Download::fields(Fields& fields) {
  fields.text({"dataset", "name of the dataset and of its directory"}, dataset);
  fields.text({"name", "name of the file"}, name);
  fields.texts({"urls", "complete addresses of the file, tried in this order"}, urls);
  fields.text({"sha256", "SHA-256 of the file"}, sha256);
  fields.text({"content_sha256", "SHA-256 of the unpacked content, or \"\""}, content_sha256);
}

void check_manifest_entry(Download& download, const std::string& where) {
  for (const auto& [key, value] :
       {std::pair{"dataset", &download.dataset}, {"name", &download.name}})
    if (!is_file_name(*value))
      throw ConfigError(fmt::format("{}/{} is '{}'", where, key, *value),
                        "it is used as the name of a file or directory",
                        "give a name without '/' that does not start with a dot");
  if (download.urls.empty())
    throw ConfigError(where + "/urls is empty", "there is nowhere to fetch the file from",
                      "give at least one address");
  for (const std::string& url : download.urls)
    if (!is_supported_url(url))
      throw ConfigError(fmt::format("{}/urls has '{}'", where, url), "it cannot be fetched",
                        "addresses start with http://, https:// or file:///");
  check_sum(download.sha256, where + "/sha256");
  if (!download.content_sha256.empty())
    check_sum(download.content_sha256, where + "/content_sha256");
  for (const Download& known : known_downloads())
    if (known.dataset == download.dataset && known.name == download.name)
      download.members = known.members;
  for (Member& member : download.members) member.sha256.clear();
}

void fetch(const Download& download, const std::filesystem::path& directory,
           std::span<const std::string> mirrors, const Report& report) {
  make_directory(directory);
  const std::filesystem::path target = directory / download.name;
  const auto members_right = [&] {
    return std::all_of(download.members.begin(), download.members.end(), [&](const Member& member) {
      return is_member_right(member, directory / member.name);
    });
  };
  std::error_code failure;
  if (std::filesystem::is_regular_file(target, failure) && wrong_sum(download, target).empty()) {
    report(fmt::format("{} is there already", target.string()));
  } else if (!download.members.empty() && members_right()) {
    report(fmt::format("the files of {} are there already", download.name));
    return;
  } else {
    std::vector<std::string> urls;
    for (const std::string& mirror : mirrors)
      urls.push_back(mirror + (mirror.ends_with('/') ? "" : "/") + download.name);
    download_file(download, target, mirrors.empty() ? download.urls : urls, report);
    report(fmt::format("{} is right", target.string()));
  }
  if (download.members.empty() || members_right()) return;
  unpack(target, download.members, directory);
  for (const Member& member : download.members)
    report(fmt::format("unpacked {}", (directory / member.name).string()));
}

}  // namespace laggard::data
