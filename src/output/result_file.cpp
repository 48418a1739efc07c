#include "output/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "config/difference.hpp"
#include "core/error.hpp"
#include "output/input_files.hpp"
#include "output/row_order.hpp"
#include "output/summary.hpp"

namespace laggard::output {
namespace {

constexpr std::uint32_t kUnwritten = 0xFFFFFFFF;  // fill value of rows that a kill cut off

constexpr const char* kInputFiles = "input_files";

/// What is taken on the disk before anything of a trial is written: the next chunk of every table
/// and what HDF5 itself adds.
constexpr std::uint64_t kRoom = 384U << 10U;

std::uint64_t key_of(std::uint32_t point, std::uint32_t trial) {
  return (std::uint64_t{point} << 32) | trial;
}

std::string predictions_of(std::uint32_t point, std::uint32_t trial) {
  return fmt::format("/predictions/{}/{}", point, trial);
}

void check_configuration(const hdf5::File& old, const config::Json& resolved) {
  const std::string difference =
      config::first_difference(config::Json::parse(result_config(old), nullptr, false), resolved);
  if (!difference.empty())
    throw ConfigError(fmt::format("cannot resume '{}'", old.path()),
                      "it was made with another configuration: " + difference,
                      "run without --resume, or restore the configuration; its `config` attribute "
                      "has the old one");
}

/// Of files that older versions wrote, nobody knows.
void check_input_files(const hdf5::File& old, const config::Json& now) {
  const std::string recorded = old.text_attribute(kInputFiles).value_or("{}");
  const std::string changed = changed_file(config::Json::parse(recorded, nullptr, false), now);
  if (!changed.empty())
    throw ConfigError(fmt::format("cannot resume '{}'", old.path()),
                      fmt::format("it was begun with other content in '{}'", changed),
                      "restore that file, or run without --resume");
}

/// The file takes the place of what a link refers to, not that of the link. What cannot be resumed
/// is wrong as input, before anybody asks whether it may be replaced.
std::filesystem::path place_of(const std::filesystem::path& name, OpenMode mode) {
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::is_symlink(name, failure)
                                         ? std::filesystem::weakly_canonical(name, failure)
                                         : name;
  if (mode == OpenMode::kResume && std::filesystem::exists(path, failure))
    result_config({path, hdf5::Access::kReadOnly});
  return path;
}

/// A file that is resumed keeps the head of its beginning; who went on is in the list `resumed`.
void keep_head(hdf5::File& file, const hdf5::File& old, const RunContext& context) {
  config::Json later =
      config::Json::parse(old.text_attribute("resumed").value_or("[]"), nullptr, false);
  if (!later.is_array()) later = config::Json::array();
  later.push_back({{"started", timestamp()},
                   {"version", program_version()},
                   {"git_commit", git_commit()},
                   {"git_dirty", git_dirty()},
                   {"mpi", context.mpi},
                   {"ranks", context.ranks},
                   {"hosts", context.hosts},
                   {"command", context.command}});
  file.write_attribute("resumed",
                       later.dump(-1, ' ', false, config::Json::error_handler_t::replace));
  for (const char* name : {"version", "git_commit", "created", "mpi", "hosts", "command"})
    if (const auto text = old.text_attribute(name)) file.write_attribute(name, *text);
  for (const char* name : {"git_dirty", "ranks"})
    if (const auto number = old.integer_attribute(name)) file.write_attribute(name, *number);
}

/// False if a kill caught the groups around them halfway.
bool take_predictions(hdf5::File& file, const hdf5::File& old, const TrialRow& row) {
  const std::string group = predictions_of(row.point, row.trial);
  for (const char* name : {"/inputs", "/truth", "/decoded", "/lost", "/shape"})
    if (!old.exists(group + name)) return false;
  return file.copy(old, group);
}

/// On the wall clock a trial's rows of /workers wait for late answers, so that a kill may leave its
/// row in /trials without them, or with some.
class WorkerRows {
 public:
  explicit WorkerRows(std::vector<WorkerRow> rows) : rows_(std::move(rows)) {
    for (const WorkerRow& row : rows_) {
      if (row.point == kUnwritten) continue;
      auto& most = most_of_point_[row.point];
      most = std::max(most, ++of_trial_[key_of(row.point, row.trial)]);
    }
  }

  const std::vector<WorkerRow>& rows() const { return rows_; }
  /// All trials of a point have as many.
  bool complete(std::uint32_t point, std::uint32_t trial) const {
    const auto found = of_trial_.find(key_of(point, trial));
    return found != of_trial_.end() && found->second == most_of_point_.at(point);
  }

 private:
  std::vector<WorkerRow> rows_;
  std::unordered_map<std::uint64_t, std::uint32_t> of_trial_;
  std::unordered_map<std::uint32_t, std::uint32_t> most_of_point_;
};

}  // namespace

ResultFile::ResultFile(const std::filesystem::path& name, OpenMode mode,
                       const config::Json& resolved, const std::vector<PointRecord>& points,
                       const RunContext& context)
    : place_(place_of(name, mode)) {
  const std::filesystem::path& path = place_.path();
  const config::Json files = input_files(resolved);
  std::optional<hdf5::File> old;
  if (mode == OpenMode::kResume && std::filesystem::exists(path)) {
    old.emplace(path, hdf5::Access::kReadOnly);
    check_configuration(*old, resolved);
    check_input_files(*old, files);
  }
  // Complete before it gets its name: whatever kills this process, there is no half-made file.
  const hdf5::Draft draft(path);
  file_ = std::make_unique<hdf5::File>(draft.path(), hdf5::Access::kCreate, path.string());
  write_head(*file_, resolved, context);
  file_->write_attribute(kInputFiles, files.dump());
  write_points(*file_, points);
  // Changing the root group takes several writes, and a kill between them would be its end.
  if (resolved.at("output").at("predictions").get<bool>()) file_->create_group("/predictions");
  open_tables(resolved);
  if (old) {
    // A copy that fails for want of space would look like one of a damaged trial.
    file_->reserve(std::filesystem::file_size(path) + kRoom);
    keep_head(*file_, *old, context);
    take_over(*old, resolved);
  }
  flush();
  old.reset();
  if (mode == OpenMode::kNew) kept_as_ = hdf5::keep_existing(path);
  file_->rename(path);
  open_tables(resolved);
}

void ResultFile::open_tables(const config::Json& resolved) {
  trials_ = std::make_unique<hdf5::Table<TrialRow>>(*file_, "/trials");
  timings_ = std::make_unique<hdf5::Table<TimingRow>>(*file_, "/timings");
  failures_ = std::make_unique<hdf5::Table<FailureRow>>(*file_, "/failures");
  if (resolved.at("output").at("workers").get<bool>())
    workers_ = std::make_unique<hdf5::Table<WorkerRow>>(*file_, "/workers");
}

ResultFile::~ResultFile() {
  try {
    flush();
  } catch (const Error&) {  // nothing more can be done for the file here
  }
}

void ResultFile::take_over(const hdf5::File& old, const config::Json& resolved) {
  const config::Json& output = resolved.at("output");
  const auto some = output.at("predicted_trials").get<std::uint32_t>();
  const auto predicted = [&, all = some == 0](const TrialRow& row) {
    return output.at("predictions").get<bool>() && (all || row.trial < some);
  };
  std::optional<WorkerRows> workers;
  if (workers_) workers.emplace(hdf5::read_rows<WorkerRow>(old, "/workers"));
  for (const TrialRow& row : hdf5::read_rows<TrialRow>(old, "/trials")) {
    if (row.point == kUnwritten || has(row.point, row.trial)) continue;
    if (workers && !workers->complete(row.point, row.trial)) continue;
    if (predicted(row) && !take_predictions(*file_, old, row)) continue;
    trials_->append(row);
    done_.insert(key_of(row.point, row.trial));
  }
  resumed_ = done_.size();
  for (const TimingRow& row : hdf5::read_rows<TimingRow>(old, "/timings"))
    if (has(row.point, row.trial)) timings_->append(row);
  if (old.exists("/failures"))
    for (const FailureRow& row : hdf5::read_rows<FailureRow>(old, "/failures"))
      if (row.point != kUnwritten) failures_->append(row);
  if (!workers) return;
  for (const WorkerRow& row : workers->rows())
    if (has(row.point, row.trial)) workers_->append(row);
}

bool ResultFile::has(std::uint32_t point, std::uint32_t trial) const {
  return done_.contains(key_of(point, trial));
}

void ResultFile::add(const TrialRecord& record, const TimingRecord& timing) {
  // Once is enough for what is buffered until the next flush.
  if (trials_->buffered() == 0) file_->reserve(kRoom);
  if (trials_->full()) flush();  // all tables, in the right order
  timings_->append({timing});
  trials_->append({record});
}

void ResultFile::add(const std::vector<WorkerRecord>& records) {
  if (!workers_) return;
  file_->reserve(records.size() * sizeof(WorkerRow) + kRoom);
  for (const WorkerRecord& record : records) workers_->append({record});
}

void ResultFile::add(const PredictionRecord& record) {
  const std::string group = predictions_of(record.point, record.trial);
  const Index values = record.inputs.size() + record.truth.size() + record.decoded.size() +
                       (record.coded == nullptr ? 0 : record.coded->size());
  // The names of the groups before it lie in arrays that HDF5 moves when they grow.
  constexpr std::uint64_t kName = 32;
  file_->reserve(static_cast<std::uint64_t>(values) * sizeof(double) +
                 (record.lost.size() + record.used.size()) * sizeof(WorkerId) +
                 kName * (std::uint64_t{record.point} + record.trial) + kRoom);
  file_->write(group + "/inputs", record.inputs);
  file_->write(group + "/truth", record.truth);
  file_->write(group + "/decoded", record.decoded);
  file_->write(group + "/lost", std::span<const std::uint32_t>(record.lost));
  file_->write(group + "/used", std::span<const std::uint32_t>(record.used));
  if (record.coded != nullptr) file_->write(group + "/coded", *record.coded);
  const std::vector<std::uint32_t> shape(record.shape.extents.begin(), record.shape.extents.end());
  file_->write(group + "/shape", std::span<const std::uint32_t>(shape));
}

void ResultFile::add(const FailureRecord& record) {
  failures_->append({record});
  failures_of_this_run_.push_back(record);
}

void ResultFile::trial_done() {
  // A flush costs microseconds, a lost trial at most this much work.
  constexpr Seconds kFlushEvery_s = 0.05;
  if (since_flush_.elapsed() > kFlushEvery_s) flush();
}

void ResultFile::flush() {
  if (!trials_) return;
  // A trial counts as finished once its row is in /trials, so that this is the last to be written.
  if (workers_) workers_->write();
  timings_->write();
  failures_->write();
  file_->flush();
  trials_->write();
  file_->flush();
  since_flush_.restart();
}

void ResultFile::finish() {
  flush();
  const std::filesystem::path path = file_->path();
  close();
  // In a copy that takes the place of the file when it is complete, as in the constructor.
  const hdf5::Draft draft(path);
  std::error_code failure;
  std::filesystem::copy_file(path, draft.path(), std::filesystem::copy_options::overwrite_existing,
                             failure);
  if (failure)
    throw RunError(fmt::format("cannot write the summary of '{}'", path.string()),
                   failure.message(),
                   "check free space; every trial is there, --resume adds the summary");
  hdf5::File copy(draft.path(), hdf5::Access::kReadWrite, path.string());
  sort_rows(copy);
  write_summary(copy);
  copy.write_attribute("finished", timestamp());
  copy.flush();
  copy.rename(path);
}

void ResultFile::close() {
  trials_.reset();
  timings_.reset();
  workers_.reset();
  failures_.reset();
  file_.reset();
}

}  // namespace laggard::output
