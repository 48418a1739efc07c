// Which points of a result file a command is about.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "config/experiment.hpp"
#include "core/records.hpp"

namespace laggard::commands {

/// --scheme LABEL and --where /pointer=VALUE. Of several --scheme one must hold, of several --where
/// all, where the values of one pointer are alternatives.
struct PointFilter {
  std::vector<std::string> schemes;
  std::vector<std::string> conditions;

  void add_to(CLI::App& command);

  /// A test of points, in the order of the file. `config`: the resolved configuration of the file;
  /// a condition is about the value there unless the sweep sets it, and about the default where
  /// that names no value. Errors: ConfigError for a condition that no point could meet, and if no
  /// point passes.
  std::function<bool(const PointRecord&)> test(const std::string& config,
                                               const std::vector<PointRecord>& points,
                                               config::Vocabulary vocabulary) const;
};

}  // namespace laggard::commands
