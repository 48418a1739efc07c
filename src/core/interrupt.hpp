// SIGINT, SIGTERM, SIGUSR1 and SIGHUP as a flag that long loops look at.
#pragma once

namespace laggard {

/// From now on SIGINT, SIGTERM, SIGUSR1 (a batch system's warning) and SIGHUP (the terminal is
/// gone; under nohup it stays ignored) raise the flag; a SIGINT that finds it raised ends the
/// process at once.
void install_interrupt_handlers();

/// Worker ranks leave stopping to the master.
void ignore_interrupts();

bool interrupted();

/// For work that leaves nothing behind. Errors: Interrupted.
void stop_if_interrupted();

}  // namespace laggard
