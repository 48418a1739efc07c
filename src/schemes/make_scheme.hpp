// Schemes for programs that have no configuration of laggard.
#pragma once

#include <memory>
#include <string>

#include "schemes/scheme.hpp"

namespace laggard::schemes {

/// The scheme of a JSON text as in /schemes of a configuration, {"kind": "letcc"}; `laggard list
/// schemes` has the names and parameters. Errors: ConfigError; Inapplicable for sizes that the
/// scheme cannot work with.
std::unique_ptr<Scheme> make_scheme(const std::string& text, const CodeContext& context);

}  // namespace laggard::schemes
