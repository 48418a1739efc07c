// A small RAII layer over the C API of HDF5: the only code that includes hdf5.h. Everything that
// goes wrong becomes an Error with the file's name in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/columns.hpp"
#include "core/error.hpp"
#include "core/types.hpp"
#include "hdf5/crash.hpp"

namespace laggard::hdf5 {

/// HDF5's hid_t, without its header.
using Id = std::int64_t;

/// Owns one HDF5 identifier of any class (file, group, dataset, type, space, property list).
class Handle {
 public:
  Handle() = default;
  explicit Handle(Id id) : id_(id) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Handle();

  Id get() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }

 private:
  Id id_ = -1;
};

struct Absence;

/// Extents and element type of a dataset.
struct DatasetInfo {
  std::vector<std::uint64_t> extents;
  bool integer = false;  ///< else floating point
  std::size_t element_bytes = 0;
  bool unsigned_bytes = false;
  std::uint64_t elements() const;
};

/// A file takes no more. What was flushed before is safe.
struct WriteError : RunError {
  using RunError::RunError;
};

enum class Access { kReadOnly, kReadWrite, kCreate };

class File {
 public:
  /// kCreate replaces what is there. Messages call it `shown_as` where it is made under another
  /// name than it will have. Errors: DataError when reading, WriteError when creating or writing.
  File(const std::filesystem::path& path, Access access, const std::string& shown_as = "");

  File(File&&) noexcept = default;
  File& operator=(File&&) noexcept = default;
  ~File();

  const std::string& path() const { return path_; }
  /// What messages call it.
  const std::string& name() const { return name_; }
  Id id() const { return handle_.get(); }

  /// Gives the open file another name, in the place of any file that has it.
  void rename(const std::filesystem::path& path);

  /// Everything written so far survives the death of the process.
  void flush();
  /// The next `bytes` have their place on the disk, so that a full one is noticed before anything
  /// is half-written; what is not used is given back in the end. Errors: WriteError, and the file
  /// is as it was.
  void reserve(std::uint64_t bytes);

  /// Its size.
  std::uint64_t bytes() const;

  bool exists(const std::string& object) const;
  void create_group(const std::string& path);
  void remove(const std::string& object);
  /// Names in a group, sorted.
  std::vector<std::string> members(const std::string& group) const;

  void write_attribute(const std::string& name, const std::string& value);
  void write_attribute(const std::string& name, std::uint64_t value);
  /// Nothing if there is no such attribute or it has another type. Errors: DataError if it does not
  /// hold one value, or is damaged.
  std::optional<std::string> text_attribute(const std::string& name) const;
  std::optional<std::uint64_t> integer_attribute(const std::string& name) const;
  /// Not an overload of write_attribute: a call with a literal 1 would be ambiguous.
  void write_real_attribute(const std::string& name, double value);
  std::optional<double> real_attribute(const std::string& name) const;

  /// Whole arrays; groups on the way are created.
  void write(const std::string& dataset, const Matrix& values);
  void write(const std::string& dataset, std::span<const double> values);
  void write(const std::string& dataset, std::span<const std::uint32_t> values);
  void write(const std::string& dataset, std::span<const std::uint8_t> values);
  /// Single precision of any rank, e.g. the parameters of a network. values.size() is the product
  /// of `extents`.
  void write(const std::string& dataset, std::span<const float> values,
             std::span<const std::uint64_t> extents);
  /// A text attribute of a dataset, e.g. its units.
  void annotate(const std::string& dataset, const std::string& name, const std::string& value);

  /// Opens a dataset of this file. Errors: DataError if there is none of that name, or if a link
  /// leads to it that leaves the file.
  Handle open_dataset(const std::string& dataset) const;

  /// Asked before anything of its size is allocated. Errors: DataError if there is no such dataset,
  /// if it is not numeric, or if its values are not all in this file.
  DatasetInfo info(const std::string& dataset) const;

  /// A number that an attribute of a dataset holds, of any numeric type; nothing if there is no
  /// such attribute. Errors: DataError if it is there but is not one number.
  std::optional<double> number_attribute(const std::string& dataset, const std::string& name) const;

  /// Rows [first, first + count) of a numeric dataset of any rank, flattened, converted to double;
  /// info() comes first.
  std::vector<double> read_rows(const std::string& dataset, std::uint64_t first,
                                std::uint64_t count) const;
  std::vector<double> read(const std::string& dataset) const;
  /// The same without the detour through double, for what is large and stored like that.
  std::vector<float> read_floats(const std::string& dataset) const;
  std::vector<std::uint8_t> read_bytes(const std::string& dataset) const;

 private:
  template <class Element>
  std::vector<Element> read_all(const std::string& dataset, Scalar type) const;
  void write_array(const std::string& dataset, Scalar type, const void* data,
                   std::span<const std::uint64_t> extents);
  /// The attribute, which holds one value; no handle if there is none.
  Handle attribute(Id object, const std::string& name) const;
  void read_attribute(const Handle& from, const std::string& name, Id type, void* value) const;
  DatasetInfo shape(const std::string& dataset, const Handle& source) const;
  [[noreturn]] void fail_dataset(const std::string& dataset, const Absence& absence) const;

  std::string path_, name_;
  std::unique_ptr<CrashLine> crash_line_;  // of a file that is only read; outlives the handle
  Handle handle_;
};

/// Whether a file is there and begins like one of HDF5.
bool is_hdf5(const std::string& path);

/// "1.10.8"
std::string library_version();

}  // namespace laggard::hdf5
