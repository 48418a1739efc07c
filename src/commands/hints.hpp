// What a configuration may say but seldom means.
#pragma once

#include <set>
#include <string>

#include "sweep/experiment.hpp"

namespace laggard::commands {

/// Prints the hints of the experiments that it is shown on stderr, each of them once.
class Hints {
 public:
  void look_at(const sweep::Experiment& experiment);

 private:
  std::set<std::string> said_;
};

}  // namespace laggard::commands
