// The workers of a training: they compute gradients of the step's weights and keep them.
#pragma once

#include <memory>
#include <string>

#include "experiment/training/setup.hpp"
#include "transport/transport.hpp"

namespace laggard::training {

/// What the ranks have to know before the first step.
std::string job_text(const Setup& setup);

/// Builds the function of the workers on a rank from a job text. Errors: those of the models'
/// factories.
std::unique_ptr<transport::BlockFunction> make_worker(const std::string& job, std::uint32_t rank);

}  // namespace laggard::training
