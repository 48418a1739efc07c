#include "data/dataset.hpp"

#include "data/synthetic.hpp"

namespace laggard::data {

const std::vector<DatasetKind>& datasets() {
  static const std::vector<DatasetKind> table{
      kind<Uniform, Dataset>("uniform", "independent coordinates, uniform on [low, high)"),
      kind<Gaussian, Dataset>("gaussian", "independent normal coordinates"),
  };
  return table;
}

}  // namespace laggard::data
