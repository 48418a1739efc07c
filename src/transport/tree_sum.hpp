// Sums whose bits do not depend on who holds the summands.
#pragma once

#include <vector>

#include "transport/group.hpp"

namespace laggard::transport {

/// `shards` vectors are dealt to the ranks in runs: shard s lies on rank s P / S, rounded down.
std::uint32_t owner_of(std::uint32_t shard, std::uint32_t shards, std::uint32_t ranks);

/// The sum of all shards' vectors, in the order of one balanced binary tree over the shard numbers:
/// floating-point addition is not associative, and a tree that followed the ranks would give other
/// bits for every number of them. `own` are this rank's shards in ascending order, all of one
/// length; they are overwritten. The sum is in `sum` on every rank afterwards. Each rank sends at
/// most log2(S) vectors, then there is one broadcast. ranks <= shards.
void tree_sum(Group& group, std::uint32_t shards, std::vector<std::vector<float>>& own,
              std::vector<float>& sum);

}  // namespace laggard::transport
