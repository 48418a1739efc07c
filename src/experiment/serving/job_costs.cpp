#include "experiment/serving/job_costs.hpp"

#include "config/reader.hpp"
#include "data/dataset.hpp"
#include "experiment/serving/config.hpp"
#include "model/model.hpp"

namespace laggard::serving {

JobCosts job_costs(const Config& config) {
  const round::TimeConfig& time = config.time;
  const double batch = config.serving.server.batch;
  JobCosts costs;
  costs.compute_s = batch * time.compute_s;
  costs.there_s = costs.back_s = time.latency_s;
  costs.frontend_bandwidth = time.master_bandwidth;
  costs.codec_flops = time.codec_flops;
  if (time.bandwidth == 0.0 && time.master_bandwidth == 0.0 && time.codec_flops == 0.0)
    return costs;
  const auto dataset = config::make(data::datasets(), config.dataset, config.dataset.where);
  const model::ModelContext context{dataset->shape(), config.seed};
  const auto model = config::make(model::models(), config.model, context);
  costs.numbers_in = batch * static_cast<double>(dataset->shape().size());
  costs.numbers_out = batch * static_cast<double>(model->outputs());
  costs.bytes_in = time.bytes_per_number * costs.numbers_in;
  costs.bytes_out = time.bytes_per_number * costs.numbers_out;
  if (time.bandwidth > 0.0) {
    costs.there_s += costs.bytes_in / time.bandwidth;
    costs.back_s += costs.bytes_out / time.bandwidth;
  }
  return costs;
}

}  // namespace laggard::serving
