#include "hdf5/file.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <system_error>

#include "core/error.hpp"
#include "core/readable.hpp"
#include "core/text.hpp"
#include "hdf5/read_bound.hpp"
#include "hdf5/safety.hpp"
#include "hdf5/stored.hpp"
#include "hdf5/types.hpp"

namespace laggard::hdf5 {

static_assert(sizeof(Id) >= sizeof(hid_t));

Handle::~Handle() {
  if (id_ >= 0 && H5Iis_valid(id_) > 0) H5Idec_ref(id_);
}

std::uint64_t DatasetInfo::elements() const {
  std::uint64_t product = 1;
  for (const std::uint64_t extent : extents) {
    if (extent != 0 && product > UINT64_MAX / extent) return UINT64_MAX;
    product *= extent;
  }
  return product;
}

namespace {

void set_up_library() {
  // Files are closed by their handles. HDF5's own attempt at the end of the process crashes where a
  // full disk made that impossible.
  static const herr_t no_attempt = H5dont_atexit();
  static_cast<void>(no_attempt);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // the messages are ours
}

/// A table's index of chunks is one node, changed in one write, up to this many chunks.
constexpr unsigned kChunksPerNode = 1024;

/// HDF5 says only that it failed, not what the system said.
void check_readable(const std::filesystem::path& path) {
  if (const std::string why = why_unreadable(path); !why.empty()) fail_reading(path.string(), why);
  // HDF5 would make a new file of it when it may write.
  std::error_code failure;
  if (std::filesystem::file_size(path, failure) == 0)
    fail_reading(path.string(), "it is not an HDF5 file but empty");
}

}  // namespace

File::File(const std::filesystem::path& path, Access access, const std::string& shown_as)
    : path_(path.string()), name_(shown_as.empty() ? path_ : shown_as) {
  set_up_library();
  if (access == Access::kCreate) {
    const Handle creation(H5Pcreate(H5P_FILE_CREATE));
    H5Pset_istore_k(creation.get(), kChunksPerNode / 2);
    handle_ = Handle(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, creation.get(), H5P_DEFAULT));
    if (!handle_) fail_writing(-1, name_, "a result file");
    return;
  }
  check_readable(path);
  // What is written here comes from this program.
  if (access == Access::kReadOnly) crash_line_ = std::make_unique<CrashLine>(path_);
  const ReadBound bound(std::filesystem::file_size(path));
  const unsigned flags = access == Access::kReadOnly ? H5F_ACC_RDONLY : H5F_ACC_RDWR;
  // Who only reads need not wait for who writes: flushed rows are complete.
  const Handle properties(H5Pcreate(H5P_FILE_ACCESS));
  if (access == Access::kReadOnly) H5Pset_file_locking(properties.get(), false, true);
  handle_ = Handle(H5Fopen(path_.c_str(), flags, properties.get()));
  if (!handle_)
    fail_reading(path_, H5Fis_hdf5(path_.c_str()) > 0 ? "it is damaged or in use by another program"
                                                      : "it is not an HDF5 file");
}

File::~File() {
  release(id());
}

void File::rename(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::rename(path_, path, failure);
  if (failure)
    throw RunError(fmt::format("cannot give '{}' its name '{}'", path_, path.string()),
                   failure.message(), "check the directory");
  path_ = name_ = path.string();
}

void File::flush() {
  if (const auto failure = raise_end(id())) fail_writing(id(), name_, "results", failure.message());
  if (H5Fflush(id(), H5F_SCOPE_GLOBAL) < 0) fail_writing(id(), name_, "results");
  check_place(id(), path_, name_);
}

void File::reserve(std::uint64_t bytes) {
  if (const auto failure = hdf5::reserve(id(), bytes))
    throw WriteError(fmt::format("cannot write results to '{}'", name_), failure.message(),
                     "check free space and permissions");
}

namespace {

/// How objects are opened: within their file. `file` is that of a link which leads out of it, which
/// is not opened; what it holds may change without a trace, or be a pipe.
class Within {
 public:
  explicit Within(Id of_class) : list_(H5Pcreate(of_class)) {
    const auto refuse = [](const char*, const char*, const char* file, const char*, unsigned*,
                           hid_t, void* target) -> herr_t {
      *static_cast<std::string*>(target) = file;
      return -1;
    };
    H5Pset_elink_cb(list_.get(), refuse, &file_);
  }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;

  Id list() const { return list_.get(); }
  /// Errors: DataError if the last object lay behind such a link.
  void check(const std::string& path, const std::string& object) const {
    if (file_.empty()) return;
    fail_reading(path, fmt::format("'{}' is a link into another file, {}", object, excerpt(file_)),
                 "copy what it links to into this file, or name that file");
  }

 private:
  Handle list_;
  std::string file_;
};

}  // namespace

std::uint64_t File::bytes() const {
  return file_bytes(handle_);
}

bool File::exists(const std::string& object) const {
  const Within within(H5P_LINK_ACCESS);
  std::size_t slash = 0;
  while (slash != std::string::npos) {
    slash = object.find('/', slash + 1);
    if (H5Lexists(id(), object.substr(0, slash).c_str(), within.list()) <= 0) return false;
  }
  return true;
}

void File::create_group(const std::string& path) {
  if (exists(path)) return;
  const Handle group(
      H5Gcreate2(id(), path.c_str(), intermediate_groups().get(), H5P_DEFAULT, H5P_DEFAULT));
  if (!group) fail_writing(id(), name_, path);
}

void File::remove(const std::string& object) {
  if (exists(object) && H5Ldelete(id(), object.c_str(), H5P_DEFAULT) < 0)
    fail_writing(id(), name_, object);
}

std::vector<std::string> File::members(const std::string& group) const {
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  const Within within(H5P_GROUP_ACCESS);
  const Handle opened(H5Gopen2(id(), group.c_str(), within.list()));
  within.check(path_, group);
  if (!opened) fail_reading(path_, "it has no group " + group);
  const ReadBound bound(2 * bytes());
  if (H5Literate(opened.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names) < 0)
    fail_reading(path_, "its group " + group + " is damaged");
  std::sort(names.begin(), names.end());
  return names;
}

void File::write_array(const std::string& dataset, Scalar scalar, const void* data,
                       std::span<const std::uint64_t> extents) {
  remove(dataset);
  const std::vector<hsize_t> shape(extents.begin(), extents.end());
  const Handle type = element_type(scalar);
  const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));
  const Handle target(H5Dcreate2(id(), dataset.c_str(), type.get(), space.get(),
                                 intermediate_groups().get(), H5P_DEFAULT, H5P_DEFAULT));
  if (!target || H5Dwrite(target.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
    fail_writing(id(), name_, dataset);
}

void File::write(const std::string& dataset, const Matrix& values) {
  const std::uint64_t extents[] = {static_cast<std::uint64_t>(values.rows()),
                                   static_cast<std::uint64_t>(values.cols())};
  write_array(dataset, Scalar::kF64, values.data(), extents);
}

void File::write(const std::string& dataset, std::span<const double> values) {
  const std::uint64_t extents[] = {values.size()};
  write_array(dataset, Scalar::kF64, values.data(), extents);
}

void File::write(const std::string& dataset, std::span<const std::uint32_t> values) {
  const std::uint64_t extents[] = {values.size()};
  write_array(dataset, Scalar::kU32, values.data(), extents);
}

void File::write(const std::string& dataset, std::span<const std::uint8_t> values) {
  const std::uint64_t extents[] = {values.size()};
  write_array(dataset, Scalar::kU8, values.data(), extents);
}

void File::write(const std::string& dataset, std::span<const float> values,
                 std::span<const std::uint64_t> extents) {
  write_array(dataset, Scalar::kF32, values.data(), extents);
}

Handle File::open_dataset(const std::string& dataset) const {
  const Within within(H5P_DATASET_ACCESS);
  Handle opened(H5Dopen2(id(), dataset.c_str(), within.list()));
  if (opened) return opened;
  within.check(path_, dataset);
  fail_reading(path_, exists(dataset) ? "'" + dataset + "' is not a dataset"
                                      : "it has no dataset '" + dataset + "'");
}

void File::fail_dataset(const std::string& dataset, const Absence& absence) const {
  fail_reading(fmt::format("{}:{}", path_, dataset), absence.why, absence.remedy);
}

DatasetInfo File::shape(const std::string& dataset, const Handle& source) const {
  const Handle type(H5Dget_type(source.get()));
  const H5T_class_t type_class = H5Tget_class(type.get());
  const std::size_t bytes = H5Tget_size(type.get());
  if ((type_class != H5T_INTEGER && type_class != H5T_FLOAT) || bytes == 0 || bytes > 16)
    fail_reading(path_, "'" + dataset + "' does not hold numbers");
  const Handle space(H5Dget_space(source.get()));
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 0 || H5Sget_simple_extent_type(space.get()) == H5S_NULL)
    fail_reading(path_, "'" + dataset + "' has no values");
  std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
  const bool integer = type_class == H5T_INTEGER;
  return {{extents.begin(), extents.end()},
          integer,
          bytes,
          integer && bytes == 1 && H5Tget_sign(type.get()) == H5T_SGN_NONE};
}

DatasetInfo File::info(const std::string& dataset) const {
  const Handle source = open_dataset(dataset);
  DatasetInfo promised = shape(dataset, source);
  if (const Absence missing = absence(source, promised)) fail_dataset(dataset, missing);
  return promised;
}

std::vector<double> File::read_rows(const std::string& dataset, std::uint64_t first,
                                    std::uint64_t count) const {
  const Handle source = open_dataset(dataset);
  DatasetInfo part = shape(dataset, source);
  if (part.extents.empty() || first > part.extents[0] || count > part.extents[0] - first)
    fail_reading(path_, fmt::format("'{}' has no rows {} to {}", dataset, first, first + count));
  part.extents[0] = count;
  const Handle space(H5Dget_space(source.get()));
  std::vector<hsize_t> start(part.extents.size(), 0);
  const std::vector<hsize_t> extent(part.extents.begin(), part.extents.end());
  start[0] = first;
  std::vector<double> values(part.elements());
  if (values.empty()) return values;
  H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr);
  const Handle memory(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr));
  if (H5Dread(source.get(), H5T_NATIVE_DOUBLE, memory.get(), space.get(), H5P_DEFAULT,
              values.data()) < 0)
    fail_dataset(dataset, failure_of(source));
  return values;
}

std::vector<double> File::read(const std::string& dataset) const {
  const DatasetInfo promised = info(dataset);
  return read_rows(dataset, 0, promised.extents.empty() ? 0 : promised.extents[0]);
}

template <class Element>
std::vector<Element> File::read_all(const std::string& dataset, Scalar type) const {
  std::vector<Element> values(info(dataset).elements());
  if (values.empty()) return values;
  const Handle source = open_dataset(dataset);
  if (H5Dread(source.get(), element_type(type).get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
              values.data()) < 0)
    fail_dataset(dataset, failure_of(source));
  return values;
}

std::vector<float> File::read_floats(const std::string& dataset) const {
  return read_all<float>(dataset, Scalar::kF32);
}

std::vector<std::uint8_t> File::read_bytes(const std::string& dataset) const {
  return read_all<std::uint8_t>(dataset, Scalar::kU8);
}

bool is_hdf5(const std::string& path) {
  set_up_library();
  return why_unreadable(path).empty() && H5Fis_hdf5(path.c_str()) > 0;
}

std::string library_version() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

}  // namespace laggard::hdf5
