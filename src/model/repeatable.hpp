// Whether a model is a function of one input. Codes rely on it: the truth is computed in one batch,
// the workers' results in others, and every scheme sees results of its own.
#pragma once

#include <string>

#include "core/types.hpp"
#include "model/model.hpp"

namespace laggard::model {

/// Evaluates `inputs` together, together once more, each among copies of itself, and each alone.
/// Errors: DataError that begins with `name` if the outputs differ, and rounding does not explain
/// it.
void require_repeatable(const Model& model, const Matrix& inputs, const std::string& name);

}  // namespace laggard::model
