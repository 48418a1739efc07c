#include "data/input_file.hpp"

#include <fmt/format.h>
#define ZLIB_CONST  // next_in points to const
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "core/readable.hpp"

namespace laggard::data {
namespace {

/// At most; a small file has a small buffer.
constexpr std::size_t kBufferBytes = 1U << 18;

/// Deflate cannot expand more than this.
constexpr std::uint64_t kLargestRatio = 1032;

bool starts_gzip(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

}  // namespace

/// A zlib stream; it must not move in memory.
struct InputFile::Inflater {
  Inflater() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&stream, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream stream{};
  bool done = false;  ///< the last member ended with a good check sum
};

InputFile::InputFile(InputFile&&) noexcept = default;
InputFile& InputFile::operator=(InputFile&&) noexcept = default;
InputFile::~InputFile() = default;

InputFile::InputFile(const std::filesystem::path& path, std::uint64_t most_unpacked)
    : path_(path.string()), most_unpacked_(most_unpacked) {
  if (const std::string why = why_unreadable(path); !why.empty())
    fail(why, "check the path; `laggard data fetch` gets the public datasets");
  std::error_code failure;
  file_bytes_ = std::filesystem::file_size(path, failure);
  if (failure) fail(failure.message());
  if (file_bytes_ == 0) fail("it is empty");
  stream_.open(path, std::ios::binary);
  if (!stream_) fail("it cannot be opened", "check its permissions");
  buffer_.resize(std::min<std::uint64_t>(file_bytes_, kBufferBytes));
  if (starts_gzip(refill())) inflater_ = std::make_unique<Inflater>();
}

void InputFile::fail(const std::string& why, const std::string& remedy) {
  if (!std::exchange(failing_, true) && inflater_) drain();
  throw DataError(fmt::format("cannot read '{}'", path_), why, remedy);
}

std::span<const std::uint8_t> InputFile::refill() {
  if (unread_.empty()) {
    stream_.read(reinterpret_cast<char*>(buffer_.data()),
                 static_cast<std::streamsize>(buffer_.size()));
    if (stream_.bad()) fail("the disk reported an error");
    unread_ = {buffer_.data(), static_cast<std::size_t>(stream_.gcount())};
  }
  return unread_;
}

void InputFile::check_unpacked(std::uint64_t bytes) {
  if (bytes <= most_unpacked_) return;
  failing_ = true;  // the check sum is not worth the time
  fail(fmt::format("it unpacks to more than {} bytes", most_unpacked_),
       "unpack it with gunzip and name the unpacked file, if it is what you expect");
}

void InputFile::promise(std::uint64_t bytes, const std::string& what) {
  if (inflater_) {
    // Also true of everything read so far: looser than it could be, never wrong.
    if (bytes / kLargestRatio > file_bytes_)
      fail(fmt::format("its header promises {} bytes of {}, more than {} compressed bytes can hold",
                       bytes, what, file_bytes_));
    check_unpacked(bytes);
    return;
  }
  const std::uint64_t left = file_bytes_ - delivered_;
  if (bytes > left)
    fail(fmt::format("its header promises {} bytes of {}, but only {} follow", bytes, what, left),
         "fetch the file again");
}

void InputFile::drain() {
  // Enough for every public dataset; a file that unpacks to more is not worth the time.
  constexpr std::uint64_t kMost = 1U << 30;
  std::array<std::uint8_t, 1U << 14> ignored;
  for (std::uint64_t got = 0; got < kMost;) {
    const std::size_t part = read_some(ignored);
    if (part == 0) return;
    got += part;
  }
}

void InputFile::next_member() {
  // RFC 1952: members may follow each other; their contents are concatenated.
  if (refill().empty()) return;
  if (unread_[0] != 0x1f)
    fail("its compressed data are damaged: bytes follow their end", "fetch the file again");
  inflateReset(&inflater_->stream);
  inflater_->done = false;
}

std::size_t InputFile::inflate_some(std::span<std::uint8_t> bytes) {
  z_stream& stream = inflater_->stream;
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    if (inflater_->done) next_member();
    if (inflater_->done) break;
    if (refill().empty()) fail("its compressed data end early", "fetch the file again");
    stream.next_in = unread_.data();
    stream.avail_in = static_cast<uInt>(unread_.size());
    stream.next_out = bytes.data() + filled;
    stream.avail_out = static_cast<uInt>(
        std::min<std::size_t>(bytes.size() - filled, std::numeric_limits<uInt>::max()));
    const std::size_t offered = stream.avail_out;
    const int outcome = inflate(&stream, Z_NO_FLUSH);
    filled += offered - stream.avail_out;
    unread_ = unread_.last(stream.avail_in);
    inflater_->done = outcome == Z_STREAM_END;
    if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR)
      fail(fmt::format("its compressed data are damaged: {}",
                       stream.msg == nullptr ? "unknown error" : stream.msg),
           "fetch the file again");
  }
  return filled;
}

std::size_t InputFile::read_some(std::span<std::uint8_t> bytes) {
  std::size_t filled = 0;
  if (inflater_) {
    filled = inflate_some(bytes);
  } else {
    while (filled < bytes.size() && !refill().empty()) {
      const std::size_t taken = std::min(bytes.size() - filled, unread_.size());
      std::copy_n(unread_.begin(), taken, bytes.begin() + static_cast<std::ptrdiff_t>(filled));
      unread_ = unread_.subspan(taken);
      filled += taken;
    }
  }
  delivered_ += filled;
  if (inflater_) check_unpacked(delivered_);
  return filled;
}

void InputFile::read(std::span<std::uint8_t> bytes, const std::string& what) {
  const std::size_t got = read_some(bytes);
  if (got != bytes.size())
    fail(fmt::format("it ends after {} of {} bytes of {}", got, bytes.size(), what),
         "fetch the file again");
}

std::vector<std::uint8_t> InputFile::read_all(std::uint64_t bytes, const std::string& what) {
  promise(bytes, what);
  std::vector<std::uint8_t> content;
  std::size_t filled = 0;
  while (filled < bytes) {
    const std::uint64_t step = inflater_ ? std::max<std::uint64_t>(kBufferBytes, filled) : bytes;
    content.resize(static_cast<std::size_t>(std::min(bytes, filled + step)));
    filled += read_some(std::span(content).subspan(filled));
    if (filled < content.size())
      fail(fmt::format("it ends after {} of {} bytes of {}", filled, bytes, what),
           "fetch the file again");
  }
  return content;
}

void InputFile::skip(std::uint64_t count, const std::string& what) {
  std::vector<std::uint8_t> ignored(
      static_cast<std::size_t>(std::min<std::uint64_t>(count, kBufferBytes)));
  while (count > 0) {
    const std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(count, kBufferBytes));
    read(std::span(ignored).first(part), what);
    count -= part;
  }
}

void InputFile::finish() {
  std::uint8_t beyond = 0;
  if (read_some({&beyond, 1}) != 0)
    fail(fmt::format("bytes follow its data, which end at byte {}", delivered_ - 1));
}

std::uint64_t checked_product(std::span<const std::uint64_t> extents) {
  std::uint64_t product = 1;
  bool overflow = false;
  for (const std::uint64_t extent : extents) {
    if (extent == 0) return 0;
    overflow = overflow || product > std::numeric_limits<std::uint64_t>::max() / extent;
    product *= extent;
  }
  return overflow ? std::numeric_limits<std::uint64_t>::max() : product;
}

}  // namespace laggard::data
