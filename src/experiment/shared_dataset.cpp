#include "experiment/shared_dataset.hpp"

#include <map>
#include <mutex>
#include <string>

#include "config/reader.hpp"

namespace laggard::experiment {

std::shared_ptr<const data::Dataset> shared_dataset(const Component& component) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<const data::Dataset>> in_use;
  const std::lock_guard lock(mutex);
  std::weak_ptr<const data::Dataset>& entry = in_use[component.where + component.parameters];
  std::shared_ptr<const data::Dataset> dataset = entry.lock();
  if (!dataset) {
    dataset = config::make(data::datasets(), component, component.where);
    entry = dataset;
  }
  return dataset;
}

}  // namespace laggard::experiment
