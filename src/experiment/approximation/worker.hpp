// What a worker does with its block: the model, then the noise.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "experiment/approximation/setup.hpp"
#include "model/model.hpp"
#include "transport/transport.hpp"

namespace laggard::approximation {

/// The text that tells a worker rank what to compute for a combination: model, noise, seed, input
/// shape, a delay that slows ranks down in earnest, and the functions of the schemes (`points`)
/// whose workers do not all compute the model. Equal texts mean equal work.
std::string job_text(const Setup& setup, std::span<const ActivePoint> points = {});

/// Builds the function of the workers on a rank from a job text. Errors: those of the models'
/// factories; DataError naming the scheme if a function of its own has another number of outputs
/// than the model.
std::unique_ptr<transport::BlockFunction> make_worker(const std::string& job,
                                                      std::uint32_t rank = 0);

}  // namespace laggard::approximation
