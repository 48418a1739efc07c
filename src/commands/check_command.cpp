#include <fmt/format.h>

#include <vector>

#include "commands/command.hpp"
#include "commands/hints.hpp"
#include "commands/memory_advice.hpp"
#include "core/text.hpp"
#include "output/distinctions.hpp"
#include "sweep/sweep.hpp"

namespace laggard::commands {

void add_check_command(CLI::App& program, const Environment& environment) {
  CLI::App* command =
      program.add_subcommand("check", "check a configuration and list its points; run nothing");
  auto arguments = std::make_shared<ConfigArguments>();
  arguments->add_to(*command);
  command->callback([arguments, &environment] {
    sweep::Sweep sweep = make_sweep(*arguments, environment);
    sweep::Effort effort;
    Hints hints;
    std::vector<std::string> caveats;  // on each point
    const std::vector<PointRecord> points = sweep.points([&](const sweep::Experiment& experiment) {
      hints.look_at(experiment);
      effort.add(experiment.effort());
      const std::size_t count = experiment.points().size();
      for (std::size_t i = 0; i < count; ++i) caveats.push_back(experiment.caveat(i).text);
    });
    const output::Distinctions distinctions(points);
    std::size_t skipped = 0;
    for (const PointRecord& point : points) {
      skipped += point.skipped.empty() ? 0 : 1;
      const std::uint32_t idle = point.skipped.empty() ? point.workers - point.active : 0;
      const std::string& caveat = caveats[point.point];
      fmt::print("{}{}{}{}\n", distinctions.describe(point),
                 point.skipped.empty() ? "" : ": skipped, " + printable(point.skipped),
                 idle == 0 ? "" : fmt::format(": {} workers idle", idle),
                 caveat.empty() ? "" : ": " + printable(caveat));
    }
    const bool adaptive = sweep::stops_early(sweep.plan());
    fmt::print("{} points, {} skipped, {}{} trials\n", points.size(), skipped,
               adaptive ? "at most " : "", sweep::count_trials(sweep.plan(), points));
    fmt::print("{} {:.6g} inputs through the model, {} of memory for the largest trial{}\n",
               adaptive ? "at most about" : "about", effort.model_inputs,
               format_bytes(effort.trial_bytes),
               effort.prediction_bytes > 0
                   ? fmt::format(", {} of predictions", format_bytes(effort.prediction_bytes))
                   : "");
    if (const std::string memory = describe_memory(); !memory.empty()) fmt::print("{}\n", memory);
    warn_of_memory(effort.trial_bytes);
    sweep::require_work(points);
  });
}

}  // namespace laggard::commands
