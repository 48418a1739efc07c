#include "data/cifar10.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "data/input_file.hpp"

namespace laggard::data {
namespace {

constexpr std::size_t kPixels = std::size_t{3} * 32 * 32;
constexpr std::size_t kRecord = 1 + kPixels;
constexpr std::uint8_t kLargestLabel = 9;

/// The format has no header that says how much to expect; this stops a small compressed file from
/// unpacking without end. The whole of CIFAR-10 is 60,000.
constexpr std::size_t kMostImages = 1'000'000;

struct Images {
  std::vector<std::uint8_t> pixels;
  std::vector<std::int32_t> labels;
};

void append(const std::string& path, Images& images) {
  InputFile file(path);
  std::vector<std::uint8_t> record(kRecord);
  for (std::size_t row = 0;; ++row) {
    const std::size_t got = file.read_some(record);
    if (got == 0) return;
    if (got < kRecord)
      file.fail(fmt::format("after {} images of {} bytes, {} bytes are left", row, kRecord, got),
                "is it the binary version of CIFAR-10? If so, fetch it again");
    if (record[0] > kLargestLabel)
      file.fail(fmt::format("image {} has the label {}, beyond {}", row, record[0], kLargestLabel),
                "is it the binary version of CIFAR-10?");
    if (images.labels.size() == kMostImages)
      file.fail(fmt::format("there are more than {} images", kMostImages), "name fewer files");
    images.labels.push_back(record[0]);
    images.pixels.insert(images.pixels.end(), record.begin() + 1, record.end());
  }
}

Rows load(const Cifar10::Config& config, const std::string& where) {
  if (config.files.empty())
    throw ConfigError(where + "/files is an empty list", "there is nothing to read",
                      "name at least one file, for example data_batch_1.bin");
  Images images;
  for (const std::string& path : config.files) {
    if (std::count(config.files.begin(), config.files.end(), path) > 1)
      throw ConfigError(fmt::format("{}/files names '{}' twice", where, path),
                        "trials and holdout would share its images", "remove one of them");
    append(path, images);
  }
  Rows rows;
  rows.source =
      fmt::format("{}{}", config.files.front(), config.files.size() > 1 ? " and others" : "");
  rows.shape = {{3, 32, 32}};
  rows.count = rows_to_read(config, images.labels.size(), rows.source, where);
  images.pixels.resize(std::size_t{rows.count} * kPixels);
  images.labels.resize(rows.count);
  rows.values = std::move(images.pixels);
  rows.labels = std::move(images.labels);
  return rows;
}

}  // namespace

void Cifar10::Config::fields(Fields& fields) {
  fields.texts({"files", "binary batches, plain or .gz"}, files);
  Selection::fields(fields);
}

Cifar10::Cifar10(const Config& config, const std::string& where)
    : FiniteDataset(load(config, where), config, where) {}

}  // namespace laggard::data
