#include "trainer/train_config.hpp"

#include <cmath>
#include <numbers>

#include "config/experiment.hpp"
#include "config/reader.hpp"
#include "config/writer.hpp"
#include "core/error.hpp"
#include "data/dataset.hpp"
#include "model/networks.hpp"

namespace laggard::trainer {

void OptimizerSettings::fields(Fields& fields) {
  fields.text({"kind", "optimizer"}, kind, {"adam", "sgd"});
  fields.number({"learning_rate", "step size before the schedule"}, learning_rate, kPositive);
  fields.number({"weight_decay", "coefficient of the L2 penalty"}, weight_decay, kNonNegative);
  fields.number({"momentum", "momentum of sgd"}, momentum, kProbability);
}

void ScheduleSettings::fields(Fields& fields) {
  fields.text({"kind", "learning rate over the training"}, kind, {"constant", "cosine", "step"});
  fields.integer({"step_epochs", "for the schedule step: epochs from one reduction to the next"},
                 step_epochs, 1);
  fields.number({"step_factor", "for the schedule step: factor of a reduction"}, step_factor,
                Range{0.0, 1.0, true});
  fields.number({"warmup_epochs", "epochs over which the rate grows linearly from 0"},
                warmup_epochs, kNonNegative);
}

void TaskSettings::fields(Fields& fields) {
  fields.text({"kind",
               "what is trained: a classifier, a parity model of ParM (parm), or encoder "
               "and decoder of a learned code (learned)"},
              kind, {"classifier", "parity", "code"});
  fields.text({"base", "for codes: file with the weights of the deployed model"}, base);
  fields.integer({"k", "for codes: number of queries of a group"}, k, 1, 64);
  fields.integer({"r", "for a learned code: number of parities of a group"}, r, 1, 16);
  fields.integer(
      {"parity",
       "for a parity model: its number p, counted from 0; its coefficients are i^p, i = 1 .. k"},
      parity, 0, 15);
  fields.text(
      {"encoder", "for a parity model: addition or concatenation; for a learned code: mlp or conv"},
      encoder, {"addition", "concatenation", "mlp", "conv"});
  fields.text({"loss",
               "for a learned code: mse-base and kl-base compare with the deployed model, "
               "xent-label with the labels"},
              loss, {"mse-base", "kl-base", "xent-label"});
}

double ScheduleSettings::factor(double done, std::uint32_t total) const {
  const double warm = done < warmup_epochs ? done / warmup_epochs : 1.0;
  if (kind == "cosine") return warm * 0.5 * (1.0 + std::cos(std::numbers::pi * done / total));
  if (kind == "step") return warm * std::pow(step_factor, std::floor(done / step_epochs));
  return warm;
}

void TrainConfig::fields(Fields& fields) {
  fields.text({"name", "names the default files results/weights/NAME.h5 and results/train-NAME.h5"},
              name);
  fields.integer({"seed", "seed of the initial weights and of the order of the data"}, seed);
  fields.object({"task", "what the network is trained for"},
                [this](Fields& members) { task.fields(members); });
  fields.component({"network", "what to train; a learned code has its own networks"}, network,
                   "networks");
  fields.component(
      {"dataset", "where the training rows come from: its holdout, or all its rows if it has none"},
      dataset, "datasets");
  fields.component({"test", "rows for the final accuracy: those that trials draw from"}, test,
                   "datasets");
  fields.integer(
      {"validation",
       "number of last training rows that choose the best epoch; 0: the last epoch is taken"},
      validation);
  fields.integer({"epochs", "passes over the training rows"}, epochs, 1, 1'000'000);
  fields.integer(
      {"batch",
       "rows per step, for codes groups per step; the last step of an epoch takes the rest"},
      batch, 1, 1'000'000);
  fields.integer({"shards",
                  "number of parts of a batch that the ranks share out; results depend on it, but "
                  "not on the number of ranks; 0: one part for each rank"},
                 shards, 0, 65'536);
  fields.integer(
      {"threads", "number of threads of libtorch; the last digits of results depend on it"},
      threads, 1, 1024);
  fields.text({"device", "where the network is trained"}, device, {"cpu", "cuda"});
  fields.object({"optimizer", "the rule of the steps"},
                [this](Fields& members) { optimizer.fields(members); });
  fields.object({"schedule", "learning rate over the training"},
                [this](Fields& members) { schedule.fields(members); });
  fields.object({"augmentation", "random changes of the training images"},
                [this](Fields& members) { augmentation.fields(members); });
  fields.boolean(
      {"keep_checkpoint",
       "keep the checkpoint after the last epoch, so that --resume can train for more epochs"},
      keep_checkpoint);
  fields.text({"weights", "file for the network; empty: results/weights/NAME.h5"}, weights);
  fields.text({"results", "file for the curves; empty: results/train-NAME.h5"}, results);
}

std::string TrainConfig::weights_path() const {
  return weights.empty() ? "results/weights/" + name + ".h5" : weights;
}

std::string TrainConfig::results_path() const {
  return results.empty() ? "results/train-" + name + ".h5" : results;
}

Catalogue train_catalogue() {
  return {role("datasets", "dataset", data::datasets()),
          role("networks", "network", model::networks())};
}

TrainConfig read_train_config(config::Json document) {
  if (document.is_object()) document.erase("$schema");
  TrainConfig config;
  const Catalogue catalogue = train_catalogue();
  config::JsonReader reader(document, "", catalogue);
  config.fields(reader);
  reader.finish();
  config::check_name(config.name);
  return config;
}

config::Json resolved(TrainConfig config) {
  config::JsonWriter writer;
  config.fields(writer);
  return writer.result();
}

std::string completed(const std::string& resolved_config) {
  try {
    return resolved(read_train_config(config::parse(resolved_config, "a configuration"))).dump();
  } catch (const Error&) {
    return resolved_config;
  }
}

config::Json train_schema() {
  config::SchemaWriter writer;
  TrainConfig config;
  config.fields(writer);
  return config::complete_schema(writer.result(), "laggard training configuration",
                                 train_catalogue());
}

}  // namespace laggard::trainer
