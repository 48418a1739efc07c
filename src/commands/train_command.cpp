#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <optional>

#include "commands/command.hpp"
#include "config/reader.hpp"
#include "core/interrupt.hpp"
#include "core/text.hpp"
#include "output/provenance.hpp"
#include "trainer/training.hpp"
#include "transport/mpi_group.hpp"

namespace laggard::commands {
namespace {

struct Options {
  ConfigArguments config;
  bool resume = false;
  bool check = false;
  bool overwrite = false;
  bool quiet = false;
};

std::string percent(double accuracy) {
  return std::isnan(accuracy) ? "not measured" : fmt::format("{:.2f} %", 100 * accuracy);
}

void print(const trainer::TrainPlan& plan, const trainer::TrainConfig& config) {
  const bool groups = config.task.kind != "classifier";
  fmt::print(
      "{}: {} parameters and buffers; {} rows to train on{}, {} for validation; {} steps an epoch, "
      "{} "
      "epochs\n",
      printable(config.weights_path()), plan.parameters, plan.training_rows,
      groups ? fmt::format(" in {} groups of {}", plan.units, config.task.k) : "",
      plan.validation_rows, plan.steps, config.epochs);
}

void run(const Options& options, const Environment& own) {
  trainer::TrainConfig config = trainer::read_train_config(options.config.training(own.kinds));
  std::optional<transport::MpiGroup> group;
  if (own.ranks > 1) group.emplace();
  // Said outright, so that the numbers can be had again with other ranks.
  if (config.shards == 0) config.shards = own.ranks;

  install_interrupt_handlers();
  trainer::TrainEnvironment environment;
  environment.mode = options.resume      ? trainer::TrainMode::kResume
                     : options.overwrite ? trainer::TrainMode::kOverwrite
                                         : trainer::TrainMode::kNew;
  environment.style = progress_style(options.quiet);
  environment.stop = interrupted;
  environment.kept = [&](const std::string& path, const std::string& kept) {
    if (!options.quiet) say_kept(path, kept);
  };
  environment.config = trainer::resolved(config).dump();
  environment.git_commit = output::git_commit();
  environment.command = own.command;
  environment.group = group ? &*group : nullptr;
  const auto dataset = config::make(data::datasets(), config.dataset, config.dataset.where);
  const auto test = config::make(data::datasets(), config.test, config.test.where);
  if (options.check) {
    const trainer::TrainPlan plan = trainer::plan(config, *dataset, test.get(), environment);
    if (!group || group->rank() == 0) print(plan, config);
    return;
  }
  const trainer::TrainOutcome outcome = trainer::train(config, *dataset, test.get(), environment);

  if (options.quiet || (group && group->rank() != 0)) return;
  // Of a code: how many lost queries get the deployed model's own class.
  const char* accuracy = config.task.kind == "classifier" ? "accuracy" : "reconstruction accuracy";
  fmt::print(
      "{}: {}validation {} {}, test {} {}\n", printable(config.weights_path()),
      outcome.was_finished ? "finished before, " : fmt::format("epoch {}, ", outcome.best_epoch),
      accuracy, percent(outcome.validation_accuracy), accuracy, percent(outcome.test_accuracy));
}

}  // namespace

void add_train_command(CLI::App& program, const Environment& environment) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("train", "train a network and write its weights and learning curves");
  options->config.add_to(*command, "/epochs=3");
  CLI::Option* resume = command->add_flag("--resume", options->resume,
                                          "continue from the checkpoint if there is one");
  command
      ->add_flag("--overwrite", options->overwrite,
                 "replace weights and curves; otherwise old ones are kept as NAME.1.h5")
      ->excludes(resume);
  command->add_flag("--check", options->check,
                    "read all files and print what the training would do; train nothing");
  command->add_flag("--quiet,-q", options->quiet, "show neither progress nor the final line");
  command->callback([options, &environment] { run(*options, environment); });
}

}  // namespace laggard::commands
