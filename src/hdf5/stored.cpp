#include "hdf5/stored.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <array>

#include "core/text.hpp"

namespace laggard::hdf5 {
namespace {

constexpr const char* kOneFile =
    "copy its values into a dataset of one file, with h5py: f['copy'] = f['old'][...]";

Handle creation_list(const Handle& dataset) {
  return Handle(H5Dget_create_plist(dataset.get()));
}

/// Values in other files may change, or be gone, without a trace in this one.
Absence elsewhere(const Handle& creation) {
  if (H5Pget_layout(creation.get()) == H5D_VIRTUAL)
    return {"it is a virtual dataset, whose values lie in other files", kOneFile};
  if (H5Pget_external_count(creation.get()) > 0)
    return {"its values lie in external storage, in another file", kOneFile};
  return {};
}

/// Chunks that the extents of a chunked dataset make, and those that were written.
struct Chunks {
  std::uint64_t promised = 1;
  std::uint64_t written = 0;
};

Chunks count_chunks(const Handle& dataset, const Handle& creation, const DatasetInfo& info) {
  std::vector<hsize_t> size(info.extents.size(), 1);
  H5Pget_chunk(creation.get(), static_cast<int>(size.size()), size.data());
  Chunks chunks;
  for (std::size_t i = 0; i < size.size(); ++i) {
    const std::uint64_t along = (info.extents[i] - 1) / std::max<hsize_t>(1, size[i]) + 1;
    chunks.promised = chunks.promised > UINT64_MAX / along ? UINT64_MAX : chunks.promised * along;
  }
  const Handle space(H5Dget_space(dataset.get()));
  hsize_t written = 0;
  if (H5Dget_num_chunks(dataset.get(), space.get(), &written) >= 0) chunks.written = written;
  return chunks;
}

/// Parts that nobody wrote are read as zeros.
Absence unwritten(const Handle& dataset, const Handle& creation, const DatasetInfo& info) {
  const char* remedy = "was it written completely?";
  if (H5Dget_storage_size(dataset.get()) == 0)
    return {fmt::format("none of its {} values was ever written", info.elements()), remedy};
  if (H5Pget_layout(creation.get()) != H5D_CHUNKED) return {};
  const Chunks chunks = count_chunks(dataset, creation, info);
  if (chunks.written >= chunks.promised) return {};
  return {fmt::format("{} of its {} chunks were never written", chunks.promised - chunks.written,
                      chunks.promised),
          remedy};
}

}  // namespace

std::uint64_t file_bytes(const Handle& object) {
  const Handle file(H5Iget_file_id(object.get()));
  hsize_t bytes = 0;
  return file && H5Fget_filesize(file.get(), &bytes) >= 0 ? bytes : 0;
}

std::uint64_t stored_bytes(const Handle& dataset) {
  return std::min<std::uint64_t>(H5Dget_storage_size(dataset.get()), file_bytes(dataset));
}

Absence failure_of(const Handle& dataset) {
  const Handle creation = creation_list(dataset);
  const int filters = H5Pget_nfilters(creation.get());
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0, configuration = 0;
    std::size_t values = 0;
    std::array<char, 64> name{};
    const H5Z_filter_t filter =
        H5Pget_filter2(creation.get(), static_cast<unsigned>(i), &flags, &values, nullptr,
                       name.size() - 1, name.data(), &configuration);
    if (filter < 0 || H5Zfilter_avail(filter) > 0) continue;
    const std::string called = name[0] == '\0' ? "a filter" : excerpt(name.data());
    return {
        fmt::format("it is packed with {} (HDF5 filter {}), which this HDF5 lacks", called, filter),
        "save it again with gzip, for example compression=\"gzip\" in h5py, or "
        "h5repack -f GZIP=4 where that filter is installed"};
  }
  return {"it is damaged", "check the file"};
}

Absence absence(const Handle& dataset, const DatasetInfo& info) {
  Absence found;
  if (info.elements() == 0) return found;
  const Handle creation = creation_list(dataset);
  found = elsewhere(creation);
  if (!found) found = unwritten(dataset, creation, info);
  if (found) return found;
  const std::uint64_t stored = stored_bytes(dataset);
  const std::uint64_t elements = info.elements();
  const bool overflow = elements > UINT64_MAX / info.element_bytes;
  if (overflow || is_promise(elements * info.element_bytes, stored))
    found = {fmt::format("it promises {} values but stores {} bytes", elements, stored),
             "was it written completely?"};
  return found;
}

}  // namespace laggard::hdf5
