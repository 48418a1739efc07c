#include "commands/hints.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace laggard::commands {

void Hints::look_at(const sweep::Experiment& experiment) {
  for (const std::string& hint : experiment.hints())
    if (said_.insert(hint).second) fmt::print(stderr, "laggard: hint: {}\n", printable(hint));
}

}  // namespace laggard::commands
