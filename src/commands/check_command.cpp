#include <fmt/format.h>

#include <vector>

#include "commands/command.hpp"
#include "core/text.hpp"
#include "runtime/effort.hpp"
#include "runtime/sweep.hpp"

namespace laggard::commands {

void add_check_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("check", "validate a configuration and list its points; run nothing");
  auto arguments = std::make_shared<ConfigArguments>();
  arguments->add_to(*command);
  command->callback([arguments] {
    const config::Plan plan = arguments->plan();
    runtime::SetupBuilder builder;
    runtime::Effort effort;
    std::vector<std::uint32_t> idle;  // workers of each point that get nothing to do
    const std::vector<PointRecord> points =
        runtime::plan_points(plan, builder, [&](const runtime::Setup& setup) {
          effort.add(setup);
          for (const runtime::ActivePoint& point : setup.points)
            idle.push_back(point.scheme ? point.record.workers - point.scheme->active_workers()
                                        : 0);
        });
    std::size_t skipped = 0;
    for (const PointRecord& point : points) {
      skipped += point.skipped.empty() ? 0 : 1;
      fmt::print("{}{}{}\n", describe(point),
                 point.skipped.empty() ? "" : ": skipped, " + point.skipped,
                 idle[point.point] == 0 ? "" : fmt::format(": {} workers idle", idle[point.point]));
    }
    fmt::print("{} points, {} skipped, {} trials\n", points.size(), skipped,
               runtime::count_trials(plan, points));
    fmt::print("about {:.6g} inputs through the model, {} of memory for the largest trial{}\n",
               effort.model_inputs, format_bytes(effort.trial_bytes),
               effort.prediction_bytes > 0
                   ? fmt::format(", {} of predictions", format_bytes(effort.prediction_bytes))
                   : "");
    runtime::require_work(points);
  });
}

}  // namespace laggard::commands
