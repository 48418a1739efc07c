#include "fuzz/hdf5_mutator.hpp"

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace laggard::testing {
namespace {

constexpr std::size_t kLargestContent = 1U << 14U;

/// A handle of HDF5, of whatever kind.
class Handle {
 public:
  explicit Handle(hid_t id) : id_(id) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (id_ >= 0) H5Idec_ref(id_);
  }
  operator hid_t() const { return id_; }  // NOLINT(google-explicit-constructor)

 private:
  hid_t id_;
};

herr_t collect_link(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

herr_t collect_attribute(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

class Mutation {
 public:
  Mutation(hid_t file, unsigned seed) : file_(file), random_(seed) {
    H5Lvisit(file_, H5_INDEX_NAME, H5_ITER_NATIVE, collect_link, &links_);
  }

  void apply() {
    const std::size_t what = below(10);
    if (links_.empty() || what < 4) return change_attribute();
    const std::string& link = one_of(links_);
    const Handle object(H5Oopen(file_, link.c_str(), H5P_DEFAULT));
    const bool dataset = object >= 0 && H5Iget_type(object) == H5I_DATASET;
    if (dataset && what < 6) return change_content(object);
    if (dataset && what < 8) return replace(link, object);
    change_link(link);
  }

 private:
  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }

  template <class List>
  const typename List::value_type& one_of(const List& list) {
    return list[below(std::size(list))];
  }

  void change_attribute() {
    const Handle object(below(2) == 0 || links_.empty()
                            ? H5Oopen(file_, "/", H5P_DEFAULT)
                            : H5Oopen(file_, one_of(links_).c_str(), H5P_DEFAULT));
    if (object < 0) return;
    std::vector<std::string> names;
    hsize_t place = 0;
    H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, &place, collect_attribute, &names);
    const std::string name =
        names.empty() ? one_of(std::array{"scale_factor", "add_offset", "devices", "unit"})
                      : one_of(names);
    const std::size_t what = below(4);
    if (!names.empty() && what < 2) return change_text_or_number(object, name);
    if (H5Aexists(object, name.c_str()) > 0) H5Adelete(object, name.c_str());
    if (what == 2) return;
    const Handle type = some_type(), space = some_space(/*small=*/true);
    const Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT));
    fill(type, space, [&](const void* bytes) { H5Awrite(attribute, type, bytes); });
  }

  /// Another value of the same kind. Texts get another length.
  void change_text_or_number(hid_t object, const std::string& name) {
    Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT));
    const Handle type(H5Aget_type(attribute)), space(H5Aget_space(attribute));
    if (H5Tis_variable_str(type) > 0) {
      if (H5Sget_simple_extent_npoints(space) != 1) return;
      char* old = nullptr;
      if (H5Aread(attribute, type, static_cast<void*>(&old)) < 0 || old == nullptr) return;
      std::string text = mutated(old);
      H5free_memory(old);
      const char* now = text.c_str();
      H5Awrite(attribute, type, static_cast<const void*>(&now));
      return;
    }
    std::vector<std::uint8_t> bytes(content_size(type, space));
    if (bytes.empty() || H5Aread(attribute, type, bytes.data()) < 0) return;
    if (H5Tget_class(type) != H5T_STRING) {
      LLVMFuzzerMutate(bytes.data(), bytes.size(), bytes.size());
      H5Awrite(attribute, type, bytes.data());
      return;
    }
    const std::string text = mutated({bytes.begin(), bytes.end()});
    const Handle other(H5Tcopy(type));
    H5Tset_size(other, std::max<std::size_t>(text.size(), 1));
    H5Adelete(object, name.c_str());
    const Handle again(H5Acreate2(object, name.c_str(), other, space, H5P_DEFAULT, H5P_DEFAULT));
    if (content_size(other, space) == text.size()) H5Awrite(again, other, text.data());
  }

  std::string mutated(std::string text) {
    const std::size_t size = text.size();
    text.resize(size + 16);
    text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), size, text.size()));
    return text;
  }

  void change_content(hid_t dataset) {
    const Handle type(H5Dget_type(dataset)), space(H5Dget_space(dataset));
    std::vector<std::uint8_t> bytes(content_size(type, space));
    if (bytes.empty() || H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0)
      return;
    LLVMFuzzerMutate(bytes.data(), bytes.size(), bytes.size());
    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
  }

  /// Another shape, another type, other columns, or another layout.
  void replace(const std::string& link, hid_t dataset) {
    const Handle old_type(H5Dget_type(dataset)), old_space(H5Dget_space(dataset));
    const bool table = H5Tget_class(old_type) == H5T_COMPOUND && below(8) != 0;
    const Handle type = table ? other_columns(old_type)
                              : Handle(below(2) == 0 ? H5Tcopy(old_type) : some_type_id());
    const Handle space = below(2) == 0 ? Handle(H5Scopy(old_space)) : some_space(false);
    H5Ldelete(file_, link.c_str(), H5P_DEFAULT);
    const Handle layout = some_layout(space);
    const Handle made(
        H5Dcreate2(file_, link.c_str(), type, space, H5P_DEFAULT, layout, H5P_DEFAULT));
    fill(type, space,
         [&](const void* bytes) { H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes); });
  }

  Handle other_columns(hid_t table) {
    const auto count = static_cast<unsigned>(H5Tget_nmembers(table));
    const std::size_t chosen = below(count), what = below(4);
    std::vector<std::pair<std::string, Handle>> columns;
    for (unsigned i = 0; i < count; ++i) {
      char* given = H5Tget_member_name(table, i);
      const std::string name = given;
      H5free_memory(given);
      Handle type(H5Tget_member_type(table, i));
      const bool here = i == chosen;
      if (here && what == 0) continue;
      if (here && what == 1) columns.emplace_back(name, column_type());
      if (here && what == 2) columns.emplace_back("more", column_type());
      if (!here || what != 1)
        columns.emplace_back(here && what == 3 ? "other" : name, std::move(type));
    }
    if (columns.empty()) columns.emplace_back("only", column_type());
    std::size_t size = 0;
    for (const auto& [name, type] : columns) size += H5Tget_size(type);
    Handle made(H5Tcreate(H5T_COMPOUND, size));
    size = 0;
    for (const auto& [name, type] : columns) {
      H5Tinsert(made, name.c_str(), size, type);
      size += H5Tget_size(type);
    }
    return made;
  }

  void change_link(const std::string& link) {
    const std::size_t what = below(5);
    const std::string other = below(2) == 0 ? one_of(links_) : std::string("elsewhere");
    if (what == 0) H5Lmove(file_, link.c_str(), file_, other.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    if (what > 0) H5Ldelete(file_, link.c_str(), H5P_DEFAULT);
    if (what == 1) H5Lcreate_soft(other.c_str(), file_, link.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    if (what == 2)
      H5Lcreate_hard(file_, other.c_str(), file_, link.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    if (what == 3)
      H5Lcreate_external("no_such_file.h5", "/x", file_, link.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    if (what == 4)
      const Handle group(H5Gcreate2(file_, link.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  }

  /// What a table may have: the HDF5 library itself fails on tables of enumerations without values.
  Handle column_type() {
    const std::array plain{H5T_STD_I8LE,  H5T_STD_U16BE,  H5T_STD_U32LE,
                           H5T_STD_U64BE, H5T_IEEE_F32LE, H5T_IEEE_F64LE};
    const std::size_t what = below(plain.size() + 2);
    const hid_t type = H5Tcopy(what < plain.size() ? plain[what] : H5T_C_S1);
    if (what == plain.size()) H5Tset_size(type, 8);
    if (what > plain.size()) H5Tset_size(type, H5T_VARIABLE);
    return Handle(type);
  }

  Handle some_type() { return Handle(some_type_id()); }

  hid_t some_type_id() {
    const std::array plain{H5T_STD_I8LE,  H5T_STD_U8LE,   H5T_STD_I16BE,  H5T_STD_U32LE,
                           H5T_STD_I64BE, H5T_STD_U64LE,  H5T_IEEE_F32LE, H5T_IEEE_F64BE,
                           H5T_STD_B16LE, H5T_IEEE_F64LE, H5T_STD_REF_OBJ};
    const std::size_t what = below(plain.size() + 5);
    if (what < plain.size()) return H5Tcopy(plain[what]);
    const hsize_t length = 1 + below(4);
    if (what == plain.size()) return H5Tarray_create2(one_of(plain), 1, &length);
    if (what == plain.size() + 1) return H5Tvlen_create(H5T_STD_I32LE);
    if (what == plain.size() + 2) return H5Tenum_create(H5T_STD_I8LE);
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, what == plain.size() + 3 ? H5T_VARIABLE : length * 8);
    return text;
  }

  Handle some_space(bool small) {
    constexpr std::array<hsize_t, 11> kExtents{
        0, 1, 2, 3, 4, 7, 100, 1U << 16U, 1ULL << 31U, 1ULL << 40U, 1ULL << 62U};
    const std::size_t what = below(8);
    if (what == 0) return Handle(H5Screate(H5S_NULL));
    if (what == 1) return Handle(H5Screate(H5S_SCALAR));
    std::array<hsize_t, 4> extents{};
    for (hsize_t& extent : extents) extent = kExtents[below(small ? 4 : kExtents.size())];
    return Handle(H5Screate_simple(static_cast<int>(1 + below(4)), extents.data(), nullptr));
  }

  Handle some_layout(hid_t space) {
    Handle layout(H5Pcreate(H5P_DATASET_CREATE));
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 1 || below(2) == 0) return layout;
    const std::array<hsize_t, 4> chunk{1 + below(4), 1 + below(4), 1 + below(4), 1 + below(4)};
    H5Pset_chunk(layout, rank, chunk.data());
    if (below(2) == 0) H5Pset_deflate(layout, 1);
    if (below(2) == 0) H5Pset_shuffle(layout);
    if (below(2) == 0) H5Pset_fletcher32(layout);
    return layout;
  }

  /// 0 where the values are not what is in memory, or too many.
  static std::size_t content_size(hid_t type, hid_t space) {
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    const std::size_t size = H5Tget_size(type);
    const bool far = H5Tdetect_class(type, H5T_VLEN) > 0 || H5Tis_variable_str(type) > 0 ||
                     H5Tdetect_class(type, H5T_REFERENCE) > 0 ||
                     (H5Tget_class(type) == H5T_COMPOUND && has_far_member(type));
    if (far || count <= 0 || size == 0) return 0;
    if (static_cast<std::size_t>(count) > kLargestContent / size) return 0;
    return static_cast<std::size_t>(count) * size;
  }

  static bool has_far_member(hid_t table) {
    for (int i = 0; i < H5Tget_nmembers(table); ++i) {
      const Handle type(H5Tget_member_type(table, static_cast<unsigned>(i)));
      if (H5Tis_variable_str(type) > 0) return true;
    }
    return false;
  }

  /// Random bytes, some of them only in the first values.
  template <class Write>
  void fill(hid_t type, hid_t space, Write&& write) {
    std::vector<std::uint8_t> bytes(content_size(type, space));
    if (bytes.empty()) return;
    const std::size_t until = below(2) == 0 ? bytes.size() : std::min<std::size_t>(8, bytes.size());
    std::generate_n(bytes.begin(), until, [&] { return static_cast<std::uint8_t>(below(256)); });
    write(bytes.data());
  }

  hid_t file_;
  std::minstd_rand random_;
  std::vector<std::string> links_;
};

}  // namespace

std::size_t mutate_hdf5(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  static unsigned calls = 0;
  if (++calls % 4096 == 0) H5garbage_collect();
  const Handle in_memory(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_fapl_core(in_memory, 1U << 14U, /*backing_store=*/0);
  H5Pset_file_image(in_memory, data, size);
  const Handle file(H5Fopen("image", H5F_ACC_RDWR, in_memory));
  if (file < 0) return 0;
  for (unsigned i = 0; i <= seed % 3; ++i) Mutation(file, seed + i).apply();
  H5Fflush(file, H5F_SCOPE_GLOBAL);
  const ssize_t now = H5Fget_file_image(file, nullptr, 0);
  if (now <= 0 || static_cast<std::size_t>(now) > max_size) return 0;
  H5Fget_file_image(file, data, max_size);
  return static_cast<std::size_t>(now);
}

}  // namespace laggard::testing
