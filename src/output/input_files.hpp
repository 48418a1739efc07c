// Whether a run goes on with the same data and networks that it was begun with.
#pragma once

#include <filesystem>

#include "config/json.hpp"

namespace laggard::output {

/// The root attribute of a result file that has them.
inline constexpr const char* kInputFiles = "input_files";

/// What is in the files that a configuration names, its sweep included: their names with a SHA-256
/// each, of all bytes, or of the size and 256 samples of 1 MiB where there are more than that, so
/// that it costs at most about a second per file. Any text that is the name of a file counts,
/// what stands behind the colon of a rule ("tuned:FILE"), and the labels beside a file of images.
config::Json input_files(const config::Json& resolved);

/// The first of `now` that was another file `then`; "" if there is none.
std::string changed_file(const config::Json& then, const config::Json& now);

/// To be called before a file is written. Errors: ConfigError if it is one of `files`, under
/// whatever name.
void require_no_input(const std::filesystem::path& output, const config::Json& files);

}  // namespace laggard::output
