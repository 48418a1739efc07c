// Rejects the answers that the others contradict.
#pragma once

#include "schemes/robust/locator.hpp"

namespace laggard::schemes {

/// math/spline_outliers.hpp finds at most B answers that are no values of a curve on which the
/// others lie. `readmit` false rejects B answers whatever they are.
class Peel final : public Locator {
 public:
  struct Config {
    std::uint32_t adversaries = 1;
    bool readmit = true;

    void fields(Fields& fields);
  };

  explicit Peel(Config config) : Locator(config.adversaries), readmit_(config.readmit) {}

 protected:
  std::size_t least_answers(std::size_t data_points, std::size_t liars) const override;
  std::vector<Index> locate(const CurveAnswers& answers, std::size_t liars) const override;

 private:
  bool readmit_;
};

}  // namespace laggard::schemes
