#include "experiment/serving/agenda.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <map>

#include "core/random.hpp"
#include "experiment/serving/fifo.hpp"

using namespace laggard;
using serving::Agenda;
using serving::Fifo;

TEST_CASE("The agenda gives the earliest time, and of equal times the one set first", "[serving]") {
  for (const std::uint32_t slots : {1U, 2U, 3U, 18U, 100U}) {
    Agenda agenda(slots);
    std::map<std::uint32_t, std::pair<Seconds, int>> reference;  // by slot
    Stream stream({slots, Purpose::kData, 0, 0});
    for (int step = 0; step < 5000; ++step) {
      const std::uint32_t slot = uniform_index(stream, slots);
      if (uniform_index(stream, 3) == 0) {
        agenda.clear(slot);
        reference.erase(slot);
      } else {
        const Seconds time = uniform_index(stream, 20);  // so that times are often equal
        agenda.set(slot, time);
        reference[slot] = {time, step};
      }
      REQUIRE(agenda.empty() == reference.empty());
      if (reference.empty()) continue;
      const auto first =
          std::min_element(reference.begin(), reference.end(),
                           [](const auto& a, const auto& b) { return a.second < b.second; });
      REQUIRE(agenda.next() == first->first);
      REQUIRE(agenda.time() == first->second.first);
    }
  }
}

TEST_CASE("A FIFO does what a deque does", "[serving]") {
  Fifo<std::uint32_t> fifo;
  std::deque<std::uint32_t> reference;
  Stream stream({1, Purpose::kData, 0, 0});
  for (std::uint32_t step = 0; step < 20000; ++step) {
    switch (uniform_index(stream, step < 10000 ? 8 : 16)) {  // grows at first, then shrinks
      case 0:
        fifo.push_front(step % 50);
        reference.push_front(step % 50);
        break;
      case 1:
        fifo.remove(7);
        reference.erase(std::remove(reference.begin(), reference.end(), 7U), reference.end());
        break;
      case 2:
      case 3:
      case 4:
        fifo.push(step % 50);
        reference.push_back(step % 50);
        break;
      default:
        if (reference.empty()) break;
        REQUIRE(fifo.front() == reference.front());
        REQUIRE(fifo.pop() == reference.front());
        reference.pop_front();
    }
    REQUIRE(fifo.size() == reference.size());
    REQUIRE(fifo.empty() == reference.empty());
  }
}
