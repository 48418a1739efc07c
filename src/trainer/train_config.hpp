// The configuration of `laggard train`.
#pragma once

#include <cstdint>
#include <string>

#include "config/json.hpp"
#include "core/fields.hpp"
#include "core/table.hpp"
#include "trainer/augmentation.hpp"

namespace laggard::trainer {

struct OptimizerSettings {
  std::string kind = "adam";
  double learning_rate = 1e-3;
  double weight_decay = 0.0;
  double momentum = 0.9;  ///< of SGD

  void fields(Fields& fields);
};

/// Learning rate over the training, as a factor on the optimizer's.
struct ScheduleSettings {
  std::string kind = "constant";
  std::uint32_t step_epochs = 10;  ///< of "step"
  double step_factor = 0.1;        ///< of "step"
  double warmup_epochs = 0.0;      ///< the factor grows linearly from 0 over these

  void fields(Fields& fields);

  /// After `done` of `total` epochs, fractions included.
  double factor(double done, std::uint32_t total) const;

  /// Whether the factor depends on `total`.
  bool looks_ahead() const { return kind == "cosine"; }
};

/// What the network is for. Members that a kind does not use are not looked at.
struct TaskSettings {
  std::string kind = "classifier";  ///< "parity": of ParM, "code": encoder and decoder
  std::string base;                 ///< weights of the deployed model
  std::uint32_t k = 2;              ///< queries of a group
  std::uint32_t r = 1;              ///< parities of a group, of "code"
  std::uint32_t parity = 0;         ///< which parity of a group, of "parity"
  std::string encoder = "addition";
  std::string loss = "mse-base";  ///< of "code"

  void fields(Fields& fields);

  /// Whether the labels of the rows decide about the numbers; codes learn the deployed model's
  /// answers.
  bool needs_labels() const {
    return kind == "classifier" || (kind == "code" && loss == "xent-label");
  }
};

/// The checkpoint of a training that writes its curves to `results`.
inline std::string checkpoint_of(const std::string& results) {
  return results + ".checkpoint";
}

struct TrainConfig {
  std::string name = "training";
  std::uint64_t seed = 1;
  TaskSettings task;
  Component network{"lenet5", "{}", "/network"};
  Component dataset{"idx",
                    R"({"images": "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz"})",
                    "/dataset"};
  Component test{"idx", "{}", "/test"};
  std::uint32_t validation = 5000;  ///< the last training rows
  std::uint32_t epochs = 6;
  std::uint32_t batch = 64;
  std::uint32_t shards = 0;
  std::uint32_t threads = 1;
  std::string device = "cpu";
  OptimizerSettings optimizer;
  ScheduleSettings schedule;
  AugmentationSettings augmentation;
  bool keep_checkpoint = false;  ///< after the last epoch, for --resume with more of them
  std::string weights;
  std::string results;

  void fields(Fields& fields);

  std::string weights_path() const;
  std::string results_path() const;
  /// Beside the results, which are not under version control.
  std::string checkpoint_path() const { return checkpoint_of(results_path()); }
};

/// The tables that a TrainConfig refers to.
Catalogue train_catalogue();

/// Errors: ConfigError.
TrainConfig read_train_config(config::Json document);

/// Every value spelled out.
config::Json resolved(TrainConfig config);

/// A resolved configuration of an older version with the members that it lacks; what is no
/// configuration stays as it is.
std::string completed(const std::string& resolved_config);

/// The JSON Schema of training configurations.
config::Json train_schema();

}  // namespace laggard::trainer
