#include "faults/group_delay.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/reader.hpp"
#include "core/error.hpp"

namespace laggard::faults {

void GroupDelay::Config::fields(Fields& fields) {
  fields.integers({"sizes", "number of workers of each group but the last, which has all others"},
                  sizes);
  fields.components({"delays", "the delay of each group"}, delays, "delays");
}

std::unique_ptr<Delay> make_member(const Component& delay) {
  std::unique_ptr<Delay> member;
  try {
    member = config::make(delays(), delay);
  } catch (const Error& error) {
    const std::string message = error.what();
    if (message.find(delay.where) != std::string::npos) throw;
    throw Error(error.code(), fmt::format("{}: {}", delay.where, message));
  }
  if (member->needs_wall_clock())
    throw ConfigError(fmt::format("{}/kind is '{}'", delay.where, delay.kind),
                      "it slows down ranks, not workers", "give it to /delay alone");
  return member;
}

GroupDelay::GroupDelay(Config config) {
  if (config.sizes.size() + 1 != config.delays.size())
    throw ConfigError(fmt::format("/delay/sizes has {} numbers", config.sizes.size()),
                      fmt::format("/delay/delays has {} delays", config.delays.size()),
                      "give the size of each group but the last, which has all other workers");
  std::uint64_t end = 0;
  for (const std::uint32_t size : config.sizes) ends_.push_back(end += size);
  for (const Component& delay : config.delays) delays_.push_back(make_member(delay));
}

const Delay& GroupDelay::of(WorkerId worker) const {
  const auto group = std::upper_bound(ends_.begin(), ends_.end(), worker) - ends_.begin();
  return *delays_[static_cast<std::size_t>(group)];
}

bool GroupDelay::constant() const {
  return delays_.size() == 1 && delays_.front()->constant();
}

}  // namespace laggard::faults
