// Ranks that compute one thing together, as equals: training in parallel. All of them call the same
// functions in the same order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace laggard::transport {

class Group {
 public:
  virtual ~Group() = default;

  virtual std::uint32_t rank() const = 0;
  virtual std::uint32_t size() const = 0;

  /// Blocking, between two ranks; what one sends the other takes in the same order and length.
  virtual void send(std::uint32_t to, std::span<const float> numbers) = 0;
  virtual void receive(std::uint32_t from, std::span<float> numbers) = 0;

  /// From rank 0 to all.
  virtual void broadcast(std::span<float> numbers) = 0;

  /// Adds up over the ranks; the sums are on all of them. Exact where all but one have 0.
  void sum(std::span<float> numbers) {
    if (rank() != 0) send(0, numbers);
    std::vector<float> other(rank() == 0 && size() > 1 ? numbers.size() : 0);
    for (std::uint32_t from = 1; rank() == 0 && from < size(); ++from) {
      receive(from, other);
      std::transform(numbers.begin(), numbers.end(), other.begin(), numbers.begin(), std::plus<>());
    }
    broadcast(numbers);
  }

  /// What rank 0 says.
  bool agree(bool yes) {
    float answer = yes ? 1.0F : 0.0F;
    broadcast({&answer, 1});
    return answer != 0.0F;
  }
};

/// A group of one.
class Alone final : public Group {
 public:
  std::uint32_t rank() const override { return 0; }
  std::uint32_t size() const override { return 1; }
  void send(std::uint32_t, std::span<const float>) override {}
  void receive(std::uint32_t, std::span<float>) override {}
  void broadcast(std::span<float>) override {}
};

}  // namespace laggard::transport
