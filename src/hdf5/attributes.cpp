// The attributes of a file and of its datasets.
#include <fmt/format.h>
#include <hdf5.h>

#include "hdf5/file.hpp"
#include "hdf5/read_bound.hpp"
#include "hdf5/safety.hpp"
#include "hdf5/types.hpp"

namespace laggard::hdf5 {
namespace {

void put_attribute(Id object, const std::string& name, Id type, const void* value,
                   const std::string& path) {
  if (H5Aexists(object, name.c_str()) > 0) H5Adelete(object, name.c_str());
  const Handle space(H5Screate(H5S_SCALAR));
  const Handle attribute(
      H5Acreate2(object, name.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT));
  if (!attribute || H5Awrite(attribute.get(), type, value) < 0) fail_writing(object, path, name);
}

}  // namespace

void File::write_attribute(const std::string& name, const std::string& value) {
  const char* text = value.c_str();
  put_attribute(id(), name, element_type(Scalar::kText).get(), &text, name_);
}

void File::write_attribute(const std::string& name, std::uint64_t value) {
  put_attribute(id(), name, H5T_NATIVE_UINT64, &value, name_);
}

Handle File::attribute(Id object, const std::string& name) const {
  if (H5Aexists(object, name.c_str()) <= 0) return {};
  Handle opened(H5Aopen(object, name.c_str(), H5P_DEFAULT));
  const Handle space(opened ? H5Aget_space(opened.get()) : -1);
  if (!space || H5Sget_simple_extent_npoints(space.get()) != 1)
    fail_reading(path_, fmt::format("its attribute '{}' does not hold one value", name));
  return opened;
}

void File::read_attribute(const Handle& from, const std::string& name, Id type, void* value) const {
  const ReadBound bound(2 * bytes());  // text is held twice for a moment
  if (H5Aread(from.get(), type, value) < 0)
    fail_reading(path_, fmt::format("its attribute '{}' is damaged", name));
}

std::optional<std::string> File::text_attribute(const std::string& name) const {
  const Handle from = attribute(id(), name);
  const Handle stored(from ? H5Aget_type(from.get()) : -1);
  if (!stored || H5Tis_variable_str(stored.get()) <= 0) return std::nullopt;
  char* text = nullptr;
  read_attribute(from, name, element_type(Scalar::kText).get(), &text);
  if (text == nullptr) return std::nullopt;
  std::string value(text);
  H5free_memory(text);
  return value;
}

std::optional<std::uint64_t> File::integer_attribute(const std::string& name) const {
  const Handle from = attribute(id(), name);
  const Handle stored(from ? H5Aget_type(from.get()) : -1);
  if (!stored || H5Tget_class(stored.get()) != H5T_INTEGER) return std::nullopt;
  std::uint64_t value = 0;
  read_attribute(from, name, H5T_NATIVE_UINT64, &value);
  return value;
}

void File::write_real_attribute(const std::string& name, double value) {
  put_attribute(id(), name, H5T_NATIVE_DOUBLE, &value, name_);
}

std::optional<double> File::real_attribute(const std::string& name) const {
  const Handle from = attribute(id(), name);
  const Handle stored(from ? H5Aget_type(from.get()) : -1);
  if (!stored || H5Tget_class(stored.get()) != H5T_FLOAT) return std::nullopt;
  double value = 0;
  read_attribute(from, name, H5T_NATIVE_DOUBLE, &value);
  return value;
}

std::optional<double> File::number_attribute(const std::string& dataset,
                                             const std::string& name) const {
  const Handle source = open_dataset(dataset);
  const Handle from = attribute(source.get(), name);
  if (!from) return std::nullopt;
  const Handle stored(H5Aget_type(from.get()));
  const H5T_class_t type = H5Tget_class(stored.get());
  if (type != H5T_INTEGER && type != H5T_FLOAT)
    fail_reading(path_, fmt::format("the attribute '{}' of '{}' is not a number", name, dataset));
  double value = 0;
  read_attribute(from, name, H5T_NATIVE_DOUBLE, &value);
  return value;
}

void File::annotate(const std::string& dataset, const std::string& name, const std::string& value) {
  const Handle target = open_dataset(dataset);
  const char* text = value.c_str();
  put_attribute(target.get(), name, element_type(Scalar::kText).get(), &text, name_);
}

}  // namespace laggard::hdf5
