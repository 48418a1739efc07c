// What instances compute on the wall clock: queries from a dataset, through the deployed model,
// through parity models and through cheaper ones.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "experiment/serving/config.hpp"
#include "transport/transport.hpp"

namespace laggard::serving {

/// The models of a configuration and the queries of its trials.
class Deployment {
 public:
  /// Loads the dataset and the models, so that what is wrong with them is said before the run.
  /// Errors: ConfigError, DataError.
  explicit Deployment(const Config& config);

  Index outputs() const { return outputs_; }
  Index width() const { return dataset_->shape().size(); }
  const Shape& input() const { return input_; }
  /// Queries of a trial that differ; the others are those again, in the same order.
  std::uint32_t distinct_queries() const { return distinct_; }
  data::Sample queries(std::uint32_t trial) const;
  /// The function that a task of a policy goes through, as blocks name it: 0 is the deployed model.
  std::uint32_t function_of(std::size_t policy, const Task& task) const;
  /// The text for make_worker().
  const std::string& job() const { return job_; }

 private:
  std::uint64_t seed_;
  std::shared_ptr<const data::Dataset> dataset_;
  Shape input_;
  Index outputs_ = 0;
  std::uint32_t distinct_ = 0;
  std::vector<std::vector<std::uint32_t>> coded_;  // functions of the coded tasks, by policy
  std::vector<std::uint32_t> cheaper_;  // the function of the copies after the first, by policy
  std::string job_;
};

/// The models on a rank. Errors: those of the models' factories.
std::unique_ptr<transport::BlockFunction> make_worker(const std::string& job);

}  // namespace laggard::serving
