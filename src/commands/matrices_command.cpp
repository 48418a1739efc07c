#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "commands/command.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "experiment/approximation/master.hpp"
#include "experiment/approximation/setup.hpp"
#include "hdf5/place.hpp"
#include "hdf5/replace.hpp"
#include "math/points.hpp"
#include "output/input_files.hpp"
#include "output/points.hpp"
#include "schemes/assigned_code.hpp"

namespace laggard::commands {
namespace {

struct MatricesArguments {
  ConfigArguments config;
  std::string output;
  std::vector<std::string> lost;
  std::uint32_t trial = 0;
  bool overwrite = false;
};

/// "3,7", in one argument or several.
std::vector<WorkerId> parse_workers(const std::vector<std::string>& arguments) {
  std::vector<WorkerId> workers;
  for (const std::string& argument : arguments) {
    for (std::size_t from = 0; from <= argument.size();) {
      const std::size_t comma = std::min(argument.find(',', from), argument.size());
      const char* const end = argument.data() + comma;
      WorkerId worker = 0;
      const auto [next, failure] = std::from_chars(argument.data() + from, end, worker);
      if (failure != std::errc() || next != end)
        throw ConfigError(fmt::format("--lost is {}", excerpt(argument)),
                          "it lists workers by their numbers", "write for example --lost 3,7");
      workers.push_back(worker);
      from = comma + 1;
    }
  }
  return workers;
}

/// Labels become names of groups beside /alpha and /beta.
void check_labels(const std::vector<approximation::ActivePoint>& points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::string& label = points[i].record.scheme;
    const bool taken = label == "alpha" || label == "beta";
    if (taken || !is_file_name(label))
      throw ConfigError(
          fmt::format("/schemes/{}/label is {}", i, excerpt(label)),
          taken ? fmt::format("/{} holds the points", label) : "it becomes the name of a group",
          "give it another label");
  }
}

std::vector<WorkerId> survivors(std::uint32_t workers, const std::vector<WorkerId>& lost) {
  std::set<WorkerId> named;
  for (const WorkerId worker : lost) {
    if (worker >= workers)
      throw ConfigError(fmt::format("--lost names worker {}", worker),
                        fmt::format("there are {} workers", workers),
                        fmt::format("use numbers from 0 to {}", workers - 1));
    if (!named.insert(worker).second)
      throw ConfigError(fmt::format("--lost names worker {} twice", worker),
                        "each can be lost once", "name it once");
  }
  std::vector<WorkerId> received;
  for (WorkerId worker = 0; worker < workers; ++worker)
    if (std::find(lost.begin(), lost.end(), worker) == lost.end()) received.push_back(worker);
  if (received.empty())
    throw ConfigError("--lost names every worker", "nothing is left to decode from",
                      "name fewer workers");
  return received;
}

/// The curve that the scheme puts data and workers on; null if there is none.
const schemes::CurveScheme* curve_of(const schemes::LinearScheme& scheme) {
  if (const auto* assigned = dynamic_cast<const schemes::AssignedCode*>(&scheme))
    return &assigned->code();
  return dynamic_cast<const schemes::CurveScheme*>(&scheme);
}

/// Where each worker stands on it.
std::vector<double> beta_of(const schemes::LinearScheme& scheme,
                            const schemes::CurveScheme& curve) {
  const auto* assigned = dynamic_cast<const schemes::AssignedCode*>(&scheme);
  if (assigned == nullptr) return curve.beta();
  std::vector<double> beta;
  for (WorkerId worker = 0; worker < scheme.active_workers(); ++worker)
    beta.push_back(curve.beta().at(assigned->point_of(worker)));
  return beta;
}

void write_scheme(hdf5::File& file, const std::string& label, const schemes::LinearScheme& scheme,
                  std::vector<WorkerId> received) {
  const std::uint32_t active = scheme.active_workers();
  std::erase_if(received, [&](WorkerId worker) { return worker >= active; });
  if (received.empty())
    throw ConfigError(fmt::format("--lost names every worker of '{}'", label),
                      fmt::format("it uses workers 0 to {}", active - 1), "name fewer workers");
  const Matrix encoder = scheme.encoder_matrix(), decoder = scheme.decoder_matrix(received);
  file.write("/" + label + "/encoder", encoder);
  file.write("/" + label + "/decoder", decoder);
  file.write("/" + label + "/received", std::span<const std::uint32_t>(received));
  const schemes::CurveScheme* const curve = curve_of(scheme);
  if (curve == nullptr) return;
  const std::vector<double> beta = beta_of(scheme, *curve);
  file.write("/" + label + "/alpha", std::span<const double>(curve->alpha()));
  file.write("/" + label + "/beta", std::span<const double>(beta));
}

/// What was written.
struct Written {
  std::size_t schemes = 0;
  bool paths = false;  ///< some follow the path through the trial's data
  bool data = false;   ///< some look at them otherwise
};

/// The matrices of a point with the data of this trial; says so if the scheme has none.
void write_point(hdf5::File& file, const approximation::ActivePoint& point,
                 const std::vector<WorkerId>& received, const approximation::Trial& trial,
                 Written& written) {
  std::string missing = point.record.skipped;
  if (point.scheme) try {
      const round::FittedScheme scheme(*point.scheme, trial.sample.inputs, trial.path);
      if (const auto* linear = dynamic_cast<const schemes::LinearScheme*>(&*scheme)) {
        const std::string& label = point.record.scheme;
        write_scheme(file, label, *linear, received);
        if (const round::DataPath* path = scheme.path())
          file.write("/" + label + "/order", std::span<const std::uint32_t>(path->order));
        ++written.schemes;
        written.paths = written.paths || scheme.path() != nullptr;
        written.data = written.data || scheme.looks_at_data();
        return;
      }
      missing = "the scheme is not linear";
    } catch (const schemes::NeedsData& error) {
      missing = error.what();
    }
  fmt::print(stderr, "laggard: {} has no matrices ({})\n", output::describe(point.record),
             printable(missing));
}

void write_matrices(const MatricesArguments& arguments, const sweep::Kinds& kinds) {
  const config::Plan plan = arguments.config.plan(kinds);
  approximation::SetupBuilder builder;
  const approximation::Setup setup = builder.build(plan.combinations.front());
  check_labels(setup.points);
  const std::vector<WorkerId> received =
      survivors(setup.config.workers, parse_workers(arguments.lost));
  if (plan.combinations.size() > 1)
    fmt::print(stderr, "laggard: of {} combinations of the sweep, the first is taken: {}\n",
               plan.combinations.size(), plan.combinations.front().swept.parameters.dump());

  approximation::Trial trial;
  trial.number = arguments.trial;
  if (setup.anything_to_do()) trial.sample = approximation::draw_sample(setup, trial.number);

  Written written;
  const hdf5::Place place(arguments.output);
  output::require_no_input(place.path(), output::input_files(plan.resolved));
  const std::string kept = hdf5::replace_file(
      place.path(),
      [&](hdf5::File& file) {
        file.write_attribute("format", "laggard-matrices");
        file.write_attribute("config", plan.resolved.dump());
        file.write("/alpha",
                   std::span<const double>(math::chebyshev_first(setup.config.data_points)));
        file.write("/beta", std::span<const double>(math::chebyshev_second(setup.config.workers)));
        for (const approximation::ActivePoint& point : setup.points)
          write_point(file, point, received, trial, written);
        if (written.paths || written.data)
          file.write_attribute("trial", std::uint64_t{trial.number});
      },
      existing(arguments.overwrite));
  say_kept(arguments.output, kept);
  fmt::print("{}: matrices of {} schemes, K = {}, N = {}, {} of the workers answer\n",
             printable(arguments.output), written.schemes, setup.config.data_points,
             setup.config.workers, received.size());
  if (written.data)
    fmt::print("codes that look at the data have the matrices of trial {}\n", trial.number);
  if (written.paths)
    fmt::print(
        "the path is that of trial {}: coded = encoder X[order], estimates[order] = decoder "
        "answers\n",
        trial.number);
}

}  // namespace

void add_matrices_command(CLI::App& program, const Environment& environment) {
  CLI::App* command = program.add_subcommand(
      "matrices", "write points, encoder and decoder matrices of every linear scheme");
  auto arguments = std::make_shared<MatricesArguments>();
  arguments->config.add_to(*command);
  add_output_option(*command, arguments->output, "HDF5 file to write")->required();
  command->add_option("--lost", arguments->lost, "workers that do not answer, e.g. 3,7")
      ->type_name("WORKERS");
  command
      ->add_option("--trial", arguments->trial,
                   "whose data the ordering \"path\" and codes that look at the data are for, "
                   "counted from 0")
      ->capture_default_str();
  add_overwrite_option(*command, arguments->overwrite);
  command->footer(
      "Of a sweep, the first combination is taken. /LABEL/alpha and /LABEL/beta say where the "
      "data\n"
      "and the workers of a curve code stand; /alpha and /beta are Chebyshev's points. With the\n"
      "ordering \"path\", the rows and columns of a scheme follow the path through the data of "
      "one\n"
      "trial, and its dataset `order` says which data point stands where:\n"
      "coded = encoder X[order], estimates[order] = decoder answers.");
  command->callback([arguments, &environment] { write_matrices(*arguments, environment.kinds); });
}

}  // namespace laggard::commands
