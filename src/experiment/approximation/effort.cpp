#include "experiment/approximation/effort.hpp"

#include <algorithm>

namespace laggard::approximation {

sweep::Effort effort_of(const Setup& setup) {
  sweep::Effort effort;
  const Config& config = setup.config;
  const double inputs = config.data_points;  // K
  const auto width = static_cast<double>(setup.dataset->shape().size());
  const auto outputs = static_cast<double>(setup.model->outputs());
  const double trials = config.trials.most;
  if (setup.anything_to_do()) effort.model_inputs += trials * inputs;
  for (const ActivePoint& point : setup.points) {
    if (!point.scheme) continue;
    const double active = point.scheme->active_workers();
    // Data, truth and estimates; as drawn and on the path.
    const double ours = inputs * (width + 2.0 * outputs) * (point.scheme->path_ordering() ? 2 : 1);
    const double coded = config.output.coded ? active * width : 0.0;
    const double matrices = (point.scheme->keeps_matrices() ? 2.0 * active * inputs : 0.0) +
                            point.scheme->square_matrices() * active * active;
    // Coded inputs, results, the matrices of the code.
    double theirs = active * (width + outputs) + matrices + coded;
    if (setup.rehearses()) {
      theirs += active * outputs + inputs * (width + outputs);
      effort.model_inputs += trials * active;
    }
    effort.trial_bytes = std::max(effort.trial_bytes, sizeof(double) * (ours + theirs));
    effort.model_inputs += trials * active;
    if (config.output.predictions)
      effort.prediction_bytes += sizeof(double) * config.output.predicted(config.trials.most) *
                                 (inputs * (width + 2.0 * outputs) + coded);
  }
  return effort;
}

}  // namespace laggard::approximation
