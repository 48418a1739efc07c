#include "trainer/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "transport/tree_sum.hpp"

namespace laggard::trainer {
namespace {

/// Results travel at the end of the vectors.
constexpr std::size_t kResult = 3;

void put(const model::BatchResult& result, float* at) {
  at[0] = static_cast<float>(result.loss);
  at[1] = static_cast<float>(result.correct);
  at[2] = static_cast<float>(result.decisions);
}

model::BatchResult result_at(const float* at) {
  return {at[0], static_cast<std::uint32_t>(at[1]), static_cast<std::uint32_t>(at[2])};
}

}  // namespace

void check_same_on_all(transport::Group& group, const std::string& state) {
  const std::string own = sha256_of(state);
  std::vector<float> numbers(own.begin(), own.end());
  group.broadcast(numbers);
  if (!std::equal(own.begin(), own.end(), numbers.begin()))
    throw ConfigError(fmt::format("rank {} finds other files than rank 0", group.rank()),
                      "the data, the checkpoint or the weights differ",
                      "put them where all ranks see the same");
}

ParallelSteps::ParallelSteps(model::Learner& learner, transport::Group& group, std::uint32_t shards)
    : learner_(learner), group_(group), shards_(shards) {
  if (group.size() > shards)
    throw ConfigError(fmt::format("/shards is {}", shards),
                      fmt::format("{} ranks share a batch, some would idle", group.size()),
                      "raise /shards, or start fewer ranks");
  std::uint32_t own = 0;
  for (std::uint32_t shard = shards; shard-- > 0;)
    if (transport::owner_of(shard, shards, group.size()) == group.rank()) {
      first_shard_ = shard;
      ++own;
    }
  own_.assign(own, std::vector<float>(learner.flat_size() + kResult));
}

ParallelSteps::Run ParallelSteps::units_of_shard(std::uint32_t shard, std::uint32_t units) const {
  const auto start = [&](std::uint32_t s) {
    return static_cast<std::uint32_t>(std::uint64_t{s} * units / shards_);
  };
  return {start(shard), start(shard + 1) - start(shard)};
}

model::BatchResult ParallelSteps::step(const Examples& batch, std::uint64_t seed,
                                       double learning_rate) {
  const std::size_t size = learner_.flat_size();
  for (std::uint32_t i = 0; i < own_.size(); ++i) {
    std::vector<float>& flat = own_[i];
    flat.resize(size + kResult);
    const Run run = units_of_shard(first_shard_ + i, batch.units);
    if (run.count == 0) {  // a last batch of fewer units than shards
      std::fill(flat.begin(), flat.end(), 0.0F);
      continue;
    }
    put(learner_.gradient(batch.part(run.first, run.count), seed + first_shard_ + i,
                          static_cast<double>(run.count) / batch.units,
                          std::span(flat).first(size)),
        flat.data() + size);
  }
  transport::tree_sum(group_, shards_, own_, sum_);
  learner_.step(std::span(sum_).first(size), learning_rate);
  return result_at(sum_.data() + size);
}

std::vector<model::BatchResult> ParallelSteps::combine(std::vector<model::BatchResult> own) {
  std::vector<float> numbers(own.size() * kResult);
  for (std::size_t i = 0; i < own.size(); ++i) put(own[i], numbers.data() + kResult * i);
  group_.sum(numbers);  // every batch is 0 on all ranks but one
  for (std::size_t i = 0; i < own.size(); ++i) own[i] = result_at(numbers.data() + kResult * i);
  return own;
}

}  // namespace laggard::trainer
