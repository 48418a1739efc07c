// How the process asks the system for memory.
#pragma once

namespace laggard {

/// Lets the allocator keep what was freed instead of giving it back. Every trial allocates the same
/// few megabytes; having their pages cleared and mapped again each time takes longer than the
/// arithmetic on them. A no-op outside glibc.
void keep_freed_memory();

}  // namespace laggard
