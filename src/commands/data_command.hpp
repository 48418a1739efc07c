// `laggard data`: fetching the public datasets.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/download.hpp"

namespace laggard::commands {

/// The files that a manifest describes: a JSON list of objects with the members of
/// data::Download::fields(). Errors: ConfigError.
std::vector<data::Download> read_manifest(const std::filesystem::path& path);

/// The files of one dataset: those of the manifest take the place of known ones with the same name.
/// Errors: ConfigError with the nearest name if there is none.
std::vector<data::Download> downloads_of(const std::string& dataset,
                                         const std::vector<data::Download>& manifest);

}  // namespace laggard::commands
