// Erasure coding over the reals for groups of k vectors: what the parities of a group are, and how
// the lost ones among linear images of the vectors are solved for. ParM (Kosaian, Rashmi and
// Venkataraman, SOSP 2019, arXiv 1905.00863) puts a trained network in the place of the linear map.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/types.hpp"

namespace laggard::math {

/// r x k, c(p, i) = (i + 1)^p: rows (1, 1, ..), (1, 2, ..), (1, 4, ..). A Vandermonde matrix with
/// positive nodes: every square part of it is invertible, so that any k of the k vectors and r
/// combinations give the others. Its condition grows fast with r.
Matrix parity_coefficients(Index k, Index r);

/// How the queries of a group become one parity query.
enum class ParityEncoder {
  kAddition,      ///< sum_i c(p, i) x_i, value by value, so that colour planes line up
  kConcatenation  ///< smaller pictures side by side (k = 2) or in a 2 x 2 grid (k = 4)
};

/// "addition" or "concatenation".
ParityEncoder parity_encoder(const std::string& name);

/// Why such an encoder cannot take these inputs; empty if it can.
std::string parity_conflict(ParityEncoder encoder, Index k, const Shape& input);

/// Parity queries of groups of k consecutive rows (G k x d): G r x d, row g r + p. Concatenation
/// makes r equal rows: there the place of a query in the picture, not a factor, tells it from the
/// others. With addition the factors of p have to be in the query, for F_P(x_1 + x_2) cannot know
/// which of the two is the one to be counted twice.
/// `coefficients` is r x k; no parity_conflict.
Matrix parity_queries(ParityEncoder encoder, const Matrix& coefficients, const Shape& input,
                      MatrixView queries);

/// As many of the received parities as queries are lost, ascending: those that weigh the lost
/// queries most in what they add up, so that the parity models' errors come through least. Greedy:
/// columns c(p, lost) / |c(p)| by QR with pivoting. All parities together, by least squares, would
/// be worse: their models see nearly the same superposition and err alike.
std::vector<Index> choose_parities(const Matrix& coefficients, std::span<const Index> lost,
                                   std::span<const Index> received);

/// The lost ones among the answers y_0 .. y_(k-1) of a group, from the others and from as many
/// parities Y_p = sum_i c(p, i) y_i: an e x e system, e = lost.size() = parities.size(), solved by
/// elimination with pivots. Row i of `answers` (k x m) is y_i; those of `lost` are overwritten.
/// Row p of `parity_answers` (r x m) is Y_p; only those in `parities` are read. O(e k m + e^3).
void solve_lost(const Matrix& coefficients, std::span<const Index> lost,
                std::span<const Index> parities, const Matrix& parity_answers,
                Eigen::Ref<Matrix> answers);

}  // namespace laggard::math
