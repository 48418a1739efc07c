// Where the things lie that tests use. One source knows, so that a compiler cache can share the
// others among clones.
#pragma once

namespace laggard::testing {

extern const char* const kSourceFolder;
extern const char* const kProgram;      ///< laggard
extern const char* const kDiceProgram;  ///< laggard with one more kind of experiment
extern const char* const kMpiexec;
extern const char* const kSignalInMpi;  ///< preloaded, sends a rank a signal at a call of MPI
extern const char* const kKillAtWrite;  ///< preloaded, ends a process at a chosen write

}  // namespace laggard::testing
