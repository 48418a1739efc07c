#include "places.hpp"

namespace laggard::testing {

const char* const kSourceFolder = LAGGARD_SOURCE_DIR;
const char* const kProgram = LAGGARD_PROGRAM;
const char* const kDiceProgram = LAGGARD_DICE_PROGRAM;
const char* const kMpiexec = LAGGARD_MPIEXEC;
#ifdef LAGGARD_KILL_AT_WRITE
const char* const kKillAtWrite = LAGGARD_KILL_AT_WRITE;
const char* const kSignalInMpi = LAGGARD_SIGNAL_IN_MPI;
#endif

}  // namespace laggard::testing
