// No coding at all.
#pragma once

#include "schemes/replication.hpp"

namespace laggard::schemes {

/// Worker k < K computes f(x_k), workers beyond K stay idle. A lost point has no estimate; it is
/// counted and scored as in Replication. In training, K is N: each worker has a part of its own.
class Uncoded final : public Replication {
 public:
  using Config = Replication::Config;

  Uncoded(Config config, const CodeContext& context);
};

}  // namespace laggard::schemes
