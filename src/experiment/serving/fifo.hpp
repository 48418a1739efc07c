// A queue in a ring that grows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace laggard::serving {

/// First in, first out; no allocation once the ring is large enough.
template <class Value>
class Fifo {
 public:
  bool empty() const { return first_ == last_; }
  std::size_t size() const { return last_ - first_; }

  void push(Value value) {
    make_room();
    ring_[last_++ & mask_] = value;
  }
  /// In front of all others.
  void push_front(Value value) {
    make_room();
    ring_[--first_ & mask_] = value;
  }
  Value front() const { return ring_[first_ & mask_]; }
  Value pop() { return ring_[first_++ & mask_]; }

  /// Takes out every such value, wherever it stands.
  void remove(Value value) {
    std::size_t kept = first_;
    for (std::size_t i = first_; i != last_; ++i)
      if (!(ring_[i & mask_] == value)) ring_[kept++ & mask_] = ring_[i & mask_];
    last_ = kept;
  }

 private:
  void make_room() {
    if (size() < ring_.size()) return;
    std::vector<Value> larger(std::max<std::size_t>(16, 2 * ring_.size()));
    for (std::size_t i = 0; i < size(); ++i) larger[i] = ring_[(first_ + i) & mask_];
    last_ = size();
    first_ = 0;
    ring_.swap(larger);
    mask_ = ring_.size() - 1;
  }

  std::vector<Value> ring_;
  std::size_t first_ = 0, last_ = 0, mask_ = 0;  // positions wrap around with the type
};

}  // namespace laggard::serving
