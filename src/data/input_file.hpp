// Reading files that may be plain or compressed with gzip.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace laggard::data {

/// Reads a file from front to end, unpacking gzip on the way (recognised by its first bytes, not by
/// its name). Never holds more than a buffer, so that whoever knows the format decides what is
/// allocated: promise() first, then read(), then finish().
///
/// Every member throws a DataError "cannot read 'PATH' (why); what to do".
class InputFile {
 public:
  /// A small compressed file may unpack without end; this is more than any dataset that is packed
  /// in one file has. Plain files are as large as their disk lets them be.
  static constexpr std::uint64_t kMostUnpacked = std::uint64_t{4} << 30U;  ///< bytes

  /// Errors: missing, not a regular file, not readable, empty.
  explicit InputFile(const std::filesystem::path& path,
                     std::uint64_t most_unpacked = kMostUnpacked);
  InputFile(InputFile&&) noexcept;
  InputFile& operator=(InputFile&&) noexcept;
  ~InputFile();

  const std::string& path() const { return path_; }

  /// The header says that `bytes` bytes follow. Error if the file cannot hold that many: plain
  /// files exactly, compressed ones by the largest ratio of the format. Call it before allocating
  /// them.
  void promise(std::uint64_t bytes, const std::string& what);

  /// Fills `bytes` as far as the file goes; returns how many that were.
  std::size_t read_some(std::span<std::uint8_t> bytes);

  /// Fills all of `bytes`; `what` names them in the error if the file ends before.
  void read(std::span<std::uint8_t> bytes, const std::string& what);

  /// promise() and read() of `bytes` bytes. Memory grows with what is really there, so that a
  /// compressed file cannot make it allocate much more than it holds.
  std::vector<std::uint8_t> read_all(std::uint64_t bytes, const std::string& what);

  /// Reads past `count` bytes.
  void skip(std::uint64_t count, const std::string& what);

  /// Error unless everything was read; checks the check sum of a compressed file.
  void finish();

  /// Says that a compressed file is damaged instead, if its check sum says so: its format is then
  /// not what is wrong.
  [[noreturn]] void fail(const std::string& why, const std::string& remedy = "check the file");

 private:
  struct Inflater;

  std::span<const std::uint8_t> refill();
  std::size_t inflate_some(std::span<std::uint8_t> bytes);
  void next_member();
  void drain();
  void check_unpacked(std::uint64_t bytes);

  std::string path_;
  std::uint64_t most_unpacked_;
  std::ifstream stream_;
  std::uint64_t file_bytes_ = 0;  ///< on disk
  std::uint64_t delivered_ = 0;   ///< unpacked bytes handed out
  std::vector<std::uint8_t> buffer_;
  std::span<const std::uint8_t> unread_;  ///< of buffer_
  std::unique_ptr<Inflater> inflater_;    ///< null for plain files
  bool failing_ = false;                  ///< fail() is looking for the cause
};

/// Product of the extents, or UINT64_MAX if that does not fit.
std::uint64_t checked_product(std::span<const std::uint64_t> extents);

}  // namespace laggard::data
