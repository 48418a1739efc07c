// What the decoder of a trial promises before anybody knows the truth.
#pragma once

#include "schemes/scheme.hpp"

namespace laggard::schemes {

/// Of a decoder D, K x |F|. NaN where a scheme has none, or no curve, or a defence decodes in its
/// place. Of a defence that rejects answers, F are the others.
struct Certificates {
  /// Largest distance between neighbouring points of workers that have answered, or from the
  /// outermost one to data beyond it.
  double largest_gap = kNaN;
  /// max_k sum_n |D_kn|: errors of the answers are multiplied by at most that, and the estimates
  /// are at most 1 + that times as bad as the best curve of the decoder's kind.
  double lebesgue = kNaN;
  /// (1 / K) sum_kn D_kn^2: independent noise of variance s^2 adds s^2 times that to the mse.
  double noise_gain = kNaN;
};

/// O(K |F|) beyond the decoder's matrix, which is made for this.
Certificates certify(const Scheme& scheme, MatrixView results, std::span<const WorkerId> received);

}  // namespace laggard::schemes
