#include "hdf5/types.hpp"

#include <hdf5.h>

namespace laggard::hdf5 {

Handle element_type(Scalar scalar) {
  switch (scalar) {
    case Scalar::kU8:
      return Handle(H5Tcopy(H5T_NATIVE_UINT8));
    case Scalar::kU32:
      return Handle(H5Tcopy(H5T_NATIVE_UINT32));
    case Scalar::kI64:
      return Handle(H5Tcopy(H5T_NATIVE_INT64));
    case Scalar::kF32:
      return Handle(H5Tcopy(H5T_NATIVE_FLOAT));
    case Scalar::kF64:
      return Handle(H5Tcopy(H5T_NATIVE_DOUBLE));
    case Scalar::kText:
      break;
  }
  Handle text(H5Tcopy(H5T_C_S1));
  H5Tset_size(text.get(), H5T_VARIABLE);
  H5Tset_cset(text.get(), H5T_CSET_UTF8);
  return text;
}

std::size_t bytes_of(Scalar scalar) {
  switch (scalar) {
    case Scalar::kU8:
      return 1;
    case Scalar::kU32:
    case Scalar::kF32:
      return 4;
    case Scalar::kI64:
    case Scalar::kF64:
      return 8;
    case Scalar::kText:
      break;
  }
  return sizeof(const char*);
}

Handle intermediate_groups() {
  Handle list(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(list.get(), 1);
  return list;
}

}  // namespace laggard::hdf5
