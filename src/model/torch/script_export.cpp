#include <fmt/format.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/script.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include "model/torch/guard.hpp"
#include "model/torch/models.hpp"
#include "model/torch/network.hpp"
#include "model/torch/tensors.hpp"

namespace laggard::model {
namespace {

/// Members of a TorchScript class have no dots in their names.
std::string member_name(std::string name) {
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

/// Records what the network does with two zero inputs. No layer looks at the size of the batch, so
/// that the graph is good for any.
std::shared_ptr<torch::jit::Graph> trace(Network& network, torch::jit::Module& module) {
  const auto call = [&network](torch::jit::Stack inputs) -> torch::jit::Stack {
    return {network.forward(inputs.front().toTensor())};
  };
  const auto no_names = [](const torch::autograd::Variable&) { return std::string(); };
  return torch::jit::tracer::trace({torch::zeros(batch_extents(2, network.input()))}, call,
                                   no_names, /*strict=*/true,
                                   /*force_outplace=*/false, &module)
      .first->graph;
}

}  // namespace

void export_script(const Weights& weights, const std::string& path) {
  guarded<RunError>(
      fmt::format("cannot export the weights '{}'", weights.source),
      "check the weights and where the file goes", [&] {
        const torch::NoGradGuard no_gradient;
        const NetworkPtr network = make_network(weights.network);
        load_tensors(*network, weights.tensors, weights.source);
        network->eval();
        network->fold();

        torch::jit::Module module("laggard_" + weights.network.architecture);
        for (const auto& parameter : network->named_parameters())
          module.register_parameter(member_name(parameter.key()), parameter.value(), false);
        for (const auto& buffer : network->named_buffers())
          module.register_buffer(member_name(buffer.key()), buffer.value());
        module.register_buffer(kShapeMember, torch::tensor(network->input().extents));
        const c10::QualifiedName name(*module.type()->name(), "forward");
        auto* function =
            module._ivalue()->compilation_unit()->create_function(name, trace(*network, module));
        module.type()->addMethod(function);
        // To memory first: libtorch's own writer ends the process where the disk is full.
        std::ostringstream bytes;
        module.save(bytes);
        std::ofstream file(path, std::ios::binary);
        file << bytes.str() << std::flush;
        if (!file)
          throw RunError(fmt::format("cannot write '{}'", path),
                         std::generic_category().message(errno),
                         "check free space and permissions");
      });
}

}  // namespace laggard::model
