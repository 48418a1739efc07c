#include "data/dataset.hpp"

#include "core/error.hpp"
#include "data/cifar10.hpp"
#include "data/clusters.hpp"
#include "data/hdf5_dataset.hpp"
#include "data/idx.hpp"
#include "data/npy.hpp"
#include "data/synthetic.hpp"

namespace laggard::data {

Sample Dataset::rows_at(std::span<const std::uint32_t>, Part) const {
  throw ConfigError("this dataset has no rows to go through", "it is a distribution",
                    "choose a dataset that comes from a file");
}

const std::vector<DatasetKind>& datasets() {
  static const std::vector<DatasetKind> table{
      kind<Uniform, Dataset, const std::string&>("uniform",
                                                 "independent coordinates, uniform on [low, high)"),
      kind<Gaussian, Dataset, const std::string&>("gaussian", "independent normal coordinates"),
      kind<Clusters, Dataset, const std::string&>(
          "clusters", "labelled points from Gaussian clusters, the same in every run"),
      kind<Idx, Dataset, const std::string&>("idx",
                                             "images of MNIST or Fashion-MNIST, scaled to [0, 1]"),
      kind<Cifar10, Dataset, const std::string&>(
          "cifar10", "images of CIFAR-10 (binary version), scaled to [0, 1]"),
      kind<Hdf5Dataset, Dataset, const std::string&>("hdf5", "rows of an HDF5 dataset"),
      kind<Npy, Dataset, const std::string&>("npy", "rows of a NumPy file"),
  };
  return table;
}

}  // namespace laggard::data
