#include "faults/scaled_delay.hpp"

#include <string>
#include <utility>

namespace laggard::faults {
namespace {

class ScaledDelay final : public Delay {
 public:
  explicit ScaledDelay(std::unique_ptr<Delay> delay) : delay_(std::move(delay)) {}

  Seconds sample(const Address& at) const override { return delay_->sample(at); }
  Seconds sample_for(const Address& at, double work) const override {
    return delay_->sample(at) * work;
  }
  Seconds mean_for(WorkerId worker, double work) const override {
    return delay_->mean_for(worker, 1.0) * work;
  }
  bool constant() const override { return delay_->constant(); }
  bool needs_wall_clock() const override { return delay_->needs_wall_clock(); }

 private:
  std::unique_ptr<Delay> delay_;
};

void scale_field(Fields& fields, std::string& scale) {
  fields.text({"scaling",
               "additive: the delay does not depend on the work; work: it is multiplied by the "
               "number of inputs that the worker computes, and by the worker's factor of /speeds"},
              scale, {"additive", "work"});
}

}  // namespace

DelayKind scalable(const DelayKind& kind) {
  DelayKind result = kind;
  result.visit = [visit = kind.visit](std::initializer_list<Fields*> visitors) {
    visit(visitors);
    std::string scale = "additive";
    for (Fields* visitor : visitors) scale_field(*visitor, scale);
  };
  result.make = [make = kind.make](Fields& reader) {
    std::unique_ptr<Delay> delay = make(reader);
    std::string scale = "additive";
    scale_field(reader, scale);
    if (scale == "work") delay = std::make_unique<ScaledDelay>(std::move(delay));
    return delay;
  };
  return result;
}

}  // namespace laggard::faults
