// What a worker does with its block: the model, then the noise.
#pragma once

#include <memory>
#include <string>

#include "config/experiment.hpp"
#include "model/model.hpp"
#include "transport/transport.hpp"

namespace laggard::runtime {

/// The text that tells a worker rank what to compute for a combination: model, noise, seed and
/// input shape. Equal texts mean equal work.
std::string job_text(const config::ExperimentConfig& config, const Shape& input);

/// Builds the worker's function from a job text. Errors: those of the model's factory.
std::unique_ptr<transport::BlockFunction> make_worker(const std::string& job);

}  // namespace laggard::runtime
