// A server whose instances are simulated.
#pragma once

#include "experiment/serving/server.hpp"

namespace laggard::serving {

/// Time is a number that jumps from one event to the next one.
class SimulatedServer final : public Server {
 public:
  SimulatedServer(const Scene& scene, const Policy& policy) : Server(scene, policy) {}

 private:
  void advance() override {
    now_ = agenda().time();
    on_event(agenda().next());
  }
  void begin(std::uint32_t instance, const Task& /*task*/, Seconds done) override {
    agenda().set(instance, done);
  }
};

}  // namespace laggard::serving
