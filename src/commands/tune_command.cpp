#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "commands/command.hpp"
#include "commands/progress.hpp"
#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "experiment/approximation/tuning.hpp"
#include "hdf5/place.hpp"
#include "output/input_files.hpp"
#include "output/points.hpp"
#include "output/surface_file.hpp"

namespace laggard::commands {
namespace {

struct TuneArguments {
  ConfigArguments config;
  std::string output;
  std::string scheme;
  bool overwrite = false;
  approximation::TuningPlan plan;
  bool quiet = false;
};

bool is_wanted(const approximation::ActivePoint& point, const std::string& label) {
  return approximation::is_tunable(point) && (label.empty() || point.record.scheme == label);
}

/// What a search depends on: neither the label nor the parameters that it replaces.
std::string search_key(const approximation::ActivePoint& point, const Component& scheme) {
  config::Json parameters = config::members_of(scheme);
  parameters.erase("label");
  for (const schemes::Tunable& tunable : point.scheme->tunables())
    parameters.erase(std::string(tunable.name));
  return parameters.dump();
}

/// "lambda_encode 1.000e-06, degree 12, mse 3.1e-04 (182 choices, 4368 inputs computed, 0.9 s)"
std::string describe_surface(const Surface& surface) {
  std::string text;
  SurfacePoint best = surface.best;
  for (const std::string_view name : SurfacePoint::parameters()) {
    const double value = best.at(name);
    if (std::isnan(value)) continue;
    const bool lambda = name.starts_with("lambda");
    text +=
        lambda ? fmt::format("{} {:.3e}, ", name, value) : fmt::format("{} {:.4g}, ", name, value);
  }
  return fmt::format("{}mse {:.3e} ({} choices, {} inputs computed, {:.2g} s)", text, best.mse,
                     surface.points.size(), surface.computed, surface.search_s);
}

/// Every point of the plan. Errors: ConfigError if the search has nothing to work on.
std::vector<PointRecord> tunable_points(const config::Plan& plan, const std::string& label,
                                        approximation::SetupBuilder& builder) {
  bool any = false;
  std::set<std::string> labels;  // of all that could be tuned
  bool worst = false;
  std::vector<PointRecord> points;
  for (const config::Combination& combination : plan.combinations) {
    const approximation::Setup setup = builder.build(combination);
    stop_if_interrupted();
    worst = worst || setup.stragglers->knows_scheme();
    for (const approximation::ActivePoint& point : setup.points) {
      points.push_back(point.record);
      if (approximation::is_tunable(point)) labels.insert(point.record.scheme);
      if (!is_wanted(point, label)) continue;
      any = true;
      approximation::require_holdout(setup);
    }
  }
  if (labels.empty())
    throw ConfigError("there is nothing to tune", "no scheme here has a parameter to search",
                      "add nercc, letcc, or curve with a spline, a degree or alpha 'chord'");
  if (!any)
    throw ConfigError(
        fmt::format("there is nothing to tune with the label '{}'", label),
        fmt::format("the schemes here with parameters to search are {}", fmt::join(labels, ", ")),
        "give --scheme one of them");
  if (worst)
    fmt::print(stderr,
               "laggard: a search for parameters has random losses in place of the worst\n");
  return points;
}

void tune_all(const TuneArguments& arguments, const Environment& environment) {
  install_interrupt_handlers();
  const double lowest = arguments.plan.lowest, highest = arguments.plan.highest;
  if (!(lowest > 0 && lowest < highest && std::isfinite(highest)))
    throw ConfigError(fmt::format("--lowest is {} and --highest is {}", lowest, highest),
                      "they bound the values to try, on a logarithmic scale beside 0",
                      "give two numbers above 0, the larger one last");
  const config::Plan plan = arguments.config.plan(environment.kinds);
  approximation::SetupBuilder builder(approximation::TunedLambdas::Use::kDefaults);
  const std::vector<PointRecord> points = tunable_points(plan, arguments.scheme, builder);

  const std::string name = plan.resolved.at("name").get<std::string>();
  const hdf5::Place place(arguments.output.empty() ? "results/" + name + "-tuning.h5"
                                                   : arguments.output);
  output::require_no_input(place.path(), output::input_files(plan.resolved));
  output::SurfaceFile file(
      place.path(), plan.resolved, points,
      {environment.command, environment.mpi, environment.ranks, environment.hosts},
      existing(arguments.overwrite));
  if (!arguments.quiet) say_kept(place.path().string(), file.kept_as());
  for (const config::Combination& combination : plan.combinations) {
    const approximation::Setup setup = builder.build(combination);
    std::map<std::string, Surface> found;
    for (std::size_t i = 0; i < setup.points.size(); ++i) {
      const approximation::ActivePoint& point = setup.points[i];
      if (!is_wanted(point, arguments.scheme)) continue;
      const auto [entry, is_new] = found.try_emplace(search_key(point, setup.config.schemes[i]));
      Surface& surface = entry->second;
      if (is_new) {
        Progress progress(approximation::most_steps(point, arguments.plan),
                          "choices for the encoder, " + output::describe(point.record),
                          progress_style(arguments.quiet));
        surface = approximation::tune(setup, point, arguments.plan, [&] { progress.advance(); });
      }
      if (!std::isfinite(surface.best.mse))
        throw RunError(fmt::format("there is no optimum for {}", output::describe(point.record)),
                       "no choice of parameters gave a finite error", "check /model and /dataset");
      surface.give_to(point.record.point);
      file.add(surface);
      fmt::print("{}: {}\n", output::describe(point.record), describe_surface(surface));
    }
  }
  file.finish();
}

}  // namespace

void add_tune_command(CLI::App& program, const Environment& environment) {
  CLI::App* command = program.add_subcommand(
      "tune", "search lambdas, degree and alpha_power on held-out data and record the surface");
  auto arguments = std::make_shared<TuneArguments>();
  arguments->config.add_to(*command);
  approximation::TuningPlan& plan = arguments->plan;
  add_output_option(*command, arguments->output, "HDF5 file; default results/NAME-tuning.h5");
  add_overwrite_option(*command, arguments->overwrite);
  command->add_option("--scheme", arguments->scheme, "only the scheme with this label")
      ->type_name("LABEL");
  command->add_option("--lowest", plan.lowest, "smallest lambda above 0")->capture_default_str();
  command->add_option("--highest", plan.highest, "largest lambda")->capture_default_str();
  command->add_option("--grid", plan.grid, "values on each axis in each round")
      ->check(CLI::Range(3, 1000))
      ->capture_default_str();
  command
      ->add_option("--rounds", plan.rounds,
                   "number of rounds; each refines the grid around the best choice so far")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command
      ->add_option("--trials", plan.trials,
                   "number of held-out trials, which are the same for every choice")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_flag("--quiet,-q", arguments->quiet, "show no progress");
  command->footer("Finite datasets need \"holdout\": rows at their end that no trial draws.");
  command->callback([arguments, &environment] { tune_all(*arguments, environment); });
}

}  // namespace laggard::commands
