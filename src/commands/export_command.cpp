#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "commands/command.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "hdf5/place.hpp"
#include "model/torch_plugin.hpp"
#include "model/weights.hpp"

namespace laggard::commands {
namespace {

namespace fs = std::filesystem;

struct ExportArguments {
  std::string weights;
  std::string output;
  bool overwrite = false;
};

fs::path output_of(const ExportArguments& arguments) {
  if (!arguments.output.empty()) return arguments.output;
  return fs::path(arguments.weights).replace_extension(".pt");
}

void export_weights(const ExportArguments& arguments) {
  const model::Weights weights = model::read_weights(arguments.weights);
  if (weights.task.kind == model::TaskKind::kCode)
    throw ConfigError(fmt::format("cannot export '{}'", arguments.weights),
                      "it holds encoder and decoder of a learned code, not one network",
                      "name the weights of a network");
  const fs::path path = output_of(arguments);
  const auto refuse = [&](const std::string& why) {
    throw ConfigError(fmt::format("cannot write '{}'", path.string()), why,
                      "name another file with --output");
  };
  std::error_code failure;
  if (fs::exists(path, failure) && !fs::is_regular_file(path, failure)) refuse("it is no file");
  if (fs::exists(path, failure) && path.extension() != ".pt")
    refuse("there is another file of that name, and modules are called NAME.pt");
  const hdf5::Draft draft(path);
  const fs::path directory = draft.target().parent_path();
  if (!directory.empty() && !fs::is_directory(directory, failure))
    fs::create_directories(directory, failure);
  if (failure) refuse(failure.message());
  if (const std::string why = draft.obstacle(); !why.empty()) refuse(why);
  model::torch_plugin().export_script(weights, draft.path().string());
  if (!arguments.overwrite) say_kept(path.string(), hdf5::keep_existing(path));
  fs::rename(draft.path(), draft.target(), failure);
  if (failure) refuse(failure.message());
  fmt::print("{}: {} for inputs of shape {} with {} outputs, before any softmax\n",
             printable(path.string()), printable(weights.network.architecture),
             model::to_text(weights.network.input), weights.network.outputs);
}

}  // namespace

void add_export_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("export", "write a trained network as a TorchScript module");
  auto arguments = std::make_shared<ExportArguments>();
  command->add_option("weights", arguments->weights, "file written by `laggard train`")
      ->required()
      ->type_name("WEIGHTS.h5");
  add_output_option(*command, arguments->output, "file to write (default: WEIGHTS.pt)", "FILE.pt");
  add_overwrite_option(*command, arguments->overwrite);
  command->callback([arguments] { export_weights(*arguments); });
}

}  // namespace laggard::commands
