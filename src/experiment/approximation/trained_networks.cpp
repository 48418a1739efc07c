#include "experiment/approximation/trained_networks.hpp"

#include <fmt/format.h>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "math/parity_code.hpp"
#include "model/torch_plugin.hpp"

namespace laggard::approximation {
namespace {

using config::Json;
using model::TaskKind;

/// Which one, if the configuration of the training says so.
std::string trained_for(const std::string& training) {
  const Json config = config::parse_or_discard(training);
  const Json base = config.is_object() ? config.value("/task/base"_json_pointer, Json()) : Json();
  return base.is_string() ? fmt::format(", for '{}'", base.get<std::string>()) : "";
}

}  // namespace

const std::string& TrainedNetworks::base_fingerprint() const {
  if (!fingerprint_)
    fingerprint_ = base_.file.empty() || base_.is_script
                       ? ""
                       : model::fingerprint_of(model::read_weights(base_.file));
  return *fingerprint_;
}

void TrainedNetworks::check(const model::Weights& weights, const model::CodingTask& wanted,
                            const std::string& where) const {
  const auto refuse = [&](const std::string& why) {
    throw DataError(fmt::format("{}: the weights '{}' do not fit", where, weights.source), why,
                    "name other weights, or train them with `laggard train`");
  };
  model::CodingTask made = weights.task;
  // What does not have to agree: what the code was trained with, and how.
  made.loss.clear();
  made.base_fingerprint.clear();
  if (made.kind == TaskKind::kCode) made.encoder.clear();
  if (made != wanted)
    refuse(fmt::format("they are of {}, the scheme wants {}", describe(made), describe(wanted)));
  if (!interchangeable(weights.network.input, input_))
    refuse(fmt::format("they are for inputs of shape {}, the dataset gives {}",
                       model::to_text(weights.network.input), model::to_text(input_)));
  if (weights.task.base_fingerprint != base_fingerprint())
    refuse(fmt::format("they were trained for another model than /model{}",
                       trained_for(weights.origin.config)));
}

Component TrainedNetworks::parity_model(const schemes::ParityRequest& request) const {
  const model::Weights weights =
      named(request.where, [&] { return model::read_weights_head(request.weights); });
  model::CodingTask wanted;
  wanted.kind = TaskKind::kParity;
  wanted.k = request.k;
  wanted.parity = request.parity;
  wanted.encoder = request.encoder;
  const Matrix factors = math::parity_coefficients(Index{request.k}, Index{request.parity} + 1);
  const auto last = factors.row(factors.rows() - 1);
  wanted.coefficients.assign(last.begin(), last.end());
  check(weights, wanted, request.where);

  Json parameters;
  parameters["kind"] = weights.network.architecture;
  parameters["weights"] = request.weights;
  parameters["output"] = "logits";
  parameters["threads"] = base_.threads;
  parameters["device"] = base_.device;
  return config::component_of(parameters, request.where);
}

schemes::CodeNetworks TrainedNetworks::code(const schemes::CodeRequest& request) const {
  const model::Weights weights =
      named(request.where, [&] { return model::read_weights(request.weights); });
  model::CodingTask wanted;
  wanted.kind = TaskKind::kCode;
  wanted.k = request.k;
  wanted.r = request.r;
  check(weights, wanted, request.where);
  const std::shared_ptr<const model::LearnedCode> code = model::torch_plugin().load_code(
      weights, {model::OutputRule::kAsIs, base_.threads, base_.device});
  return {[code](MatrixView queries, MatrixSpan parities) { code->encode(queries, parities); },
          [code](MatrixView outputs, MatrixSpan estimates) { code->decode(outputs, estimates); }};
}

}  // namespace laggard::approximation
