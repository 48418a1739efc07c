#include "runtime/effort.hpp"

#include <algorithm>

namespace laggard::runtime {

void Effort::add(const Setup& setup) {
  const auto& config = setup.config;
  const double inputs = config.data_points;  // K
  const auto width = static_cast<double>(setup.dataset->shape().size());
  const auto outputs = static_cast<double>(setup.model->outputs());
  const double trials = config.trials;
  if (setup.anything_to_do()) model_inputs += trials * inputs;
  for (const ActivePoint& point : setup.points) {
    if (!point.scheme) continue;
    const double active = point.scheme->active_workers();
    // Data, truth and estimates; as drawn and on the path.
    const double ours = inputs * (width + 2.0 * outputs) * (point.scheme->path_ordering() ? 2 : 1);
    const double coded = config.output.coded ? active * width : 0.0;
    // Coded inputs, results, both matrices of the code.
    const double theirs = active * (width + outputs + 2.0 * inputs) + coded;
    trial_bytes = std::max(trial_bytes, sizeof(double) * (ours + theirs));
    model_inputs += trials * active;
    if (config.output.predictions)
      prediction_bytes += sizeof(double) * config.output.predicted(config.trials) *
                          (inputs * (width + 2.0 * outputs) + coded);
  }
}

}  // namespace laggard::runtime
