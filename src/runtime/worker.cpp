#include "runtime/worker.hpp"

#include "config/reader.hpp"
#include "faults/noise.hpp"

namespace laggard::runtime {
namespace {

using config::Json;

class Worker final : public transport::BlockFunction {
 public:
  Worker(std::unique_ptr<model::Model> model, std::unique_ptr<faults::Noise> noise,
         std::uint64_t seed)
      : model_(std::move(model)), noise_(std::move(noise)), seed_(seed) {}

  Index outputs() const override { return model_->outputs(); }

  void operator()(const transport::BlockId& block, MatrixView inputs,
                  MatrixSpan outputs) const override {
    model_->forward(inputs, outputs);
    if (noise_->silent()) return;
    for (Index row = 0; row < outputs.rows(); ++row) {
      const faults::Address at{seed_, block.trial,
                               block.first_worker + static_cast<WorkerId>(row)};
      noise_->apply(at, {outputs.row(row).data(), static_cast<std::size_t>(outputs.cols())});
    }
  }

 private:
  std::unique_ptr<model::Model> model_;
  std::unique_ptr<faults::Noise> noise_;
  std::uint64_t seed_;
};

Component component_of(const Json& parameters, const std::string& where) {
  return {parameters.at("kind").get<std::string>(), parameters.dump(), where};
}

}  // namespace

std::string job_text(const config::ExperimentConfig& config, const Shape& input) {
  Json job;
  job["seed"] = config.seed;
  job["input"] = input.extents;
  job["model"] = Json::parse(config.model.parameters);
  job["noise"] = Json::parse(config.noise.parameters);
  return job.dump();
}

std::unique_ptr<transport::BlockFunction> make_worker(const std::string& text) {
  const Json job = Json::parse(text);
  const std::uint64_t seed = job.at("seed").get<std::uint64_t>();
  const model::ModelContext context{{job.at("input").get<std::vector<Index>>()}, seed};
  return std::make_unique<Worker>(
      config::make(model::models(), component_of(job.at("model"), "/model"), context),
      config::make(faults::noises(), component_of(job.at("noise"), "/noise")), seed);
}

}  // namespace laggard::runtime
