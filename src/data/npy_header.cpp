#include "data/npy_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace laggard::data {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

/// NumPy itself refuses headers beyond 10,000 bytes.
constexpr std::uint64_t kLargestHeader = 65536;

/// The header is a Python dictionary: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
class DictionaryReader {
 public:
  DictionaryReader(InputFile& file, std::string_view text) : file_(file), text_(text) {}

  NpyHeader read() {
    NpyHeader header;
    std::vector<std::string_view> seen;
    expect('{');
    while (!accept('}')) {
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr")
        type(header);
      else if (key == "fortran_order")
        header.fortran_order = order();
      else if (key == "shape")
        header.extents = tuple();
      else
        malformed(fmt::format("unknown key '{}'", key));
      if (std::count(seen.begin(), seen.end(), key) > 0)
        malformed(fmt::format("'{}' appears twice", key));
      seen.push_back(key);
      if (!accept(',') && next() != '}') malformed("a comma is missing");
    }
    if (seen.size() != 3) malformed("it needs 'descr', 'fortran_order' and 'shape'");
    if (next() != '\0') malformed("text follows its end");
    return header;
  }

 private:
  [[noreturn]] void malformed(const std::string& why) const {
    file_.fail("its .npy header is damaged: " + why, "write it again with numpy.save");
  }

  /// The next character that is not white space; '\0' at the end.
  char next() {
    const std::size_t start = text_.find_first_not_of(" \t\n");
    text_.remove_prefix(std::min(start, text_.size()));
    return text_.empty() ? '\0' : text_.front();
  }

  bool accept(char wanted) {
    if (next() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) malformed(fmt::format("'{}' is missing", wanted));
  }

  std::string_view quoted() {
    const char quote = next();
    if (quote != '\'' && quote != '"') malformed("a quotation mark is missing");
    text_.remove_prefix(1);
    const std::size_t end = text_.find(quote);
    if (end == std::string_view::npos) malformed("a quotation mark is missing");
    const std::string_view value = text_.substr(0, end);
    if (value.find('\n') != std::string_view::npos) malformed("a quotation mark is missing");
    text_.remove_prefix(end + 1);
    return value;
  }

  bool word(std::string_view wanted) {
    next();
    if (!text_.starts_with(wanted)) return false;
    text_.remove_prefix(wanted.size());
    return true;
  }

  void type(NpyHeader& header) {
    const std::string remedy = "save it again as array.astype('<f4'), '<f8' or an integer type";
    if (next() == '[') file_.fail("its elements are records of several fields", remedy);
    const std::string_view name = quoted();
    if (name.size() == 3 && name[0] == '>' && name[2] != '1')
      file_.fail(fmt::format("its elements are big-endian ({})", name), remedy);
    header.type = name.size() == 3 ? name[1] : '?';
    header.size = name.size() == 3 ? static_cast<std::uint64_t>(name[2] - '0') : 0;
    const bool power = header.size == 1 || header.size == 2 || header.size == 4 || header.size == 8;
    const bool integer = (header.type == 'i' || header.type == 'u') && power;
    const bool real = header.type == 'f' && (header.size == 4 || header.size == 8);
    const std::string_view orders = header.size == 1 ? "<|>=" : "<";
    if (!(integer || real) || orders.find(name[0]) == std::string_view::npos)
      file_.fail(fmt::format("its elements have the type '{}', not f4, f8, i1..i8 or u1..u8", name),
                 remedy);
  }

  bool order() {
    if (word("True")) return true;
    if (!word("False")) malformed("'fortran_order' is neither True nor False");
    return false;
  }

  std::vector<std::uint64_t> tuple() {
    std::vector<std::uint64_t> extents;
    expect('(');
    while (!accept(')')) {
      next();
      std::uint64_t extent = 0;
      const auto parsed = std::from_chars(text_.data(), text_.data() + text_.size(), extent);
      if (parsed.ec != std::errc{}) malformed("an extent is not a number below 2^64");
      text_.remove_prefix(static_cast<std::size_t>(parsed.ptr - text_.data()));
      accept('L');  // Python 2 marks its long integers
      extents.push_back(extent);
      if (!accept(',') && next() != ')') malformed("a comma is missing in 'shape'");
    }
    return extents;
  }

  InputFile& file_;
  std::string_view text_;
};

}  // namespace

NpyHeader read_npy_header(InputFile& file) {
  std::uint8_t start[8] = {};
  if (file.read_some(start) < sizeof start ||
      !std::equal(kMagic.begin(), kMagic.end(), start,
                  [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }))
    file.fail("it does not start like a .npy file", "save it with numpy.save");
  const std::uint8_t version = start[6];
  if (version < 1 || version > 3)
    file.fail(fmt::format("it has .npy version {}.{}", version, start[7]),
              "versions 1 to 3 can be read");
  std::uint8_t length_bytes[4] = {};
  file.read(std::span(length_bytes).first(version == 1 ? 2 : 4), "header");
  const std::uint64_t length =
      std::uint64_t{length_bytes[0]} | (std::uint64_t{length_bytes[1]} << 8) |
      (std::uint64_t{length_bytes[2]} << 16) | (std::uint64_t{length_bytes[3]} << 24);
  if (length > kLargestHeader)
    file.fail(
        fmt::format("its header promises {} bytes of header, beyond {}", length, kLargestHeader));
  file.promise(length, "header");
  std::vector<std::uint8_t> text(length);
  file.read(text, "header");
  // What is in the header is quoted in messages.
  if (!std::all_of(text.begin(), text.end(), [](std::uint8_t byte) {
        return byte == '\n' || byte == '\t' || (byte >= ' ' && byte <= '~');
      }))
    file.fail("its .npy header is damaged: it is not plain text", "write it again with numpy.save");
  return DictionaryReader(file, {reinterpret_cast<const char*>(text.data()), text.size()}).read();
}

}  // namespace laggard::data
