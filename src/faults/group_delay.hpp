// Workers of several kinds.
#pragma once

#include <memory>
#include <vector>

#include "core/fields.hpp"
#include "faults/delay.hpp"

namespace laggard::faults {

/// A delay that is a part of another one. Errors: those of its factory, with its place; ConfigError
/// for one that slows down ranks, not workers.
std::unique_ptr<Delay> make_member(const Component& delay);

/// Groups of consecutive workers, each with a delay of its own: the first `sizes[0]` workers have
/// `delays[0]`, and so on; the last delay is that of all others, however many there are. A worker's
/// delay is what it would be if all workers had that kind of delay.
class GroupDelay final : public Delay {
 public:
  struct Config {
    std::vector<std::uint32_t> sizes{1};
    std::vector<Component> delays{{"constant", "{}", ""}, {"none", "{}", ""}};

    void fields(Fields& fields);
  };

  /// Errors: ConfigError unless there is one size less than there are delays, and for a delay that
  /// slows down ranks, not workers.
  explicit GroupDelay(Config config);

  Seconds sample(const Address& at) const override { return of(at.worker).sample(at); }
  Seconds sample_for(const Address& at, double work) const override {
    return of(at.worker).sample_for(at, work);
  }
  Seconds mean_for(WorkerId worker, double work) const override {
    return of(worker).mean_for(worker, work);
  }
  bool constant() const override;

 private:
  const Delay& of(WorkerId worker) const;

  std::vector<std::uint64_t> ends_;  // one past the last worker of every group but the last
  std::vector<std::unique_ptr<Delay>> delays_;
};

}  // namespace laggard::faults
