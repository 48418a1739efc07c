#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "commands/command.hpp"
#include "commands/point_filter.hpp"
#include "config/json.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "hdf5/place.hpp"
#include "output/distinctions.hpp"
#include "output/points.hpp"
#include "output/summary.hpp"

namespace laggard::commands {
namespace {

using Parts = std::vector<sweep::SummaryPart>;

struct SummaryArguments {
  std::string path;
  double unavailability = 0.1;
  bool csv = false;
  bool json = false;
  PointFilter filter;
};

std::vector<PointRecord> skipped_points(const std::vector<PointRecord>& points,
                                        const output::PointTest& keep) {
  std::vector<PointRecord> skipped;
  for (const PointRecord& point : points)
    if (!point.skipped.empty() && keep(point)) skipped.push_back(point);
  return skipped;
}

void print_text(const Parts& parts, const std::vector<PointRecord>& points,
                const std::vector<PointRecord>& skipped) {
  const output::Distinctions distinctions(points);
  for (const sweep::SummaryPart& part : parts) {
    const bool first = &part == &parts.front();
    if (!first && part.table.empty()) continue;
    if (!first) fmt::print("\n{}\n", part.title);
    fmt::print("{}", part.table.text());
    if (!part.remark.empty()) fmt::print("{}\n", part.remark);
    if (!first) continue;
    for (const PointRecord& point : skipped)
      fmt::print("{}: skipped, {}\n", distinctions.describe(point), printable(point.skipped));
  }
}

void print_json(const Parts& parts, const std::vector<PointRecord>& skipped) {
  output::PrintedTable skips({{"point", ""}, {"scheme", ""}, {"parameters", ""}, {"reason", ""}});
  for (const PointRecord& point : skipped)
    skips.add({output::count_cell(point.point), output::text_cell(point.scheme),
               output::json_cell(point.parameters), output::text_cell(point.skipped)});
  config::Json document;
  for (const sweep::SummaryPart& part : parts) {
    document[part.name] = part.table.json();
    if (&part == &parts.front()) document["skipped"] = skips.json();
  }
  // A label in a file that was changed need not be UTF-8.
  fmt::print("{}\n", document.dump(2, ' ', false, config::Json::error_handler_t::replace));
}

/// The kind of experiment that wrote the file; files of old versions name none. Errors: DataError.
const sweep::ExperimentKind& kind_of(const std::string& path, const std::string& configuration,
                                     const sweep::Kinds& kinds) {
  const config::Json document = config::parse_or_discard(configuration);
  try {
    return kinds.find(kinds.vocabulary().of(document).name);
  } catch (const ConfigError& error) {
    throw DataError(fmt::format("cannot summarise '{}'", path), error.what(),
                    "use the version of laggard that wrote it");
  }
}

/// What a file says.
struct Found {
  std::vector<PointRecord> points, skipped;
  Parts parts;
  bool is_finished = false;
};

Found read_file(const SummaryArguments& arguments, const sweep::Kinds& kinds) {
  const std::string& path = arguments.path;
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  if (file.exists("/surface"))
    throw DataError(fmt::format("cannot summarise '{}'", path), "`laggard tune` wrote it",
                    fmt::format("draw it with plotting/plot surface {}", path));
  const std::string config = output::result_config(file);
  Found found;
  found.points = output::read_points(file);
  const auto keep = arguments.filter.test(config, found.points, kinds.vocabulary());
  found.skipped = skipped_points(found.points, keep);
  found.parts = kind_of(path, config, kinds).report(file, {keep, arguments.unavailability});
  found.is_finished = file.text_attribute("finished").has_value();
  return found;
}

/// Reads again where a run has moved the rows meanwhile: HDF5 shows a reader no moment of its own.
Found read_patiently(const SummaryArguments& arguments, const sweep::Kinds& kinds) {
  constexpr int kMostTries = 10;
  for (int tries = 1;; ++tries) {
    try {
      return read_file(arguments, kinds);
    } catch (const DataError&) {
      if (!hdf5::being_written(arguments.path)) throw;
      if (tries == kMostTries)
        throw DataError(fmt::format("cannot read '{}'", arguments.path),
                        "a run is writing it just now",
                        "try again, or wait until the run has ended");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

void print_summary(const SummaryArguments& arguments, const sweep::Kinds& kinds) {
  const Found found = read_patiently(arguments, kinds);
  if (!found.is_finished)
    fmt::print(stderr, "laggard: '{}' is not finished; this is what it has so far\n",
               printable(arguments.path));
  if (arguments.csv)
    fmt::print("{}", found.parts.front().table.csv());
  else if (arguments.json)
    print_json(found.parts, found.skipped);
  else
    print_text(found.parts, found.points, found.skipped);
}

}  // namespace

void add_summary_command(CLI::App& program, const Environment& environment) {
  CLI::App* command = program.add_subcommand(
      "summary", "show the points of a result file and fitted slopes as tables");
  auto arguments = std::make_shared<SummaryArguments>();
  command->add_option("file", arguments->path, "result file of `laggard run`")
      ->required()
      ->type_name("FILE.h5");
  arguments->filter.add_to(*command);
  CLI::Option* csv = command->add_flag("--csv", arguments->csv,
                                       "the points as CSV, a column for every swept pointer");
  command
      ->add_flag("--json", arguments->json,
                 "points, skipped points, reconstructed queries and slopes as JSON")
      ->excludes(csv);
  command
      ->add_option("--unavailability", arguments->unavailability,
                   "share f of queries that are reconstructed in Ao = (1 - f) Aa + f Ad")
      ->type_name("F")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->callback([arguments, &environment] {
    if (std::isnan(arguments->unavailability))  // which lies in every CLI::Range
      throw ConfigError("--unavailability is nan", "it is a share of queries",
                        "give a number from 0 to 1");
    print_summary(*arguments, environment.kinds);
  });
}

}  // namespace laggard::commands
