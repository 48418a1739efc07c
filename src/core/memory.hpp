// How much memory the machine can still give.
#pragma once

#include <filesystem>
#include <optional>

namespace laggard {

/// Bytes that this process can still take: what the kernel calls available, or less where a control
/// group (a container, a job of a batch system) has a limit. Empty where the system does not say.
/// `root` is where proc and sys lie.
std::optional<double> free_memory_bytes(const std::filesystem::path& root = "/");

}  // namespace laggard
