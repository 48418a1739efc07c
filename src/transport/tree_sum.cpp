#include "transport/tree_sum.hpp"

#include <algorithm>
#include <functional>

namespace laggard::transport {
namespace {

class Tree {
 public:
  Tree(Group& group, std::uint32_t shards, std::vector<std::vector<float>>& own)
      : group_(group), shards_(shards), own_(own), length_(own.empty() ? 0 : own.front().size()) {
    while (first_ < shards && owner(first_) != group.rank()) ++first_;
  }

  /// Leaves the sum of shards [first, first + count) in the vector of the first one.
  void reduce(std::uint32_t first, std::uint32_t count) {
    if (count == 1) return;
    const std::uint32_t left = (count + 1) / 2;
    const std::uint32_t middle = first + left;
    reduce(first, left);
    reduce(middle, count - left);
    const std::uint32_t here = owner(first), there = owner(middle), me = group_.rank();
    if (me == there && here != there) group_.send(here, of(middle));
    if (me != here) return;
    if (here != there) {
      received_.resize(length_);
      group_.receive(there, received_);
    }
    const std::vector<float>& other = here == there ? of(middle) : received_;
    std::vector<float>& sum = of(first);
    std::transform(sum.begin(), sum.end(), other.begin(), sum.begin(), std::plus<>());
  }

 private:
  std::uint32_t owner(std::uint32_t shard) const { return owner_of(shard, shards_, group_.size()); }
  std::vector<float>& of(std::uint32_t shard) { return own_[shard - first_]; }

  Group& group_;
  std::uint32_t shards_;
  std::vector<std::vector<float>>& own_;
  std::size_t length_;
  std::uint32_t first_ = 0;  // this rank's first shard
  std::vector<float> received_;
};

}  // namespace

std::uint32_t owner_of(std::uint32_t shard, std::uint32_t shards, std::uint32_t ranks) {
  return static_cast<std::uint32_t>(std::uint64_t{shard} * ranks / shards);
}

void tree_sum(Group& group, std::uint32_t shards, std::vector<std::vector<float>>& own,
              std::vector<float>& sum) {
  Tree(group, shards, own).reduce(0, shards);
  sum.swap(own.front());
  group.broadcast(sum);
}

}  // namespace laggard::transport
