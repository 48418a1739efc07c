// ApproxIFER's answer to liars.
#pragma once

#include "schemes/robust/locator.hpp"

namespace laggard::schemes {

/// ApproxIFER (Soleymani, Ali, Mahdavifar & Avestimehr, AAAI 2022, arXiv 2109.09868) always rejects
/// the B answers that math/rational_locator.hpp finds. It needs 2 K + 2 B - 1 answers, hence the
/// published N = 2 K + S + 2 E - 1. In the paper, the scheme around it is `bacc`.
class Approxifer final : public Locator {
 public:
  struct Config {
    std::uint32_t adversaries = 1;

    void fields(Fields& fields);
  };

  explicit Approxifer(Config config) : Locator(config.adversaries) {}

 protected:
  std::size_t least_answers(std::size_t data_points, std::size_t liars) const override;
  std::vector<Index> locate(const CurveAnswers& answers, std::size_t liars) const override;
};

}  // namespace laggard::schemes
