#include "experiment/training/config.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/random.hpp"
#include "experiment/training/records.hpp"

namespace laggard::training {

void RecipeConfig::fields(Fields& fields) {
  fields.integer({"steps", "steps of a trial"}, steps, 1, kSteps - 1);
  fields.integer({"batch", "B, rows of a step, all parts together"}, batch, 1, 10'000'000);
  fields.text({"optimizer", "sgd with momentum, or adam"}, optimizer, {"sgd", "adam"});
  fields.number({"learning_rate", "length of the steps"}, learning_rate, kPositive);
  fields.number({"momentum", "of sgd; adam has 0.9 and 0.999"}, momentum, {0.0, 1.0, false});
  fields.integer({"evaluate_every", "steps from one row of /training to the next"}, evaluate_every,
                 1);
  fields.text(
      {"layout",
       "fresh: each step draws a batch and encodes it; static: all training rows are placed "
       "once, and each step takes some of what a worker has"},
      layout, {"fresh", "static"});
  fields.text({"ordering",
               "which rows are mixed with each other, or are a part together in the layout static: "
               "neighbours in the order of the draw (none), sorted by class, or on a short path "
               "through the rows"},
              ordering, {"none", "class", "path"});
  fields.text({"decode",
               "mean: only the mean gradient is decoded; parts: every part's gradient is, which "
               "gives the same mean and takes longer"},
              decode, {"mean", "parts"});
  fields.text({"targets",
               "of mixed rows. raw: the labels as they are mixed; simplex: negative shares are set "
               "to 0 and the others scaled to add up to 1"},
              targets, {"raw", "simplex"});
  fields.integer({"checkpoint_every",
                  "steps from one checkpoint to the next; 0: only when a signal stops the run"},
                 checkpoint_every);
}

Config::Config() : ExperimentConfig("training", table_of<RunRecord>(), "test_loss") {
  name = "training";
  trials.most = 5;
}

void Config::fields(Fields& fields) {
  common_fields(fields);
  fields.integer({"data_points", "K, parts of a batch; 'uncoded' and some gradient codes have N"},
                 data_points, 1, 1'000'000);
  fields.integer({"workers", "N"}, workers, 1, 1'000'000);
  fields.integer({"worker_block", "number of consecutive workers that live on one rank"},
                 worker_block, 1);
  fields.component(
      {"dataset", "labelled rows; its holdout is for the test, the others to train on"}, dataset,
      "datasets");
  fields.component({"model", "what is trained"}, model, "learners");
  fields.components({"schemes", "the codes to compare"}, schemes, "schemes");
  cluster_fields(fields);
  fields.object({"training", "how the model is trained"},
                [this](Fields& members) { recipe.fields(members); });
  failure_fields(fields);
}

void Config::check() const {
  ExperimentConfig::check();
  time.check();
}

}  // namespace laggard::training
