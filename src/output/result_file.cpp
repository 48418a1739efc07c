#include "output/result_file.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "output/summary.hpp"

namespace laggard::output {
namespace {

constexpr std::uint32_t kUnwritten = 0xFFFFFFFF;  // fill value of rows that a kill cut off

std::uint64_t key_of(std::uint32_t point, std::uint32_t trial) {
  return (std::uint64_t{point} << 32) | trial;
}

/// results/x.h5 -> results/x.1.h5, or the first such name that is free.
std::filesystem::path free_name(const std::filesystem::path& path) {
  for (int number = 1;; ++number) {
    std::filesystem::path candidate = path;
    candidate.replace_filename(
        fmt::format("{}.{}{}", path.stem().string(), number, path.extension().string()));
    if (!std::filesystem::exists(candidate)) return candidate;
  }
}

void prepare_directory(const std::filesystem::path& path) {
  std::error_code failure;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failure);
  if (failure || std::filesystem::is_directory(path))
    throw ConfigError(fmt::format("cannot write '{}'", path.string()),
                      failure ? failure.message() : "it is a directory",
                      "name another file with --output");
}

}  // namespace

ResultFile::ResultFile(const std::filesystem::path& path, OpenMode mode,
                       const config::Json& resolved, const std::vector<PointRecord>& points,
                       const RunContext& context) {
  prepare_directory(path);
  const bool exists = std::filesystem::exists(path);
  if (mode == OpenMode::kResume && exists) {
    file_ = std::make_unique<hdf5::File>(path, hdf5::Access::kReadWrite);
    resume(resolved, points);
  } else {
    if (mode == OpenMode::kNew && exists) {
      kept_as_ = free_name(path).string();
      std::filesystem::rename(path, kept_as_);
    }
    file_ = std::make_unique<hdf5::File>(path, hdf5::Access::kCreate);
    create(resolved, points, context);
  }
  trials_ = std::make_unique<hdf5::Table<TrialRow>>(*file_, "/trials");
  timings_ = std::make_unique<hdf5::Table<TimingRow>>(*file_, "/timings");
  if (resolved.at("output").at("workers").get<bool>() || file_->exists("/workers"))
    workers_ = std::make_unique<hdf5::Table<WorkerRow>>(*file_, "/workers");
  flush();
}

ResultFile::~ResultFile() {
  try {
    flush();
  } catch (const Error&) {  // nothing more can be done for the file here
  }
}

void ResultFile::create(const config::Json& resolved, const std::vector<PointRecord>& points,
                        const RunContext& context) {
  write_head(*file_, resolved, context);
  write_points(*file_, points);
}

void ResultFile::resume(const config::Json& resolved, const std::vector<PointRecord>& points) {
  const std::string stored = result_config(*file_);
  if (config::Json::parse(stored, nullptr, false) != resolved)
    throw ConfigError(fmt::format("cannot resume '{}'", file_->path()),
                      "it was made with another configuration",
                      "run without --resume, or restore the configuration; its `config` attribute "
                      "has the old one");
  if (read_points(*file_).size() != points.size()) {  // killed before the points were complete
    file_->remove("/points");
    write_points(*file_, points);
  }
  if (!file_->exists("/trials")) return;
  for (const TrialRow& row : hdf5::read_rows<TrialRow>(*file_, "/trials"))
    if (row.point != kUnwritten) done_.insert(key_of(row.point, row.trial));
  resumed_ = done_.size();
}

bool ResultFile::has(std::uint32_t point, std::uint32_t trial) const {
  return done_.contains(key_of(point, trial));
}

void ResultFile::add(const TrialRecord& record, const TimingRecord& timing) {
  trials_->append({record});
  timings_->append({timing});
}

void ResultFile::add(const std::vector<WorkerRecord>& records) {
  if (!workers_) return;
  for (const WorkerRecord& record : records) workers_->append({record});
}

void ResultFile::add(const PredictionRecord& record) {
  const std::string group = fmt::format("/predictions/{}/{}", record.point, record.trial);
  file_->write(group + "/inputs", record.inputs);
  file_->write(group + "/truth", record.truth);
  file_->write(group + "/decoded", record.decoded);
  file_->write(group + "/lost", std::span<const std::uint32_t>(record.lost));
  if (record.coded != nullptr) file_->write(group + "/coded", *record.coded);
  const std::vector<std::uint32_t> shape(record.shape.extents.begin(), record.shape.extents.end());
  file_->write(group + "/shape", std::span<const std::uint32_t>(shape));
}

void ResultFile::trial_done() {
  // A flush costs microseconds, a lost trial at most this much work.
  constexpr Seconds kFlushEvery_s = 0.05;
  if (since_flush_.elapsed() > kFlushEvery_s) flush();
}

void ResultFile::flush() {
  if (!file_) return;
  if (workers_) workers_->write();
  if (timings_) timings_->write();
  if (trials_) trials_->write();
  file_->flush();
  since_flush_.restart();
}

void ResultFile::finish() {
  flush();
  write_summary(*file_);
  file_->write_attribute("finished", timestamp());
  file_->flush();
}

}  // namespace laggard::output
