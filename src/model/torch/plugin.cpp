// The entry point of laggard_torch.so.

#include <ATen/Parallel.h>
#include <torch/version.h>

#include "model/torch/models.hpp"

extern "C" __attribute__((visibility("default"))) const laggard::model::TorchPlugin*
laggard_torch_plugin() {
  using namespace laggard::model;
  static const TorchPlugin plugin = [] {
    at::set_num_threads(1);
    return TorchPlugin{
        kTorchPluginVersion,   load_script,   make_network_model, make_learner,
        make_gradient_network, export_script, load_code,          [] { return TORCH_VERSION; }};
  }();
  return &plugin;
}
