// Background transfers between the instances, which slow them down.
#pragma once

#include <cstdint>
#include <vector>

#include "core/fields.hpp"
#include "core/types.hpp"
#include "experiment/serving/purposes.hpp"
#include "faults/address.hpp"

namespace laggard::serving {

/// Every flow picks two distinct instances and a size at random, sends that much one way and then
/// back, and begins again. Links are full duplex and shared fairly: a flow gets
/// min(bandwidth / flows out of its source, bandwidth / flows into its sink), which holds until a
/// flow changes.
struct TransferConfig {
  std::uint32_t count = 0;
  std::uint32_t among = 0;  ///< instances; 0: those that serve
  double smallest = 128.0 * 1048576, largest = 256.0 * 1048576;
  double bandwidth = 187.5e6;
  double slowdown = 0.117;
  double exponent = 1.535;

  void fields(Fields& fields);
  /// Errors: ConfigError for sizes or instances that cannot be.
  void check(std::uint32_t instances) const;
};

class Transfers {
 public:
  /// In the stationary state at time 0. The instances that serve are the first ones.
  Transfers(const TransferConfig& config, std::uint32_t instances, const faults::Occasion& trial);

  bool any() const { return !flows_.empty(); }
  /// When the next flow changes.
  Seconds next() const { return next_; }
  /// Changes the flow whose time has come.
  void advance();
  /// Transfers that have the instance at either end now.
  std::uint32_t touching(std::uint32_t instance) const { return touching_[instance]; }
  /// 1 + slowdown n^exponent E, with E exponential of mean 1, drawn for the job on the instance.
  double factor(std::uint32_t instance, const faults::Address& job) const;

 private:
  struct Flow {
    Stream stream;
    std::uint32_t from = 0, to = 0;
    bool returns = false;  ///< on its way back
    double size = 0.0, left = 0.0, rate = 0.0;
  };

  void begin(Flow& flow);
  /// Rates of all flows, and when the first of them is through.
  void share_links();

  TransferConfig config_;
  std::uint32_t instances_;
  std::vector<Flow> flows_;
  std::vector<std::uint32_t> touching_, out_, in_;
  std::vector<double> strength_;  // slowdown n^exponent
  std::size_t first_ = 0;         // the flow that changes next
  Seconds now_ = 0.0, next_ = 0.0;
};

}  // namespace laggard::serving
