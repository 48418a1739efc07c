// Which decoder suits the answers of a trial, by the answers alone.
#pragma once

#include <span>

#include "core/decoder_kind.hpp"
#include "core/types.hpp"

namespace laggard::math {

/// kBalanced weighs errors at the answers and between them, kCautious only those between them.
enum class Caution { kBalanced, kCautious };

struct DecoderChoice {
  DecoderKind kind = DecoderKind::kNone;
  double parameter = kNaN;  ///< lambda of a spline, degree of a polynomial
  Matrix matrix;            ///< targets x nodes
};

/// Chooses among Berrut's interpolant, cubic and quintic splines with lambda = 0 and 14 values up
/// to heavy smoothing, and polynomials by least squares of every degree up to 120. Let r_i be the
/// root mean square, over the columns of the values, of the error at value i by a decoder that does
/// not know it, at the two ends no more than the largest inside, and D the decoder's matrix. The
/// least
///   sqrt(LOO P),  LOO = mean r_i^2 inside,  P = mean_k (sum_i |D_ki| r_i)^2,
/// wins, or the least P (kCautious). LOO alone does not see gaps, where D is large; P alone smooths
/// too much.
///
/// Medians for x sin x stay within 2.3 times of the best candidate's, with and without noise and
/// gaps (experiments/decoders), and do not explode as those of polynomials and quintic splines do
/// where many neighbours are missing. kCautious was nowhere better by more than 1.3 times, and for
/// a gap of 20 of 50 answers 1.8 times worse. Berrut's interpolant is made anew without each value,
/// since signs alternate over what is there: O(n^2 m). All others together O(n m + n T) per
/// candidate, of which there are up to 150. Splines that would need more digits than doubles have
/// (lambda n^(2 order) > 1e13, so none below 1,000 answers but for lines and parabolas) are left
/// out.
///
/// `nodes` and `targets` descend; values are n x m, n >= 1. Fewer than 4 answers: the cubic spline.
DecoderChoice choose_decoder(std::span<const double> targets, std::span<const double> nodes,
                             MatrixView values, Caution caution);

}  // namespace laggard::math
