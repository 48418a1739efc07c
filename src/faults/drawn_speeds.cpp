#include "faults/drawn_speeds.hpp"

#include <numeric>

#include "core/random.hpp"
#include "faults/fixed_speeds.hpp"
#include "faults/group_shares.hpp"

namespace laggard::faults {
namespace {

Stream stream_of(std::uint64_t seed, std::uint32_t worker) {
  return Stream({seed, Purpose::kSpeeds, 0, worker});
}

}  // namespace

void GroupSpeeds::Config::fields(Fields& fields) {
  fields.numbers({"shares", "share of the workers in each group; they need not add up to 1"},
                 shares, kNonNegative);
  fields.numbers({"factors", "factor of each group on the computing time of its workers"}, factors,
                 kSpeedFactor);
  fields.text({"placement",
               "random: the groups are dealt to the workers at random, once for the run; "
               "consecutive: the first workers are the first group; spread: neighbours are of "
               "different groups"},
              placement, {"random", "consecutive", "spread"});
}

GroupSpeeds::GroupSpeeds(Config config) : config_(std::move(config)) {
  whole_of_shares(config_.shares, "/speeds", "factors", config_.factors.size(), "factor");
}

std::vector<double> GroupSpeeds::factors(std::uint64_t seed, std::uint32_t workers) const {
  std::vector<std::uint32_t> order(workers);
  std::iota(order.begin(), order.end(), 0U);
  if (config_.placement == "random") {
    Stream stream = stream_of(seed, 0);
    order = random_permutation(stream, workers);
  }
  const std::vector<std::size_t> groups =
      config_.placement == "spread" ? spread_groups(workers) : blocks_of_groups(workers);
  std::vector<double> factors(workers);
  for (std::uint32_t i = 0; i < workers; ++i) factors[order[i]] = config_.factors[groups[i]];
  return factors;
}

std::vector<std::size_t> GroupSpeeds::blocks_of_groups(std::uint32_t workers) const {
  const double whole = std::accumulate(config_.shares.begin(), config_.shares.end(), 0.0);
  std::vector<std::size_t> groups(workers, config_.shares.size() - 1);
  double share = 0.0;
  std::size_t at = 0;
  for (std::size_t group = 0; group + 1 < config_.shares.size(); ++group) {
    share += config_.shares[group];
    const auto end = static_cast<std::size_t>(std::lround(share / whole * workers));
    for (; at < end; ++at) groups[at] = group;
  }
  return groups;
}

std::vector<std::size_t> GroupSpeeds::spread_groups(std::uint32_t workers) const {
  const std::vector<std::size_t> blocks = blocks_of_groups(workers);
  std::vector<double> sizes(config_.shares.size()), given(sizes.size());
  for (const std::size_t group : blocks) ++sizes[group];
  std::vector<std::size_t> groups(workers);
  for (std::uint32_t i = 0; i < workers; ++i) {
    // The group that lacks most of what it should have up to the middle of this place.
    std::size_t next = 0;
    double most = -1e300;
    for (std::size_t group = 0; group < sizes.size(); ++group) {
      const double lack = sizes[group] * (i + 0.5) / workers - given[group];
      if (given[group] >= sizes[group] || lack <= most) continue;
      most = lack;
      next = group;
    }
    ++given[groups[i] = next];
  }
  return groups;
}

void LognormalSpeeds::Config::fields(Fields& fields) {
  constexpr Range kDeviation{0.0, 10.0, false};
  fields.number({"sigma", "standard deviation of the logarithm of the factor"}, sigma, kDeviation);
}

std::vector<double> LognormalSpeeds::factors(std::uint64_t seed, std::uint32_t workers) const {
  std::vector<double> factors(workers);
  for (std::uint32_t worker = 0; worker < workers; ++worker) {
    Stream stream = stream_of(seed, worker);
    factors[worker] = std::exp(config_.sigma * standard_normal(stream));
  }
  return factors;
}

}  // namespace laggard::faults
