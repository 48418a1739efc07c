// What must hold for a run to continue in the file of an earlier one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/experiment.hpp"
#include "config/json.hpp"
#include "hdf5/file.hpp"

namespace laggard::output {

/// How an older file fits the configuration that continues it.
struct Continuation {
  /// The numbers that the file's points have now. Empty where nothing has changed.
  std::vector<std::uint32_t> point_now;
  /// The configuration that has been replaced, where trials or points are added; else empty.
  std::string replaced_config;
  /// The other version of the program that began the file; "" if there is none.
  std::string begun_by;

  bool extends() const { return !replaced_config.empty(); }
  /// Whether a point that was there has another number now.
  bool renumbers() const;
};

/// `files` are the input files of the run, see input_files(); without a vocabulary no
/// configuration but the same is accepted. Errors: ConfigError, and DataError for a damaged file.
Continuation continue_file(const hdf5::File& old, const config::Json& resolved,
                           const config::Json& files, const config::Vocabulary* vocabulary);

}  // namespace laggard::output
