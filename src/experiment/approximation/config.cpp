#include "experiment/approximation/config.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace laggard::approximation {

void OutputConfig::fields(Fields& fields) {
  fields.boolean({"workers", "write one row per worker and trial to /workers"}, workers);
  fields.boolean({"predictions", "write inputs, truth and decoded values to /predictions"},
                 predictions);
  fields.boolean(
      {"coded", "with predictions: write the N coded inputs of each trial and the answers, too"},
      coded);
  fields.integer(
      {"predicted_trials", "with predictions: write only this number of first trials; 0 means all"},
      predicted_trials);
  fields.boolean({"certificates",
                  "fill the columns largest_gap, lebesgue and noise_gain of /trials, from the "
                  "decoder's matrix"},
                 certificates);
  fields.boolean({"anytime", "write the error after every arrival of a trial to /anytime"},
                 anytime);
  fields.number(
      {"target_error", "with anytime: relative error whose time /summary tells, ||f^-f|| / ||f||"},
      target_error, kPositive);
}

void OutputConfig::check() const {
  const char* without = coded ? "coded" : predicted_trials > 0 ? "predicted_trials" : nullptr;
  if (without != nullptr && !predictions)
    throw ConfigError(fmt::format("/output/{} is set without predictions", without),
                      "it is a part of them", "set /output/predictions to true as well");
  if (target_error != OutputConfig().target_error && !anytime)
    throw ConfigError("/output/target_error is set without anytime",
                      "only the errors after each arrival tell when it is reached",
                      "set /output/anytime to true as well");
}

void Config::fields(Fields& fields) {
  common_fields(fields);
  fields.integer({"data_points", "K, inputs per trial"}, data_points, 1, 1'000'000);
  fields.integer({"workers", "N, coded inputs per trial"}, workers, 1, 10'000'000);
  fields.integer({"worker_block",
                  "number of consecutive workers that share one forward call of the model; above "
                  "N, all workers share it"},
                 worker_block, 1);
  fields.component({"dataset", "where the inputs come from"}, dataset, "datasets");
  fields.component({"model", "the function that the workers compute"}, model, "models");
  fields.components({"schemes", "the codes to compare"}, schemes, "schemes");
  cluster_fields(fields);
  fields.component({"noise", "what happens to the workers' results"}, noise, "noises");
  fields.component({"adversaries", "which workers lie to the master, and how"}, adversaries,
                   "adversaries");
  fields.text({"ordering",
               "path: the inputs lie on the encoder curve in the order of a short path through "
               "them; none: in the order of the data"},
              ordering, {"none", "path"});
  failure_fields(fields);
  fields.object({"output", "optional parts of the result file"},
                [this](Fields& members) { output.fields(members); });
}

void Config::check() const {
  ExperimentConfig::check();
  output.check();
  time.check();
  if (time.busy)
    throw ConfigError("/time/busy is set", "a trial of this experiment is a single round",
                      "leave it out; it is for the steps of a training");
  if (output.anytime && clock == "wall")
    throw ConfigError("/output/anytime is set with the wall clock",
                      "the answers are computed once more for it, whose times would be others",
                      "set /clock to \"virtual\"");
}

const Config& config_of(const config::Combination& combination) {
  const auto* config = dynamic_cast<const Config*>(combination.config.get());
  if (config == nullptr)
    throw ConfigError(fmt::format("/experiment is '{}'", combination.config->experiment),
                      "only the experiment 'approximation' has what is asked for",
                      "give a configuration of that kind");
  return *config;
}

}  // namespace laggard::approximation
