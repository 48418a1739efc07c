// `laggard data`: fetching the public datasets.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/download.hpp"

namespace CLI {
class App;
}

namespace laggard::commands {

/// The files that a manifest describes: a JSON list of objects with the members of
/// data::Download::fields(). Errors: ConfigError.
std::vector<data::Download> read_manifest(const std::filesystem::path& path);

/// The files of one dataset: those of the manifest take the place of known ones with the same name.
/// Errors: ConfigError with the nearest name if there is none.
std::vector<data::Download> downloads_of(const std::string& dataset,
                                         const std::vector<data::Download>& manifest);

/// Adds `data fetch NAME... [--directory DIR] [--mirror URL]... [--manifest FILE]` and
/// `data list [--manifest FILE]`. They run in their callbacks, print to standard output and throw
/// an Error.
void add_data_command(CLI::App& app);

}  // namespace laggard::commands
