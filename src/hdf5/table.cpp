#include "hdf5/table.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <cstring>

#include "core/error.hpp"
#include "hdf5/memory.hpp"
#include "hdf5/safety.hpp"
#include "hdf5/stored.hpp"
#include "hdf5/types.hpp"

namespace laggard::hdf5 {
namespace {

constexpr hsize_t kChunkRows = 1024;

Handle column_type(const Column& column) {
  if (column.names.empty()) return element_type(column.type);
  Handle type(H5Tenum_create(H5T_NATIVE_UINT8));
  std::uint8_t value = 0;
  for (const std::string& name : column.names) {
    H5Tenum_insert(type.get(), name.c_str(), &value);
    ++value;
  }
  return type;
}

Handle compound_type(std::size_t row_size, const std::vector<Column>& columns) {
  Handle type(H5Tcreate(H5T_COMPOUND, row_size));
  for (const Column& column : columns)
    H5Tinsert(type.get(), column.name.c_str(), column.offset, column_type(column).get());
  return type;
}

Handle creation_list(std::size_t row_size, const std::vector<Column>& columns, const Handle& type) {
  Handle list(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_chunk(list.get(), 1, &kChunkRows);
  std::vector<unsigned char> fill(row_size, 0);
  bool text = false;
  for (const Column& column : columns) {
    if (column.type == Scalar::kU32) std::memset(fill.data() + column.offset, 0xFF, 4);
    text = text || column.type == Scalar::kText;
  }
  if (!text) H5Pset_fill_value(list.get(), type.get(), fill.data());
  return list;
}

/// HDF5 matches columns by name and drops the others without a word.
void check_columns(const Handle& dataset, const std::string& name, const std::string& path,
                   const std::vector<Column>& columns) {
  const Handle stored(H5Dget_type(dataset.get()));
  bool same = H5Tget_class(stored.get()) == H5T_COMPOUND &&
              H5Tget_nmembers(stored.get()) == static_cast<int>(columns.size());
  for (const Column& column : columns) {
    if (!same) break;
    const int index = H5Tget_member_index(stored.get(), column.name.c_str());
    same = index >= 0 && H5Tget_member_class(stored.get(), static_cast<unsigned>(index)) ==
                             H5Tget_class(column_type(column).get());
  }
  if (!same)
    throw DataError(fmt::format("cannot append to {} of '{}'", name, path), "it has other columns",
                    "was it written by another version?");
}

void set_null(void* rows, std::size_t row_size, std::uint64_t count, const Column& column) {
  constexpr const char* kNull = nullptr;
  auto* member = static_cast<std::byte*>(rows) + column.offset;
  for (std::uint64_t row = 0; row < count; ++row, member += row_size)
    std::memcpy(member, &kNull, sizeof kNull);
}

}  // namespace

RawTable::RawTable(File& file, const std::string& dataset, std::size_t row_size,
                   const std::vector<Column>& columns)
    : path_(file.name()), type_(compound_type(row_size, columns)) {
  // Without a cache, rows go to the file and get their space there before any flush.
  const Handle access(H5Pcreate(H5P_DATASET_ACCESS));
  H5Pset_chunk_cache(access.get(), 0, 0, 0.0);
  if (file.exists(dataset)) {
    size_ = table_size(file, dataset);
    dataset_ = Handle(H5Dopen2(file.id(), dataset.c_str(), access.get()));
    check_columns(dataset_, dataset, path_, columns);
    return;
  }
  const hsize_t none = 0;
  const hsize_t unlimited = H5S_UNLIMITED;
  const Handle space(H5Screate_simple(1, &none, &unlimited));
  const Handle list = creation_list(row_size, columns, type_);
  // Packed on disk: what h5py and pandas see has no holes.
  const Handle packed(H5Tcopy(type_.get()));
  H5Tpack(packed.get());
  dataset_ = Handle(H5Dcreate2(file.id(), dataset.c_str(), packed.get(), space.get(),
                               intermediate_groups().get(), list.get(), access.get()));
  if (!dataset_) fail_writing(file.id(), path_, dataset);
  std::string units = "{";
  for (const Column& column : columns)
    if (!column.units.empty())
      units +=
          fmt::format("{}\"{}\": \"{}\"", units.size() > 1 ? ", " : "", column.name, column.units);
  file.annotate(dataset, "units", units + "}");
  // A row that comes and goes leaves an empty index of chunks, to which later rows add in place: a
  // kill never finds a table that refers to an index not yet written.
  append(std::vector<std::byte>(row_size).data(), 1);
  clear();
}

void RawTable::append(const void* rows, std::size_t count) {
  const hsize_t before = size_;
  const hsize_t added = count;
  const hsize_t after = before + added;
  if (H5Dset_extent(dataset_.get(), &after) < 0) fail_writing(dataset_.get(), path_, "results");
  const Handle space(H5Dget_space(dataset_.get()));
  H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &before, nullptr, &added, nullptr);
  const Handle memory(H5Screate_simple(1, &added, nullptr));
  if (H5Dwrite(dataset_.get(), type_.get(), memory.get(), space.get(), H5P_DEFAULT, rows) < 0)
    fail_writing(dataset_.get(), path_, "results");
  size_ = after;
}

void RawTable::clear() {
  const hsize_t none = 0;
  if (H5Dset_extent(dataset_.get(), &none) < 0) fail_writing(dataset_.get(), path_, "a table");
  size_ = 0;
}

namespace {

/// What H5Dread takes text from.
void* take_text(std::size_t bytes, void* text) {
  return static_cast<Text*>(text)->take(bytes);
}

/// Text stays until its owner goes, also where HDF5 gives up.
void keep_text(void*, void*) {}

[[noreturn]] void refuse_table(const File& file, const std::string& dataset, const std::string& why,
                               const std::string& remedy = "is it a result of laggard?") {
  throw DataError(fmt::format("cannot read {} of '{}'", dataset, file.path()), why, remedy);
}

}  // namespace

void* Text::take(std::size_t bytes) {
  if (bytes > left_) return nullptr;
  left_ -= bytes;
  return pieces_.emplace_back(std::make_unique<char[]>(bytes)).get();
}

std::uint64_t table_size(const File& file, const std::string& dataset) {
  if (!file.exists(dataset))
    throw DataError(fmt::format("cannot read '{}'", file.path()),
                    fmt::format("it has no table {}", dataset), "is it a result of laggard?");
  const Handle source = file.open_dataset(dataset);
  const Handle type(H5Dget_type(source.get()));
  const Handle space(H5Dget_space(source.get()));
  hsize_t extent = 0;
  if (H5Tget_class(type.get()) != H5T_COMPOUND || H5Sget_simple_extent_ndims(space.get()) != 1 ||
      H5Sget_simple_extent_dims(space.get(), &extent, nullptr) != 1)
    refuse_table(file, dataset, "it is not a table");
  // A killed run leaves some rows that were never written.
  constexpr std::uint64_t kUnwrittenRows = 1U << 20U;
  const std::uint64_t stored = stored_bytes(source);
  const std::uint64_t row_bytes = std::max<std::size_t>(1, H5Tget_size(type.get()));
  const bool overflow = extent > UINT64_MAX / row_bytes;
  if (extent > kUnwrittenRows && (overflow || is_promise(extent * row_bytes, stored)))
    refuse_table(file, dataset,
                 fmt::format("it promises {} rows but stores {} bytes", extent, stored),
                 "was it written completely?");
  return extent;
}

void read_table(const File& file, const std::string& dataset, void* rows, std::size_t row_size,
                std::uint64_t count, const std::vector<Column>& columns, Text* text) {
  const Handle source = file.open_dataset(dataset);
  const Handle stored(H5Dget_type(source.get()));
  std::vector<Column> present;
  for (const Column& column : columns)
    if (H5Tget_member_index(stored.get(), column.name.c_str()) >= 0)
      present.push_back(column);
    else if (column.type == Scalar::kText)
      set_null(rows, row_size, count, column);
  if (count == 0 || present.empty()) return;
  const Handle type = compound_type(row_size, present);
  const Handle transfer(H5Pcreate(H5P_DATASET_XFER));
  if (text != nullptr) H5Pset_vlen_mem_manager(transfer.get(), take_text, text, keep_text, nullptr);
  // Of a file that is being written, there may be more by now.
  const Handle space(H5Dget_space(source.get()));
  const hsize_t first = 0, wanted = count;
  H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &first, nullptr, &wanted, nullptr);
  const Handle memory(H5Screate_simple(1, &wanted, nullptr));
  const MemoryBound bound(2 * file.bytes() + row_size * count);
  if (H5Dread(source.get(), type.get(), memory.get(), space.get(), transfer.get(), rows) < 0) {
    const Absence failure = failure_of(source);
    refuse_table(file, dataset, failure.why, failure.remedy);
  }
}

}  // namespace laggard::hdf5
