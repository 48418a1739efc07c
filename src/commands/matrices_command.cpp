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

bool has_path(const approximation::ActivePoint& point) {
  return point.scheme && point.scheme->path_ordering();
}

/// Where each worker stands; empty if it is not on a curve.
std::vector<double> beta_of(const schemes::LinearScheme& scheme) {
  if (const auto* curve = dynamic_cast<const schemes::CurveScheme*>(&scheme)) return curve->beta();
  std::vector<double> beta;
  if (const auto* assigned = dynamic_cast<const schemes::AssignedCode*>(&scheme))
    for (WorkerId worker = 0; worker < scheme.active_workers(); ++worker)
      beta.push_back(assigned->code().beta().at(assigned->point_of(worker)));
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
  const std::vector<double> beta = beta_of(scheme);
  if (!beta.empty()) file.write("/" + label + "/beta", std::span<const double>(beta));
}

/// Which data point of trial `number` stands where on the path; empty if no scheme has a path.
std::vector<std::uint32_t> order_of(const approximation::Setup& setup, std::uint32_t number) {
  const auto threads = std::find_if(setup.points.begin(), setup.points.end(), has_path);
  if (threads == setup.points.end()) return {};
  const approximation::Trial trial = approximation::draw_trial(setup, number);
  return round::path_for(*threads->scheme, trial.sample.inputs, trial.path)->order;
}

/// False if the scheme has no matrices.
bool write_point(hdf5::File& file, const approximation::ActivePoint& point,
                 const std::vector<WorkerId>& received, const std::vector<std::uint32_t>& order) {
  const auto* linear = dynamic_cast<const schemes::LinearScheme*>(point.scheme.get());
  std::string missing = point.scheme ? "the scheme is not linear" : point.record.skipped;
  try {
    if (linear != nullptr) {
      write_scheme(file, point.record.scheme, *linear, received);
      if (has_path(point))
        file.write("/" + point.record.scheme + "/order", std::span<const std::uint32_t>(order));
      return true;
    }
  } catch (const schemes::NeedsData& error) {
    missing = error.what();
  }
  fmt::print(stderr, "laggard: {} has no matrices ({})\n", output::describe(point.record),
             printable(missing));
  return false;
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

  const std::vector<std::uint32_t> order = order_of(setup, arguments.trial);

  std::size_t written = 0;
  const hdf5::Place place(arguments.output);
  const std::string kept = hdf5::replace_file(
      place.path(),
      [&](hdf5::File& file) {
        file.write_attribute("format", "laggard-matrices");
        file.write_attribute("config", plan.resolved.dump());
        file.write("/alpha",
                   std::span<const double>(math::chebyshev_first(setup.config.data_points)));
        file.write("/beta", std::span<const double>(math::chebyshev_second(setup.config.workers)));
        for (const approximation::ActivePoint& point : setup.points)
          written += write_point(file, point, received, order) ? 1 : 0;
        if (!order.empty()) file.write_attribute("trial", std::uint64_t{arguments.trial});
      },
      existing(arguments.overwrite));
  say_kept(arguments.output, kept);
  fmt::print("{}: matrices of {} schemes, K = {}, N = {}, {} of the workers answer\n",
             printable(arguments.output), written, setup.config.data_points, setup.config.workers,
             received.size());
  if (!order.empty())
    fmt::print(
        "the path is that of trial {}: coded = encoder X[order], estimates[order] = decoder "
        "answers\n",
        arguments.trial);
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
                   "whose data the ordering \"path\" is for, counted from 0")
      ->capture_default_str();
  add_overwrite_option(*command, arguments->overwrite);
  command->footer(
      "Of a sweep, the first combination is taken. With the ordering \"path\", the rows and "
      "columns\n"
      "of a scheme follow the path through the data of one trial, and its dataset `order` says "
      "which\n"
      "data point stands where: coded = encoder X[order], estimates[order] = decoder answers.");
  command->callback([arguments, &environment] { write_matrices(*arguments, environment.kinds); });
}

}  // namespace laggard::commands
