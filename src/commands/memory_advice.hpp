// What a run asks for against the memory that is free.
#pragma once

#include <cstddef>
#include <string>

namespace laggard::commands {

/// One sentence on the memory that is free; "" where the system does not say.
std::string describe_memory();

/// Warns if `at_once` trials of so many bytes are more than the memory that is free on this host.
void warn_of_memory(double trial_bytes, std::size_t at_once = 1);

}  // namespace laggard::commands
