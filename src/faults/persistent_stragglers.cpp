#include "faults/persistent_stragglers.hpp"

namespace laggard::faults {
namespace {

class PersistentStragglers final : public Stragglers {
 public:
  explicit PersistentStragglers(std::unique_ptr<Stragglers> stragglers)
      : stragglers_(std::move(stragglers)) {}

  bool knows_scheme() const override { return stragglers_->knows_scheme(); }
  std::vector<WorkerId> select(const Occasion& at, std::uint32_t workers) const override {
    return stragglers_->select({at.seed, at.trial, 0}, workers);
  }
  std::uint32_t expected(std::uint32_t workers) const override {
    return stragglers_->expected(workers);
  }
  double mean(std::uint32_t workers) const override { return stragglers_->mean(workers); }
  double loss_probability(WorkerId worker, std::uint32_t workers) const override {
    return stragglers_->loss_probability(worker, workers);
  }
  std::string conflict(std::uint32_t workers) const override {
    return stragglers_->conflict(workers);
  }

 private:
  std::unique_ptr<Stragglers> stragglers_;
};

void persistent_field(Fields& fields, bool& persistent) {
  fields.boolean({"persistent", "lose the same workers in every step of a trial"}, persistent);
}

}  // namespace

std::vector<StragglersKind> with_persistence(std::vector<StragglersKind> kinds) {
  for (StragglersKind& kind : kinds) {
    kind.visit = [visit = kind.visit](std::initializer_list<Fields*> visitors) {
      visit(visitors);
      bool persistent = false;
      for (Fields* visitor : visitors) persistent_field(*visitor, persistent);
    };
    kind.make = [make = kind.make](Fields& reader) {
      std::unique_ptr<Stragglers> stragglers = make(reader);
      bool persistent = false;
      persistent_field(reader, persistent);
      return persistent ? std::make_unique<PersistentStragglers>(std::move(stragglers))
                        : std::move(stragglers);
    };
  }
  return kinds;
}

}  // namespace laggard::faults
