// The workers of a training: they compute gradients of the step's weights and keep them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/fields.hpp"
#include "core/types.hpp"
#include "transport/transport.hpp"

namespace laggard::training {

/// What a rank has to know before the first step.
struct WorkerJob {
  Component model;
  Shape input;
  Index classes = 0;
  std::vector<Index> task_rows;       ///< of the longest task, by scheme
  std::vector<std::uint32_t> sketch;  ///< coordinates of a gradient that travel with "ready"
};

std::string job_text(const WorkerJob& job);

/// Builds the function of the workers on a rank from a job text. Errors: those of the models'
/// factories.
std::unique_ptr<transport::BlockFunction> make_worker(const std::string& job);

}  // namespace laggard::training
