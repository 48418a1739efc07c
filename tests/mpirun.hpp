// Starts the program under the machine's own launcher.
#pragma once

#include <unistd.h>

#include <string>
#include <vector>

#include "process.hpp"

namespace laggard::testing {

inline std::vector<std::string> launch(int ranks, const std::vector<std::string>& arguments,
                                       const char* program = kProgram) {
  std::vector<std::string> command{kMpiexec, "-n", std::to_string(ranks)};
#ifdef LAGGARD_OPEN_MPI
  command.insert(command.begin() + 1, "--oversubscribe");
#endif
  command.emplace_back(program);
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

inline std::vector<std::string> mpi_variables() {
  if (::geteuid() != 0) return {};
  return {"OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"};
}

inline Outcome mpirun(int ranks, const std::vector<std::string>& arguments) {
  return Process(launch(ranks, arguments), mpi_variables()).wait();
}

/// How often `part` occurs in `text`.
inline std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace laggard::testing
