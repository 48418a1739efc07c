#include <fmt/format.h>

#include <cmath>

#include "commands/command.hpp"
#include "commands/progress.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "hdf5/place.hpp"
#include "output/surface_file.hpp"
#include "runtime/sweep.hpp"
#include "runtime/tuning.hpp"
#include "schemes/spline.hpp"

namespace laggard::commands {
namespace {

struct TuneArguments {
  ConfigArguments config;
  std::string output;
  std::string scheme;
  runtime::TuningPlan plan;
  bool quiet = false;
};

bool is_wanted(const runtime::ActivePoint& point, const std::string& label) {
  return dynamic_cast<const schemes::SplineScheme*>(point.scheme.get()) != nullptr &&
         (label.empty() || point.record.scheme == label);
}

void tune_all(const TuneArguments& arguments, const Environment& environment) {
  // CLI11 takes a NaN for a positive number.
  if (!std::isfinite(arguments.plan.lowest) || !std::isfinite(arguments.plan.highest) ||
      arguments.plan.lowest > arguments.plan.highest)
    throw ConfigError(fmt::format("--lowest is {} and --highest is {}", arguments.plan.lowest,
                                  arguments.plan.highest),
                      "they bound the values to try", "give two numbers, the larger one last");
  const config::Plan plan = arguments.config.plan();
  runtime::SetupBuilder builder;
  const std::vector<PointRecord> points = runtime::plan_points(plan, builder);
  if (arguments.plan.lowest >= arguments.plan.highest)
    throw ConfigError("--lowest is not below --highest", "the grid would be empty",
                      "give an interval, for example --lowest 1e-12 --highest 1");

  const std::string name = plan.resolved.at("name").get<std::string>();
  const hdf5::Place place(arguments.output.empty() ? "results/" + name + "-tuning.h5"
                                                   : arguments.output);
  hdf5::keep_existing(place.path());
  output::SurfaceFile file(
      place.path(), plan.resolved, points,
      {environment.command, environment.mpi, environment.ranks, environment.hosts});
  install_interrupt_handlers();
  std::uint32_t first_point = 0;
  bool any = false;
  for (const config::Combination& combination : plan.combinations) {
    const runtime::Setup setup = builder.build(combination, first_point);
    first_point += static_cast<std::uint32_t>(setup.points.size());
    for (const runtime::ActivePoint& point : setup.points) {
      if (!is_wanted(point, arguments.scheme)) continue;
      any = true;
      runtime::Surface surface;
      {
        Progress progress(std::uint64_t{arguments.plan.grid} * arguments.plan.rounds + 1,
                          "values of lambda_encode, " + describe(point.record),
                          progress_style(arguments.quiet));
        surface = runtime::tune(setup, point, arguments.plan, [&] { progress.advance(); });
      }
      if (!std::isfinite(surface.best.mse))
        throw RunError(fmt::format("there is no optimum for {}", describe(point.record)),
                       "no pair of parameters gave a finite error", "check /model and /dataset");
      file.add(surface);
      fmt::print("{}: lambda_encode {:.3e}, lambda_decode {:.3e}, mse {:.3e}\n",
                 describe(point.record), surface.best.lambda_encode, surface.best.lambda_decode,
                 surface.best.mse);
    }
  }
  if (!any)
    throw ConfigError(
        "there is nothing to tune", "no point with a spline scheme (nercc, letcc)",
        arguments.scheme.empty() ? "add one to /schemes" : "check --scheme and /schemes");
  file.finish();
}

}  // namespace

void add_tune_command(CLI::App& program, const Environment& environment) {
  CLI::App* command = program.add_subcommand(
      "tune", "search (lambda_encode, lambda_decode) on held-out data and record the surface");
  auto arguments = std::make_shared<TuneArguments>();
  arguments->config.add_to(*command);
  runtime::TuningPlan& plan = arguments->plan;
  command->add_option("--output,-o", arguments->output, "HDF5 file; default results/NAME-tuning.h5")
      ->type_name("FILE.h5");
  command->add_option("--scheme", arguments->scheme, "only the scheme with this label")
      ->type_name("LABEL");
  command->add_option("--lowest", plan.lowest, "smallest lambda but 0")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--highest", plan.highest, "largest lambda")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--grid", plan.grid, "values per axis and round")
      ->check(CLI::Range(3, 1000))
      ->capture_default_str();
  command->add_option("--rounds", plan.rounds, "rounds; each refines around the best pair so far")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command->add_option("--trials", plan.trials, "held-out trials, the same for every pair")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_flag("--quiet,-q", arguments->quiet, "no progress");
  command->footer("Finite datasets need \"holdout\": rows at their end that no trial draws.");
  command->callback([arguments, &environment] { tune_all(*arguments, environment); });
}

}  // namespace laggard::commands
