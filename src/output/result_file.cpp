#include "output/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "output/place.hpp"
#include "output/summary.hpp"

namespace laggard::output {
namespace {

constexpr std::uint32_t kUnwritten = 0xFFFFFFFF;  // fill value of rows that a kill cut off

std::uint64_t key_of(std::uint32_t point, std::uint32_t trial) {
  return (std::uint64_t{point} << 32) | trial;
}

/// Rows up to the last one that is wanted; what follows was cut off from its trial by a kill.
template <class Row, class Wanted>
std::uint64_t wanted_rows(const hdf5::File& file, const char* dataset, const Wanted& wanted) {
  if (!file.exists(dataset)) return 0;
  const std::vector<Row> rows = hdf5::read_rows<Row>(file, dataset);
  const auto last = std::find_if(rows.rbegin(), rows.rend(), wanted);
  return static_cast<std::uint64_t>(rows.rend() - last);
}

}  // namespace

ResultFile::ResultFile(const std::filesystem::path& path, OpenMode mode,
                       const config::Json& resolved, const std::vector<PointRecord>& points,
                       const RunContext& context) {
  const bool exists = std::filesystem::exists(path);
  if (mode == OpenMode::kResume && exists) {
    file_ = std::make_unique<hdf5::File>(path, hdf5::Access::kReadWrite);
    check_configuration(resolved);
    open_tables(resolved);
    resume();
    flush();
    return;
  }
  prepare_place(path);
  // Complete before it gets its name: whatever kills this process, there is no half-made file.
  const std::filesystem::path made = name_while_made(path);
  file_ = std::make_unique<hdf5::File>(made, hdf5::Access::kCreate);
  create(resolved, points, context);
  open_tables(resolved);
  flush();
  if (mode == OpenMode::kNew && exists) {
    kept_as_ = free_name(path).string();
    std::filesystem::rename(path, kept_as_);
  }
  file_->rename(path);
  open_tables(resolved);
}

void ResultFile::open_tables(const config::Json& resolved) {
  trials_ = std::make_unique<hdf5::Table<TrialRow>>(*file_, "/trials");
  timings_ = std::make_unique<hdf5::Table<TimingRow>>(*file_, "/timings");
  if (resolved.at("output").at("workers").get<bool>())
    workers_ = std::make_unique<hdf5::Table<WorkerRow>>(*file_, "/workers");
}

ResultFile::~ResultFile() {
  if (broken_) {  // closing would write more of a state that did not fit
    static_cast<void>(trials_.release());
    static_cast<void>(timings_.release());
    static_cast<void>(workers_.release());
    static_cast<void>(file_.release());
    return;
  }
  try {
    flush();
  } catch (const Error&) {  // nothing more can be done for the file here
  }
}

void ResultFile::create(const config::Json& resolved, const std::vector<PointRecord>& points,
                        const RunContext& context) {
  write_head(*file_, resolved, context);
  write_points(*file_, points);
  if (resolved.at("output").at("predictions").get<bool>()) file_->create_group("/predictions");
}

void ResultFile::check_configuration(const config::Json& resolved) const {
  const std::string stored = result_config(*file_);
  if (config::Json::parse(stored, nullptr, false) != resolved)
    throw ConfigError(fmt::format("cannot resume '{}'", file_->path()),
                      "it was made with another configuration",
                      "run without --resume, or restore the configuration; its `config` attribute "
                      "has the old one");
}

void ResultFile::resume() {
  const auto written = [](const auto& row) { return row.point != kUnwritten; };
  trials_->truncate(wanted_rows<TrialRow>(*file_, "/trials", written));
  for (const TrialRow& row : hdf5::read_rows<TrialRow>(*file_, "/trials"))
    if (written(row)) done_.insert(key_of(row.point, row.trial));
  resumed_ = done_.size();
  distrust_predictions_ = true;
  const auto of_finished = [&](const auto& row) { return has(row.point, row.trial); };
  timings_->truncate(wanted_rows<TimingRow>(*file_, "/timings", of_finished));
  if (workers_) workers_->truncate(wanted_rows<WorkerRow>(*file_, "/workers", of_finished));
}

bool ResultFile::has(std::uint32_t point, std::uint32_t trial) const {
  return done_.contains(key_of(point, trial));
}

void ResultFile::add(const TrialRecord& record, const TimingRecord& timing) {
  if (trials_->full()) flush();  // in the right order
  timings_->append({timing});
  trials_->append({record});
}

void ResultFile::add(const std::vector<WorkerRecord>& records) {
  if (!workers_) return;
  for (const WorkerRecord& record : records) workers_->append({record});
}

void ResultFile::add(const PredictionRecord& record) {
  try {
    write_prediction(record);
  } catch (const RunError&) {
    // A kill in the middle of a change of the groups leaves them beyond repair, unlike the tables:
    // what they held is given up for the sake of what comes.
    if (!distrust_predictions_) throw;
    distrust_predictions_ = false;
    file_->remove("/predictions");
    file_->create_group("/predictions");
    write_prediction(record);
  }
}

void ResultFile::write_prediction(const PredictionRecord& record) {
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
  if (!trials_) return;
  broken_ = true;  // until everything is written
  // A trial counts as finished once its row is in /trials, so that this is the last to be written.
  if (workers_) workers_->write();
  timings_->write();
  file_->flush();
  trials_->write();
  file_->flush();
  broken_ = false;
  since_flush_.restart();
}

void ResultFile::finish() {
  flush();
  const std::filesystem::path path = file_->path();
  close();
  // In a copy that takes the place of the file when it is complete, as in the constructor.
  const std::filesystem::path made = name_while_made(path);
  std::error_code failure;
  std::filesystem::copy_file(path, made, std::filesystem::copy_options::overwrite_existing,
                             failure);
  if (failure)
    throw RunError(fmt::format("cannot write '{}'", made.string()), failure.message(),
                   fmt::format("'{}' has every trial; --resume adds the summary", path.string()));
  hdf5::File copy(made, hdf5::Access::kReadWrite);
  write_summary(copy);
  copy.write_attribute("finished", timestamp());
  copy.flush();
  copy.rename(path);
}

void ResultFile::close() {
  trials_.reset();
  timings_.reset();
  workers_.reset();
  file_.reset();
}

}  // namespace laggard::output
