// What made a file.
#pragma once

#include <string>

#include "config/json.hpp"
#include "core/types.hpp"
#include "hdf5/file.hpp"

namespace laggard::output {

/// Of the files that this program writes; it goes up when a table gets another column. Readers take
/// every version up to this one.
inline constexpr std::uint64_t kFormatVersion = 2;

/// Where a run takes place.
struct RunContext {
  std::string command;  ///< as typed
  std::string mpi;      ///< library and version, or "none"
  std::uint32_t ranks = 1;
  std::string hosts;
};

std::string program_version();  ///< "0.1.0"
std::string git_commit();       ///< of the source when it was configured, "unknown" outside git
bool git_dirty();

/// The root attributes that every file of the program begins with.
void write_head(hdf5::File& file, const config::Json& resolved, const RunContext& context);

/// Now, UTC, ISO 8601.
std::string timestamp();

}  // namespace laggard::output
