#include "data/dataset.hpp"

#include "core/error.hpp"
#include "data/synthetic.hpp"

namespace laggard::data {

Sample Dataset::rows_at(std::span<const std::uint32_t>, Part) const {
  throw ConfigError("this dataset has no rows to go through", "it is a distribution",
                    "choose a dataset that comes from a file");
}

const std::vector<DatasetKind>& datasets() {
  static const std::vector<DatasetKind> table{
      kind<Uniform, Dataset>("uniform", "independent coordinates, uniform on [low, high)"),
      kind<Gaussian, Dataset>("gaussian", "independent normal coordinates"),
  };
  return table;
}

}  // namespace laggard::data
