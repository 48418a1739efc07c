// Ranks as threads with mailboxes: the sum must have the same bits for any number of them.
#include "transport/tree_sum.hpp"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "core/random.hpp"

namespace laggard::transport {
namespace {

class Mailboxes {
 public:
  void put(std::uint32_t from, std::uint32_t to, std::span<const float> numbers) {
    const std::lock_guard lock(mutex_);
    boxes_[{from, to}].emplace_back(numbers.begin(), numbers.end());
    arrived_.notify_all();
  }
  void take(std::uint32_t from, std::uint32_t to, std::span<float> numbers) {
    std::unique_lock lock(mutex_);
    auto& box = boxes_[{from, to}];
    arrived_.wait(lock, [&] { return !box.empty(); });
    std::copy(box.front().begin(), box.front().end(), numbers.begin());
    box.pop_front();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::deque<std::vector<float>>> boxes_;
};

class ThreadGroup final : public Group {
 public:
  ThreadGroup(Mailboxes& mail, std::uint32_t rank, std::uint32_t size)
      : mail_(mail), rank_(rank), size_(size) {}
  std::uint32_t rank() const override { return rank_; }
  std::uint32_t size() const override { return size_; }
  void send(std::uint32_t to, std::span<const float> numbers) override {
    mail_.put(rank_, to, numbers);
  }
  void receive(std::uint32_t from, std::span<float> numbers) override {
    mail_.take(from, rank_, numbers);
  }
  void broadcast(std::span<float> numbers) override {
    for (std::uint32_t to = 1; rank_ == 0 && to < size_; ++to) mail_.put(0, to, numbers);
    if (rank_ != 0) mail_.take(0, rank_, numbers);
  }

 private:
  Mailboxes& mail_;
  std::uint32_t rank_, size_;
};

std::vector<float> shard_vector(std::uint32_t shard) {
  Stream stream({1, Purpose::kData, 0, shard});
  std::vector<float> numbers(50);
  for (float& number : numbers)
    number = static_cast<float>(standard_normal(stream) * std::exp(5 * standard_normal(stream)));
  return numbers;
}

/// What every rank ends with.
std::vector<std::vector<float>> sums(std::uint32_t shards, std::uint32_t ranks) {
  Mailboxes mail;
  std::vector<std::vector<float>> results(ranks);
  std::vector<std::thread> threads;
  for (std::uint32_t rank = 0; rank < ranks; ++rank)
    threads.emplace_back([&, rank] {
      ThreadGroup group(mail, rank, ranks);
      std::vector<std::vector<float>> own;
      for (std::uint32_t shard = 0; shard < shards; ++shard)
        if (owner_of(shard, shards, ranks) == rank) own.push_back(shard_vector(shard));
      tree_sum(group, shards, own, results[rank]);
    });
  for (std::thread& thread : threads) thread.join();
  return results;
}

TEST_CASE("a sum over shards has the same bits for any number of ranks") {
  for (const std::uint32_t shards : {1U, 2U, 5U, 8U, 13U}) {
    const std::vector<float> expected = sums(shards, 1).front();
    std::vector<double> exact(50, 0.0);
    for (std::uint32_t shard = 0; shard < shards; ++shard) {
      const auto numbers = shard_vector(shard);
      for (std::size_t i = 0; i < 50; ++i) exact[i] += numbers[i];
    }
    for (std::size_t i = 0; i < 50; ++i) CHECK(expected[i] == Approx(exact[i]).epsilon(1e-3));
    for (std::uint32_t ranks = 2; ranks <= shards; ++ranks) {
      CAPTURE(shards, ranks);
      for (const auto& sum : sums(shards, ranks)) CHECK(sum == expected);
    }
  }
}

TEST_CASE("shards are dealt in runs, and every rank has one") {
  for (const std::uint32_t ranks : {1U, 3U, 7U}) {
    std::uint32_t last = 0;
    std::vector<int> count(ranks, 0);
    for (std::uint32_t shard = 0; shard < 16; ++shard) {
      const std::uint32_t owner = owner_of(shard, 16, ranks);
      CHECK(owner >= last);
      last = owner;
      ++count[owner];
    }
    for (const int shards : count) CHECK(shards >= 1);
  }
}

}  // namespace
}  // namespace laggard::transport
