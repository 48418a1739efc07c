// What made a file.
#pragma once

#include <string>

#include "config/experiment.hpp"
#include "config/json.hpp"
#include "core/types.hpp"
#include "hdf5/format.hpp"

namespace laggard::output {

/// Results of runs and of `laggard tune`. The version goes up when a table gets another column.
inline constexpr hdf5::Format kResultFormat{"laggard",
                                            1,
                                            3,
                                            "cannot read",
                                            "a result file of laggard",
                                            "name a file that `laggard run` wrote"};

/// Where a run takes place.
struct RunContext {
  std::string command;  ///< as typed
  std::string mpi;      ///< library and version, or "none"
  std::uint32_t ranks = 1;
  std::string hosts;
  const config::Vocabulary* vocabulary = nullptr;  ///< what the configuration is made of
};

std::string program_version();  ///< "0.1.0"
std::string git_commit();       ///< of the source when it was configured, "unknown" outside git
std::string this_program();     ///< "0.1.0 (commit 1234)"
bool git_dirty();

/// The root attributes that every file of the program begins with.
void write_head(hdf5::File& file, const config::Json& resolved, const RunContext& context);

/// Now, UTC, ISO 8601.
std::string timestamp();

}  // namespace laggard::output
