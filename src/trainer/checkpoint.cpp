#include "trainer/checkpoint.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "hdf5/format.hpp"
#include "hdf5/replace.hpp"

namespace laggard::trainer {
namespace {

constexpr hdf5::Format kFormat{
    "laggard-checkpoint",    1, 1, "cannot resume from", "a checkpoint of a training",
    "train without --resume"};

void append_curves(hdf5::File& file, const std::vector<CurveRow>& curves) {
  hdf5::Table<CurveRow> table(file, "/curves");
  for (const CurveRow& row : curves) table.append(row);
  table.write();
}

}  // namespace

std::vector<Column> CurveRow::columns() {
  using R = CurveRow;
  return {column<R>("epoch", &R::epoch, "from 1"),
          column<R>("learning_rate", &R::learning_rate, "of the last step"),
          column<R>("train_loss", &R::train_loss, "mean over the epoch", "nat"),
          column<R>("train_accuracy", &R::train_accuracy, "mean over the epoch"),
          column<R>("validation_loss", &R::validation_loss, "after the epoch", "nat"),
          column<R>("validation_accuracy", &R::validation_accuracy, "after the epoch"),
          column<R>("seconds", &R::seconds, "wall-clock time of the epoch", "s")};
}

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  hdf5::replace_file(path, [&](hdf5::File& file) {
    file.write_attribute("format", kFormat.name);
    file.write_attribute("format_version", kFormat.newest);
    file.write_attribute("config", checkpoint.config);
    file.write_attribute("fingerprint", checkpoint.fingerprint);
    if (!checkpoint.devices.empty()) file.write_attribute("devices", checkpoint.devices);
    file.write_attribute("best_epoch", std::uint64_t{checkpoint.best_epoch});
    append_curves(file, checkpoint.curves);
    model::write_tensors(file, "/tensors", checkpoint.tensors);
    model::write_tensors(file, "/best", checkpoint.best);
    file.write("/optimizer", checkpoint.optimizer);
  });
}

std::optional<Checkpoint> read_checkpoint(const std::filesystem::path& path) {
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) return std::nullopt;
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  hdf5::check_format(file, kFormat);
  const auto config = file.text_attribute("config");
  const auto best_epoch = file.integer_attribute("best_epoch");
  if (!config || !best_epoch)
    throw DataError(fmt::format("cannot resume from '{}'", path.string()),
                    "it lacks the attribute 'config' or 'best_epoch'", "train without --resume");
  Checkpoint checkpoint;
  checkpoint.config = *config;
  checkpoint.fingerprint = file.text_attribute("fingerprint").value_or("");
  checkpoint.devices = file.text_attribute("devices").value_or("");
  checkpoint.curves = hdf5::read_rows<CurveRow>(file, "/curves");
  checkpoint.tensors = model::read_tensors(file, "/tensors");
  checkpoint.optimizer = file.read_bytes("/optimizer");
  checkpoint.best_epoch = static_cast<std::uint32_t>(*best_epoch);
  checkpoint.best = model::read_tensors(file, "/best");
  if (checkpoint.best_epoch == 0 || checkpoint.best_epoch > checkpoint.curves.size())
    throw DataError(fmt::format("cannot resume from '{}'", path.string()),
                    "its best epoch is not among its epochs", "train without --resume");
  return checkpoint;
}

void write_curves(const std::filesystem::path& path, const std::vector<CurveRow>& curves,
                  const model::WeightsOrigin& origin) {
  hdf5::replace_file(path, [&](hdf5::File& file) {
    file.write_attribute("format", "laggard-training");
    file.write_attribute("format_version", kFormat.newest);
    file.write_attribute("config", origin.config);
    if (!origin.devices.empty()) file.write_attribute("devices", origin.devices);
    file.write_attribute("seed", origin.seed);
    file.write_attribute("git_commit", origin.git_commit);
    file.write_attribute("command", origin.command);
    append_curves(file, curves);
  });
}

}  // namespace laggard::trainer
