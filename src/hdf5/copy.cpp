#include "hdf5/copy.hpp"

#include <hdf5.h>

#include "hdf5/read_bound.hpp"
#include "hdf5/types.hpp"

namespace laggard::hdf5 {

bool copy_object(const File& from, const std::string& object, File& to, const std::string& name) {
  const ReadBound bound(2 * from.bytes());
  return H5Ocopy(from.id(), object.c_str(), to.id(), name.c_str(), H5P_DEFAULT,
                 intermediate_groups().get()) >= 0;
}

}  // namespace laggard::hdf5
