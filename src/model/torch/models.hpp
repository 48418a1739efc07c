// The objects behind the plugin's function pointers; see ../torch_plugin.hpp for their meaning.
#pragma once

#include "model/torch_plugin.hpp"

namespace laggard::model {

/// Member of an exported module with the shape of one input: what normalises by channel would
/// accept inputs with another number of channels.
inline constexpr const char* kShapeMember = "laggard_input_shape";

std::unique_ptr<Model> load_script(const std::string& path, const ModelSettings& settings,
                                   const Shape& input);
std::unique_ptr<Model> make_network_model(const Weights& weights, const ModelSettings& settings);
std::unique_ptr<Learner> make_learner(const LearnerConfig& config);
std::unique_ptr<LearnedCode> load_code(const Weights& weights, const ModelSettings& settings);
std::unique_ptr<GradientModel> make_gradient_network(const NetworkSpec& spec);
void export_script(const Weights& weights, const std::string& path);

}  // namespace laggard::model
