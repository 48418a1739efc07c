// What a worker does with its block: the model, then the noise.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "config/experiment.hpp"
#include "model/model.hpp"
#include "runtime/setup.hpp"
#include "transport/transport.hpp"

namespace laggard::runtime {

/// The text that tells a worker rank what to compute for a combination: model, noise, seed, input
/// shape, a delay that slows ranks down in earnest, and the functions of the schemes (`points`)
/// whose workers do not all compute the model. Equal texts mean equal work.
std::string job_text(const config::ExperimentConfig& config, const Shape& input,
                     std::span<const ActivePoint> points = {});

/// Builds the worker's function from a job text. Errors: those of the models' factories; DataError
/// naming the scheme if a function of its own has another number of outputs than the model.
std::unique_ptr<transport::BlockFunction> make_worker(const std::string& job);

/// The same for workers on this rank.
transport::BlockFunctionFactory worker_factory(std::uint32_t rank);

}  // namespace laggard::runtime
