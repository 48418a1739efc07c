#include "data/idx.hpp"

#include <fmt/format.h>

#include "core/companion.hpp"
#include "core/error.hpp"
#include "data/input_file.hpp"

namespace laggard::data {
namespace {

constexpr std::uint8_t kUnsignedByte = 0x08;

/// Reads the header; returns the extents. Leaves `file` at the first value.
std::vector<std::uint64_t> read_header(InputFile& file, std::uint8_t least_rank,
                                       std::uint8_t most_rank, const std::string& content,
                                       const std::string& where) {
  std::uint8_t magic[4] = {};
  file.read(magic, "header");
  const std::uint8_t rank = magic[3];
  if (magic[0] != 0 || magic[1] != 0)
    file.fail(fmt::format("it starts with {:02x} {:02x} {:02x} {:02x}, an IDX file with 00 00 08",
                          magic[0], magic[1], magic[2], magic[3]),
              "name an IDX file");
  if (magic[2] != kUnsignedByte)
    file.fail(fmt::format("its elements have IDX type {:02x}, not 08 (unsigned bytes)", magic[2]),
              "convert it, for example to .npy");
  if (rank < least_rank || rank > most_rank)
    file.fail(fmt::format("it is a {}-dimensional IDX file, which cannot be {}", rank, content),
              fmt::format("are {0}/images and {0}/labels interchanged?", where));
  std::vector<std::uint64_t> extents;
  for (std::uint8_t i = 0; i < rank; ++i) {
    std::uint8_t bytes[4] = {};
    file.read(bytes, "header");
    extents.push_back((std::uint64_t{bytes[0]} << 24) | (std::uint64_t{bytes[1]} << 16) |
                      (std::uint64_t{bytes[2]} << 8) | bytes[3]);
  }
  return extents;
}

/// The values that a header promised, and nothing else.
std::vector<std::uint8_t> read_bytes(InputFile& file, std::span<const std::uint64_t> extents,
                                     const std::string& what) {
  const std::uint64_t size = checked_product(extents);
  if (size == 0) file.fail("its header promises no values");
  std::vector<std::uint8_t> bytes = file.read_all(size, what);
  file.finish();
  return bytes;
}

std::string labels_path(const Idx::Config& config, const std::string& where) {
  if (config.labels != "auto") return config.labels;
  const std::string path = labels_beside(config.images);
  if (path.empty())
    throw ConfigError(where + "/labels is 'auto'",
                      fmt::format("the name '{}' has no 'images-idx3' to replace by 'labels-idx1'",
                                  config.images),
                      "name the file of the labels, or \"\" for none");
  return path;
}

Rows load(const Idx::Config& config, const std::string& where) {
  require_name(config.images, where + "/images");
  InputFile file(config.images);
  std::vector<std::uint64_t> extents = read_header(file, 2, 4, "images", where);
  Rows rows;
  rows.source = config.images;
  std::vector<std::uint8_t> pixels = read_bytes(file, extents, "pixels");
  const std::uint64_t available = extents[0];
  rows.count = rows_to_read(config, available, rows.source, where);
  if (extents.size() == 3) extents.insert(extents.begin() + 1, 1);  // one channel
  rows.shape = row_shape(extents);
  pixels.resize(std::size_t{rows.count} * static_cast<std::size_t>(rows.shape.size()));
  rows.values = std::move(pixels);

  const std::string labels = labels_path(config, where);
  if (labels.empty()) return rows;
  InputFile label_file(labels);
  const std::vector<std::uint64_t> label_extents = read_header(label_file, 1, 1, "labels", where);
  const std::vector<std::uint8_t> bytes = read_bytes(label_file, label_extents, "labels");
  check_label_count(bytes.size(), labels, available, rows.source);
  rows.labels.assign(bytes.begin(), bytes.begin() + rows.count);
  return rows;
}

}  // namespace

void Idx::Config::fields(Fields& fields) {
  fields.text({"images", "IDX file of unsigned bytes, plain or .gz"}, images);
  fields.text({"labels", "IDX file; auto: the one beside the images; \"\": none"}, labels);
  Selection::fields(fields);
}

Idx::Idx(const Config& config, const std::string& where)
    : FiniteDataset(load(config, where), config, where) {}

}  // namespace laggard::data
