#include "output/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/error.hpp"
#include "hdf5/copy.hpp"
#include "output/input_files.hpp"
#include "output/points.hpp"
#include "output/row_order.hpp"
#include "output/summary.hpp"

namespace laggard::output {
namespace {

constexpr std::uint32_t kUnwritten = 0xFFFFFFFF;  // fill value of rows that a kill cut off

/// What is taken on the disk before anything of a trial is written: the next chunk of every table
/// and what HDF5 itself adds.
constexpr std::uint64_t kRoom = 384U << 10U;

std::uint64_t key_of(std::uint32_t point, std::uint32_t trial) {
  return (std::uint64_t{point} << 32) | trial;
}

std::string group_of(std::string_view group, std::uint32_t point, std::uint32_t trial) {
  return fmt::format("{}/{}/{}", group, point, trial);
}

/// What cannot be resumed is wrong as input, before anybody asks whether it may be replaced.
const std::filesystem::path& checked(const std::filesystem::path& path, OpenMode mode) {
  std::error_code failure;
  if (mode == OpenMode::kResume && std::filesystem::exists(path, failure))
    result_config({path, hdf5::Access::kReadOnly});
  return path;
}

/// A file that is resumed keeps the head of its beginning, but for the configuration; what
/// continued it is in the list `resumed`.
void keep_head(hdf5::File& file, const hdf5::File& old, const Continuation& continuation,
               const RunContext& context) {
  config::Json later = config::parse_or_discard(old.text_attribute("resumed").value_or("[]"));
  if (!later.is_array()) later = config::Json::array();
  later.push_back({{"started", timestamp()},
                   {"version", program_version()},
                   {"git_commit", git_commit()},
                   {"git_dirty", git_dirty()},
                   {"mpi", context.mpi},
                   {"ranks", context.ranks},
                   {"hosts", context.hosts},
                   {"command", context.command}});
  if (continuation.extends())
    later.back()["replaced_config"] = config::parse_or_discard(continuation.replaced_config);
  file.write_attribute("resumed",
                       later.dump(-1, ' ', false, config::Json::error_handler_t::replace));
  for (const char* name : {"version", "git_commit", "created", "mpi", "hosts", "command"})
    if (const auto text = old.text_attribute(name)) file.write_attribute(name, *text);
  for (const char* name : {"git_dirty", "ranks"})
    if (const auto number = old.integer_attribute(name)) file.write_attribute(name, *number);
}

/// How many rows of a table each unit has. On the wall clock some come after the unit's own row, so
/// that a kill may leave a unit without them, or with some.
class LateRows {
 public:
  explicit LateRows(const hdf5::RawRows& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows.point(row) == kUnwritten) continue;
      auto& most = most_of_point_[rows.point(row)];
      most = std::max(most, ++of_unit_[key_of(rows.point(row), rows.trial(row))]);
    }
  }

  /// All units of a point have as many.
  bool complete(std::uint32_t point, std::uint32_t trial) const {
    const auto found = of_unit_.find(key_of(point, trial));
    return found != of_unit_.end() && found->second == most_of_point_.at(point);
  }

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> of_unit_;
  std::unordered_map<std::uint32_t, std::uint32_t> most_of_point_;
};

}  // namespace

ResultFile::ResultFile(const std::filesystem::path& name, OpenMode mode,
                       const config::Json& resolved, const std::vector<PointRecord>& points,
                       Layout layout, const RunContext& context)
    : place_(checked(name, mode)), points_(points), layout_(std::move(layout)) {
  const std::filesystem::path& path = place_.path();
  const config::Json files = input_files(resolved);
  require_no_input(path, files);
  std::optional<hdf5::File> old;
  if (mode == OpenMode::kResume && std::filesystem::exists(path)) {
    old.emplace(path, hdf5::Access::kReadOnly);
    continuation_ = continue_file(*old, resolved, files, context.vocabulary);
  }
  // Complete before it gets its name: whatever kills this process, there is no half-made file.
  const hdf5::Draft draft(path);
  file_ = std::make_unique<hdf5::File>(draft.path(), hdf5::Access::kCreate, path.string());
  write_head(*file_, resolved, context);
  file_->write_attribute(kInputFiles, files.dump());
  write_points(*file_, points);
  // Changing the root group takes several writes, and a kill between them would be its end.
  for (const Layout::Group& group : layout_.groups) file_->create_group(std::string(group.group));
  open_tables();
  if (old) {
    // A copy that fails for want of space would look like one of a damaged trial.
    file_->reserve(std::filesystem::file_size(path) + kRoom);
    keep_head(*file_, *old, continuation_, context);
    take_over(*old);
  }
  flush();
  old.reset();
  if (mode == OpenMode::kNew) kept_as_ = hdf5::keep_existing(path);
  file_->rename(path);
  open_tables();
}

void ResultFile::open_tables() {
  std::vector<OpenTable> tables;
  for (const Layout::Table& table : layout_.tables) {
    const OpenTable* before = find(*table.spec);
    tables.push_back({table.spec, table.role, before == nullptr ? 0 : before->resumed,
                      std::make_unique<hdf5::BufferedTable>(*file_, *table.spec)});
  }
  tables_ = std::move(tables);
}

ResultFile::OpenTable* ResultFile::find(const TableSpec& table) {
  for (OpenTable& open : tables_)
    if (open.spec == &table) return &open;
  return nullptr;
}

const ResultFile::OpenTable& ResultFile::unit_table() const {
  for (const OpenTable& open : tables_)
    if (open.role == TableRole::kUnit) return open;
  throw std::logic_error("the layout has no table of units");
}

ResultFile::OpenTable& ResultFile::unit_table() {
  return const_cast<OpenTable&>(std::as_const(*this).unit_table());
}

void ResultFile::visit_units(const std::function<void(const void* row)>& visit) const {
  const hdf5::RawRows rows(*file_, *unit_table().spec);
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (rows.point(row) != kUnwritten) visit(rows.at(row));
}

std::size_t ResultFile::resumed_rows(const TableSpec& table) const {
  for (const OpenTable& open : tables_)
    if (open.spec == &table) return open.resumed;
  return 0;
}

ResultFile::~ResultFile() {
  try {
    flush();
  } catch (const Error&) {  // nothing more can be done for the file here
  }
}

std::uint32_t ResultFile::number_now(std::uint32_t old_point) const {
  if (!continuation_.extends()) return old_point;
  return old_point < continuation_.point_now.size() ? continuation_.point_now[old_point]
                                                    : kUnwritten;
}

void ResultFile::append_as(std::uint32_t point, const void* row, OpenTable& table) {
  const auto* first = static_cast<const std::byte*>(row);
  std::vector<std::byte> bytes(first, first + table.spec->row_size);
  std::memcpy(bytes.data() + table.spec->at("point").offset, &point, sizeof point);
  table.rows->append(bytes.data(), 1);
  ++table.resumed;
}

bool ResultFile::take_arrays(const hdf5::File& old, std::uint32_t old_point, std::uint32_t trial) {
  for (const Layout::Group& group : layout_.groups) {
    if (trial >= group.trials) continue;
    const std::string name = group_of(group.group, old_point, trial);
    for (const std::string_view member : group.members)
      if (!old.exists(fmt::format("{}/{}", name, member))) return false;
    const std::string now = group_of(group.group, number_now(old_point), trial);
    if (!hdf5::copy_object(old, name, *file_, now)) return false;
  }
  return true;
}

void ResultFile::take_over(const hdf5::File& old) {
  std::vector<LateRows> late;
  for (const OpenTable& table : tables_)
    if (table.role == TableRole::kLate) late.emplace_back(hdf5::RawRows(old, *table.spec));
  {
    OpenTable& units = unit_table();
    const hdf5::RawRows rows(old, *units.spec);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::uint32_t old_point = rows.point(row), trial = rows.trial(row);
      const std::uint32_t point = number_now(old_point);
      if (point == kUnwritten || has(point, trial)) continue;
      if (!std::all_of(late.begin(), late.end(),
                       [&](const LateRows& table) { return table.complete(old_point, trial); }))
        continue;
      if (!take_arrays(old, old_point, trial)) continue;
      append_as(point, rows.at(row), units);
      done_.insert(key_of(point, trial));
    }
  }
  for (OpenTable& table : tables_) {
    if (table.role == TableRole::kUnit || !old.exists(std::string(table.spec->name))) continue;
    const hdf5::RawRows rows(old, *table.spec);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::uint32_t point = number_now(rows.point(row));
      if (point == kUnwritten) continue;
      if (table.role != TableRole::kLog && !has(point, rows.trial(row))) continue;
      append_as(point, rows.at(row), table);
    }
  }
}

bool ResultFile::has(std::uint32_t point, std::uint32_t trial) const {
  return done_.contains(key_of(point, trial));
}

void ResultFile::add(const TableSpec& table, const void* rows, std::size_t count) {
  OpenTable* open = find(table);
  if (open == nullptr) return;
  // Once is enough for what is buffered until the next flush.
  if (open->rows->buffered() == 0 || count > 1) file_->reserve(count * table.row_size + kRoom);
  // All tables, in the right order.
  if (open->role == TableRole::kUnit && open->rows->full()) flush();
  open->rows->append(rows, count);
}

void ResultFile::add(Arrays arrays) {
  const std::string group = group_of(arrays.group, arrays.point, arrays.trial);
  std::uint64_t bytes = 0;
  const auto size = [](const auto& values) {
    return static_cast<std::uint64_t>(values.size()) * sizeof(*values.data());
  };
  for (const Arrays::Member& member : arrays.members) bytes += std::visit(size, member.values);
  // The names of the groups before it lie in arrays that HDF5 moves when they grow.
  constexpr std::uint64_t kName = 32;
  file_->reserve(bytes + kName * (std::uint64_t{arrays.point} + arrays.trial) + kRoom);
  for (const Arrays::Member& member : arrays.members) {
    const std::string name = fmt::format("{}/{}", group, member.name);
    if (const auto* matrix = std::get_if<Matrix>(&member.values))
      file_->write(name, *matrix);
    else
      file_->write(name, std::span<const std::uint32_t>(
                             std::get<std::vector<std::uint32_t>>(member.values)));
  }
}

void ResultFile::trial_done() {
  // A flush costs microseconds, a lost trial at most this much work.
  constexpr Seconds kFlushEvery_s = 0.05;
  if (since_flush_.elapsed() > kFlushEvery_s) flush();
}

void ResultFile::flush() {
  if (!file_) return;
  // A unit counts as finished once its own row is there, so that this is the last to be written.
  for (OpenTable& table : tables_)
    if (table.role != TableRole::kUnit) table.rows->write();
  file_->flush();
  unit_table().rows->write();
  file_->flush();
  since_flush_.restart();
}

void ResultFile::finish(const std::function<void(hdf5::File&)>& summarise) {
  flush();
  const std::filesystem::path path = file_->path();
  for (OpenTable& table : tables_) table.rows.reset();
  file_.reset();
  // In a copy that takes the place of the file when it is complete, as in the constructor.
  const hdf5::Draft draft(path);
  std::error_code failure;
  std::filesystem::copy_file(path, draft.path(), std::filesystem::copy_options::overwrite_existing,
                             failure);
  if (failure) {
    std::error_code ignored;
    throw RunError(fmt::format("cannot write the summary of '{}'", path.string()),
                   failure.message(),
                   std::filesystem::exists(path, ignored)
                       ? "check free space; every trial is there, --resume adds the summary"
                       : "it was moved or deleted a moment ago; if you moved it, move it back and "
                         "add --resume");
  }
  hdf5::File copy(draft.path(), hdf5::Access::kReadWrite, path.string());
  sort_rows(copy, points_, layout_);
  summarise(copy);
  copy.write_attribute("finished", timestamp());
  copy.flush();
  copy.rename(path);
}

}  // namespace laggard::output
