#include "data/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "data/input_file.hpp"

namespace laggard::data {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kUnpackBytes = 1U << 18;

using Header = std::array<std::uint8_t, kBlock>;

std::string_view text_field(const Header& header, std::size_t offset, std::size_t size) {
  const std::string_view field(reinterpret_cast<const char*>(header.data()) + offset, size);
  return field.substr(0, std::min(field.find('\0'), size));
}

std::optional<std::uint64_t> octal_field(const Header& header, std::size_t offset,
                                         std::size_t size) {
  std::string_view text = text_field(header, offset, size);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  text = text.substr(0, text.find(' '));
  std::uint64_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '7') return std::nullopt;
    value = value * 8 + static_cast<std::uint64_t>(digit - '0');
  }
  return text.empty() ? std::nullopt : std::optional(value);
}

/// The sum of the header's bytes with its own field taken as blanks.
std::uint64_t header_sum(const Header& header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) sum += i >= 148 && i < 156 ? ' ' : header[i];
  return sum;
}

std::string entry_path(const Header& header) {
  const std::string_view name = text_field(header, 0, 100);
  const std::string_view prefix = text_field(header, 345, 155);
  return prefix.empty() ? std::string(name) : fmt::format("{}/{}", prefix, name);
}

/// Removes an unfinished file, however the attempt to write it ends.
struct PartFile {
  std::filesystem::path path;

  ~PartFile() {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
};

void extract(InputFile& archive, const Member& member, const std::filesystem::path& directory) {
  const std::filesystem::path target = directory / member.name;
  const PartFile part{directory / (member.name + ".part")};
  std::ofstream stream(part.path, std::ios::binary | std::ios::trunc);
  Sha256 sum;
  std::vector<std::uint8_t> buffer;
  for (std::uint64_t left = member.bytes; left > 0; left -= buffer.size()) {
    buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, kUnpackBytes)));
    archive.read(buffer, member.path);
    sum.update(buffer);
    stream.write(reinterpret_cast<const char*>(buffer.data()),
                 static_cast<std::streamsize>(buffer.size()));
  }
  stream.close();
  if (!member.sha256.empty() && sum.hex() != member.sha256)
    archive.fail(
        fmt::format("the SHA-256 of {} in it is {}, not {}", member.path, sum.hex(), member.sha256),
        "fetch it again");
  std::error_code failure;
  if (stream) std::filesystem::rename(part.path, target, failure);
  if (!stream || failure)
    throw DataError(fmt::format("cannot write '{}'", target.string()), "the disk refused it",
                    "check free space and permissions");
}

}  // namespace

void unpack(const std::filesystem::path& archive_path, std::span<const Member> members,
            const std::filesystem::path& directory) {
  InputFile archive(archive_path);
  std::set<std::string> missing;
  for (const Member& member : members) missing.insert(member.path);
  std::uint64_t total = 0;
  while (!missing.empty()) {
    Header header;
    const std::size_t got = archive.read_some(header);
    const bool end = std::all_of(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(got),
                                 [](std::uint8_t byte) { return byte == 0; });
    if (end) archive.fail(fmt::format("{} is not in it", *missing.begin()), "fetch it again");
    const auto size = octal_field(header, 124, 12);
    if (got < kBlock || octal_field(header, 148, 8) != header_sum(header) || !size)
      archive.fail("it is not a tar archive, or damaged", "fetch it again");
    total += *size;
    // Entries that are skipped are unpacked all the same.
    if (total > InputFile::kMostUnpacked)
      archive.fail("it unpacks to more than 4 GiB", "fetch it again");

    const std::string path = entry_path(header);
    const auto member = std::find_if(members.begin(), members.end(),
                                     [&](const Member& wanted) { return wanted.path == path; });
    const char type = static_cast<char>(header[156]);
    const bool regular = type == '0' || type == '\0';
    if (member == members.end() || !regular || missing.erase(path) == 0) {
      archive.skip(*size, "an entry");
    } else if (*size != member->bytes) {
      archive.fail(fmt::format("{} in it has {} bytes, not {}", path, *size, member->bytes),
                   "fetch it again");
    } else {
      extract(archive, *member, directory);
    }
    archive.skip((kBlock - *size % kBlock) % kBlock, "padding");
  }
}

}  // namespace laggard::data
