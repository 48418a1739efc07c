#include "output/continuation.hpp"

#include <fmt/format.h>

#include "config/difference.hpp"
#include "config/extension.hpp"
#include "core/error.hpp"
#include "output/input_files.hpp"
#include "output/provenance.hpp"
#include "output/result_file.hpp"
#include "output/summary.hpp"

namespace laggard::output {
namespace {

/// The configuration of an older version, with what has got a name since and its default.
config::Json completed(const config::Json& resolved, const config::Vocabulary* vocabulary) {
  if (vocabulary == nullptr) return resolved;
  try {
    return config::expand(resolved, *vocabulary).resolved;
  } catch (const Error&) {
    return resolved;
  }
}

/// Where this version does not know all that the old configuration names, nothing can be added.
config::Extension extension_of(const config::Json& there, const config::Json& now,
                               const config::Vocabulary* vocabulary) {
  try {
    if (vocabulary != nullptr) return config::extension_of(there, now, *vocabulary);
  } catch (const Error&) {
  }
  return {{}, "it was made with another configuration: " + config::first_difference(there, now)};
}

/// Of files that older versions wrote, nobody knows.
void check_input_files(const hdf5::File& old, const config::Json& now) {
  const std::string recorded = old.text_attribute(kInputFiles).value_or("{}");
  const std::string changed = changed_file(config::parse_or_discard(recorded), now);
  if (!changed.empty())
    throw ConfigError(fmt::format("cannot resume '{}'", old.path()),
                      fmt::format("it was begun with other content in '{}'", changed),
                      "restore that file, or run without --resume");
}

std::string other_program(const hdf5::File& old) {
  const std::string version = old.text_attribute("version").value_or("unknown");
  const std::string commit = old.text_attribute("git_commit").value_or("unknown");
  const std::string program = fmt::format("{} (commit {})", version, commit);
  return program == this_program() ? "" : program;
}

}  // namespace

bool Continuation::renumbers() const {
  for (std::size_t i = 0; i < point_now.size(); ++i)
    if (point_now[i] != i) return true;
  return false;
}

Continuation continue_file(const hdf5::File& old, const config::Json& resolved,
                           const config::Json& files, const config::Vocabulary* vocabulary) {
  Continuation continuation;
  const std::string recorded = result_config(old);
  const config::Json there = completed(config::parse_or_discard(recorded), vocabulary);
  if (!config::first_difference(there, resolved).empty()) {
    config::Extension extension = extension_of(there, resolved, vocabulary);
    if (!extension.obstacle.empty())
      throw ConfigError(fmt::format("cannot resume '{}'", old.path()), extension.obstacle,
                        "let the configuration only add trials or points to that of the file (its "
                        "`config` attribute), or run without --resume");
    continuation.point_now = std::move(extension.now);
    continuation.replaced_config = recorded;
  }
  check_input_files(old, files);
  continuation.begun_by = other_program(old);
  return continuation;
}

}  // namespace laggard::output
