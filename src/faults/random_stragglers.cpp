#include "faults/random_stragglers.hpp"

#include <algorithm>
#include <cmath>

#include "faults/nobody.hpp"

namespace laggard::faults {

void RandomStragglers::Config::fields(Fields& fields) {
  fields.integer({"count", "S, workers lost in every trial"}, count);
}

std::vector<WorkerId> RandomStragglers::select(const Occasion& at, std::uint32_t workers) const {
  Stream stream = at.stream(Purpose::kStragglers);
  std::vector<WorkerId> lost = sample_without_replacement(stream, workers, config_.count);
  std::sort(lost.begin(), lost.end());
  return lost;
}

std::string RandomStragglers::conflict(std::uint32_t workers) const {
  return nobody_left(config_.count, workers);
}

void BernoulliStragglers::Config::fields(Fields& fields) {
  fields.number({"probability", "probability that a worker is lost in a trial"}, probability,
                kProbability);
}

std::vector<WorkerId> BernoulliStragglers::select(const Occasion& at, std::uint32_t workers) const {
  // Worker n has the n-th draw, so that more workers do not change the fate of the first ones.
  Stream stream = at.stream(Purpose::kStragglers);
  std::vector<WorkerId> lost;
  for (WorkerId worker = 0; worker < workers; ++worker)
    if (uniform01(stream) < config_.probability) lost.push_back(worker);
  return lost;
}

std::uint32_t BernoulliStragglers::expected(std::uint32_t workers) const {
  return static_cast<std::uint32_t>(std::lround(config_.probability * workers));
}

std::string BernoulliStragglers::conflict(std::uint32_t workers) const {
  return config_.probability >= 1.0 ? nobody_left(workers, workers) : std::string();
}

}  // namespace laggard::faults
