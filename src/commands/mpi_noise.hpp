// What Open MPI says about deaths that the launcher and the master report themselves.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace laggard::commands {

/// Whether this line of stderr is nothing else.
bool is_noise(std::string_view line);

/// Takes such lines out of stderr, and whole messages that Open MPI puts between two lines of
/// dashes.
class MpiNoise {
 public:
  /// What is to be shown of the lines so far: "" while a message is not complete.
  std::string without(std::string_view line);
  /// What is left once no more lines come.
  std::string rest();

 private:
  std::string message_;    // between dashes, as far as it has come; "": none
  std::size_t lines_ = 0;  // of it
};

}  // namespace laggard::commands
