#include "hdf5/table.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/error.hpp"
#include "hdf5/read_bound.hpp"
#include "hdf5/safety.hpp"
#include "hdf5/stored.hpp"
#include "hdf5/types.hpp"

namespace laggard::hdf5 {
namespace {

Handle column_type(const Column& column) {
  if (column.names.empty()) return element_type(column.type);
  Handle type(H5Tenum_create(H5T_NATIVE_UINT8));
  std::uint8_t value = 0;
  for (const std::string_view name : column.names) {
    H5Tenum_insert(type.get(), std::string(name).c_str(), &value);
    ++value;
  }
  return type;
}

Handle compound_type(std::size_t row_size, const std::vector<Column>& columns) {
  Handle type(H5Tcreate(H5T_COMPOUND, row_size));
  for (const Column& column : columns)
    H5Tinsert(type.get(), std::string(column.name).c_str(), column.offset,
              column_type(column).get());
  return type;
}

Handle creation_list(std::size_t row_size, const std::vector<Column>& columns, const Handle& type) {
  Handle list(H5Pcreate(H5P_DATASET_CREATE));
  const hsize_t chunk = kChunkRows;
  H5Pset_chunk(list.get(), 1, &chunk);
  std::vector<unsigned char> fill(row_size, 0);
  bool text = false;
  for (const Column& column : columns) {
    if (column.type == Scalar::kU32) std::memset(fill.data() + column.offset, 0xFF, 4);
    text = text || column.type == Scalar::kText;
  }
  if (!text) H5Pset_fill_value(list.get(), type.get(), fill.data());
  return list;
}

int member_index(const Handle& type, const Column& column) {
  return H5Tget_member_index(type.get(), std::string(column.name).c_str());
}

/// HDF5 matches columns by name and drops the others without a word.
void check_columns(const Handle& dataset, const std::string& name, const std::string& path,
                   const std::vector<Column>& columns) {
  const Handle stored(H5Dget_type(dataset.get()));
  bool same = H5Tget_class(stored.get()) == H5T_COMPOUND &&
              H5Tget_nmembers(stored.get()) == static_cast<int>(columns.size());
  for (const Column& column : columns) {
    if (!same) break;
    const int index = member_index(stored, column);
    same = index >= 0 && H5Tget_member_class(stored.get(), static_cast<unsigned>(index)) ==
                             H5Tget_class(column_type(column).get());
  }
  if (!same)
    throw DataError(fmt::format("cannot append to {} of '{}'", name, path), "it has other columns",
                    "was it written by another version?");
}

bool is_text(const Column& column) {
  return column.type == Scalar::kText;
}

/// What HDF5 knows of a row with text: a pointer in the place of every std::string, which is at
/// least as large.
std::string& text_of(void* row, const Column& column) {
  return *reinterpret_cast<std::string*>(static_cast<std::byte*>(row) + column.offset);
}
static_assert(sizeof(std::string) >= sizeof(const char*));

/// Rows as HDF5 takes them; the texts stay where they are.
std::vector<std::byte> with_pointers(const void* rows, std::size_t row_size, std::size_t count,
                                     const std::vector<Column>& columns) {
  std::vector<std::byte> copy(row_size * count);
  for (std::size_t row = 0; row < count; ++row) {
    auto* from = static_cast<std::byte*>(const_cast<void*>(rows)) + row * row_size;
    std::byte* to = copy.data() + row * row_size;
    for (const Column& column : columns) {
      if (!is_text(column)) {
        std::memcpy(to + column.offset, from + column.offset, bytes_of(column.type));
        continue;
      }
      const char* text = text_of(from, column).c_str();
      std::memcpy(to + column.offset, &text, sizeof text);
    }
  }
  return copy;
}

/// Moves what HDF5 read into the structs.
void take_texts(std::vector<std::byte>& read, void* rows, std::size_t row_size, std::uint64_t count,
                const std::vector<Column>& columns) {
  for (std::uint64_t row = 0; row < count; ++row) {
    std::byte* from = read.data() + row * row_size;
    auto* to = static_cast<std::byte*>(rows) + row * row_size;
    for (const Column& column : columns) {
      if (!is_text(column)) {
        std::memcpy(to + column.offset, from + column.offset, bytes_of(column.type));
        continue;
      }
      const char* text = nullptr;
      std::memcpy(&text, from + column.offset, sizeof text);
      text_of(to, column) = text == nullptr ? "" : text;
    }
  }
}

}  // namespace

RawTable::RawTable(File& file, const std::string& dataset, std::size_t row_size,
                   const std::vector<Column>& columns)
    : path_(file.name()),
      row_size_(row_size),
      columns_(columns),
      type_(compound_type(row_size, columns)) {
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
  write(std::vector<std::byte>(row_size).data(), 1);
  clear();
}

void RawTable::append(const void* rows, std::size_t count) {
  if (std::none_of(columns_.begin(), columns_.end(), is_text)) return write(rows, count);
  write(with_pointers(rows, row_size_, count, columns_).data(), count);
}

void RawTable::write(const void* rows, std::size_t count) {
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

/// Owns the text that HDF5 reads. No more is taken than a file can hold: a damaged one may say the
/// same large text in every row.
class Text {
 public:
  explicit Text(std::uint64_t most_bytes) : left_(most_bytes) {}
  /// nullptr if that is too much.
  void* take(std::size_t bytes) {
    if (bytes > left_) return nullptr;
    left_ -= bytes;
    return pieces_.emplace_back(std::make_unique<char[]>(bytes)).get();
  }

 private:
  std::uint64_t left_;
  std::vector<std::unique_ptr<char[]>> pieces_;
};

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

std::vector<std::string> column_names(const File& file, const std::string& dataset) {
  table_size(file, dataset);
  const Handle source = file.open_dataset(dataset);
  const Handle type(H5Dget_type(source.get()));
  std::vector<std::string> names;
  for (int i = 0; i < H5Tget_nmembers(type.get()); ++i) {
    const std::unique_ptr<char, decltype(&H5free_memory)> name(
        H5Tget_member_name(type.get(), static_cast<unsigned>(i)), &H5free_memory);
    if (name) names.emplace_back(name.get());
  }
  return names;
}

void read_table(const File& file, const std::string& dataset, void* rows, std::size_t row_size,
                std::uint64_t count, const std::vector<Column>& columns) {
  const Handle source = file.open_dataset(dataset);
  const Handle stored(H5Dget_type(source.get()));
  std::vector<Column> present;
  for (const Column& column : columns)
    if (member_index(stored, column) >= 0) present.push_back(column);
  if (count == 0 || present.empty()) return;
  const Handle type = compound_type(row_size, present);
  const Handle transfer(H5Pcreate(H5P_DATASET_XFER));
  const bool texts = std::any_of(present.begin(), present.end(), is_text);
  std::vector<std::byte> read(texts ? row_size * count : 0);
  Text text(file.bytes());
  if (texts) H5Pset_vlen_mem_manager(transfer.get(), take_text, &text, keep_text, nullptr);
  // Of a file that is being written, there may be more by now.
  const Handle space(H5Dget_space(source.get()));
  const hsize_t first = 0, wanted = count;
  H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &first, nullptr, &wanted, nullptr);
  const Handle memory(H5Screate_simple(1, &wanted, nullptr));
  const ReadBound bound(2 * file.bytes() + row_size * count);
  if (H5Dread(source.get(), type.get(), memory.get(), space.get(), transfer.get(),
              texts ? read.data() : rows) < 0) {
    const Absence failure = failure_of(source);
    refuse_table(file, dataset, failure.why, failure.remedy);
  }
  if (texts) take_texts(read, rows, row_size, count, present);
}

void BufferedTable::append(const void* rows, std::size_t count) {
  const auto* from = static_cast<const std::byte*>(rows);
  for (std::size_t row = 0; row < count; ++row, from += row_size_) {
    const bool last = full();
    buffer_.insert(buffer_.end(), from, from + row_size_);
    if (last) write();
  }
}

void BufferedTable::write() {
  if (!buffer_.empty()) raw_.append(buffer_.data(), buffered());
  buffer_.clear();
}

RawRows::RawRows(const File& file, const TableSpec& table)
    : row_size_(table.row_size),
      point_(table.at("point").offset),
      trial_(table.at("trial").offset) {
  const std::string name(table.name);
  const std::uint64_t count = table_size(file, name);
  bytes_.resize(count * row_size_);
  for (std::uint64_t row = 0; row < count; ++row)
    std::memcpy(bytes_.data() + row * row_size_, table.blank, row_size_);
  read_table(file, name, bytes_.data(), row_size_, count, table.columns);
}

std::uint32_t RawRows::number(std::size_t row, std::size_t offset) const {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes_.data() + row * row_size_ + offset, sizeof value);
  return value;
}

}  // namespace laggard::hdf5
