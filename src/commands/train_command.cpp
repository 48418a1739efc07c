#include "commands/train_command.hpp"

#include <fmt/format.h>

#include <cmath>
#include <csignal>
#include <memory>
#include <vector>

#include "config/json.hpp"
#include "config/reader.hpp"
#include "config/writer.hpp"
#include "train/training.hpp"

namespace laggard::commands {
namespace {

volatile std::sig_atomic_t g_stop_asked = 0;

/// Ctrl-C and the batch system's SIGTERM end the training at the next step; a second one kills.
class StopSignals {
 public:
  StopSignals() {
    g_stop_asked = 0;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      struct sigaction action {};
      action.sa_handler = [](int) { g_stop_asked = 1; };
      action.sa_flags = static_cast<int>(SA_RESETHAND);
      sigaction(kSignals[i], &action, &before_[i]);
    }
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  }

 private:
  static constexpr std::array<int, 2> kSignals{SIGINT, SIGTERM};
  std::array<struct sigaction, 2> before_{};
};

struct Options {
  std::string config;
  std::vector<std::string> settings;
  bool resume = false;
  bool quiet = false;
};

train::TrainConfig read(const config::Json& document) {
  train::TrainConfig config;
  const Catalogue catalogue = train::train_catalogue();
  config::JsonReader reader(document, "", catalogue);
  config.fields(reader);
  reader.finish();
  return config;
}

std::string resolved(train::TrainConfig config) {
  config::JsonWriter writer;
  config.fields(writer);
  return writer.result().dump();
}

std::string percent(double accuracy) {
  return std::isnan(accuracy) ? "not measured" : fmt::format("{:.2f} %", 100 * accuracy);
}

void run(const Options& options, const TrainProvenance& provenance) {
  config::Json document = config::read_file(options.config);
  if (document.is_object()) document.erase("$schema");
  for (const std::string& setting : options.settings) config::apply_setting(document, setting);
  const train::TrainConfig config = read(document);

  const StopSignals signals;
  train::TrainEnvironment environment;
  environment.resume = options.resume;
  environment.style = options.quiet ? train::ProgressStyle::kQuiet : train::style_for(stderr);
  environment.stop = [] { return g_stop_asked != 0; };
  environment.config = resolved(config);
  environment.git_commit = provenance.git_commit;
  environment.command = provenance.command;
  const auto dataset = config::make(data::datasets(), config.dataset);
  const auto test = config::make(data::datasets(), config.test);
  const train::TrainOutcome outcome = train::train(config, *dataset, test.get(), environment);

  fmt::print(
      "{}: {}validation accuracy {}, test accuracy {}\n", config.weights_path(),
      outcome.was_finished ? "finished before, " : fmt::format("epoch {}, ", outcome.best_epoch),
      percent(outcome.validation_accuracy), percent(outcome.test_accuracy));
}

}  // namespace

CLI::App* add_train_command(CLI::App& app, const TrainProvenance& provenance) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("train", "Train a network; writes its weights and curves");
  command->add_option("config", options->config, "JSON file")->required();
  command->add_option("--set", options->settings, "/json/pointer=VALUE, overrides the file")
      ->take_all();
  command->add_flag("--resume", options->resume, "go on from the checkpoint if there is one");
  command->add_flag("--quiet", options->quiet, "no progress on stderr");
  command->callback([options, provenance] { run(*options, provenance); });
  return command;
}

}  // namespace laggard::commands
