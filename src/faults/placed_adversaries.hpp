// What the liars share that are chosen by their place.
#pragma once

#include "faults/adversaries.hpp"
#include "faults/lie_bound.hpp"

namespace laggard::faults {

struct PlacedConfig {
  std::uint32_t count = 1;
  std::string placement = "random";
  std::vector<std::uint32_t> workers;
  LieBound bound;

  void fields(Fields& fields);
};

/// Liars are chosen among the workers whose answers are in; if fewer than `count` are in, all of
/// them lie. Neighbours are neighbours among these.
class PlacedAdversaries : public Adversaries {
 public:
  Lies lie(const Occasion& at, const Collected& collected) const final;
  std::string conflict(std::uint32_t workers, std::uint32_t answers) const override;

 protected:
  /// Errors: ConfigError for a list that does not fit the placement.
  explicit PlacedAdversaries(PlacedConfig config);

  /// What liars know and who they are.
  struct Plot {
    const Occasion& at;
    const std::vector<Index>& rows;  ///< of the liars in the answers, ascending
    std::span<const WorkerId> workers;
    double bound;
  };

  /// Overwrites the answers of plot.rows. They are cut to the bound later.
  virtual void tell(const Plot& plot, Matrix& answers) const = 0;

  /// Liars if as many answers are in.
  std::size_t count() const;

 private:
  std::vector<Index> choose(const Occasion& at, std::span<const WorkerId> workers) const;

  PlacedConfig config_;
};

}  // namespace laggard::faults
