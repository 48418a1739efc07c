// The numbers that a real server sends around: queries, coded queries, and what became of them.
#pragma once

#include <span>
#include <vector>

#include "data/dataset.hpp"
#include "experiment/serving/latency.hpp"
#include "experiment/serving/policy.hpp"

namespace laggard::serving {

/// Of one trial. Coded queries are weighted sums of the queries of a group, value by value; the
/// answers that lack are solved for, as in ParM: see math/parity_code.hpp. A batch of several
/// queries is coded row by row.
class Predictions {
 public:
  /// `sample` must outlive it; query q is its row q mod rows.
  Predictions(const data::Sample& sample, std::uint32_t queries, std::uint32_t batch,
              const JobCounts& jobs, Index outputs);

  /// What an instance gets for a task: a row for each query of the batch.
  Matrix inputs(const Task& task) const;
  /// What it answered.
  void take(const Task& task, const Matrix& results);
  /// The batch gets a substitute now, from the answers that are there. False if they do not suffice
  /// to solve for it: then it has no numbers.
  bool substitute(Batch batch);

  /// Share of the answers that have their query's label, of the queries from number `first` on; NaN
  /// without labels or with numbers missing.
  double accuracy(std::span<const std::uint8_t> substituted, std::uint32_t first) const;

 private:
  std::uint32_t rows_of_batch(Batch batch) const;
  /// substitute() in a coding group.
  bool reconstruct(Batch batch);

  const data::Sample& sample_;
  std::uint32_t queries_, batch_, batches_;
  JobCounts jobs_;
  Matrix coefficients_;          // of coded queries, a row for each task of a group
  Matrix proper_, substitutes_;  // by query; NaN where there is none
  std::vector<Matrix> coded_;    // by task of a group; a row for each query of its batch
  std::vector<char> proper_there_, coded_there_;  // by batch, by task
};

}  // namespace laggard::serving
