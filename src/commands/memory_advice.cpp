#include "commands/memory_advice.hpp"

#include <fmt/format.h>

#include "core/memory.hpp"
#include "core/text.hpp"

namespace laggard::commands {

std::string describe_memory() {
  const auto free = free_memory_bytes();
  if (!free) return "";
  return fmt::format(
      "{} of memory are free on this host; rank 0 holds one trial, with --jobs J it holds J, with "
      "--groups each leader of a group holds one",
      format_bytes(*free));
}

void warn_of_memory(double trial_bytes, std::size_t at_once) {
  const double bytes = trial_bytes * static_cast<double>(at_once);
  const auto free = free_memory_bytes();
  if (!free || bytes <= *free) return;
  fmt::print(stderr,
             "laggard: warning: {} {} of memory (this host has {} free); use fewer workers or data "
             "points, smaller inputs or another machine\n",
             at_once == 1
                 ? "the largest trial takes"
                 : fmt::format("the {} trials that this host runs at a time take", at_once),
             format_bytes(bytes), format_bytes(*free));
}

}  // namespace laggard::commands
