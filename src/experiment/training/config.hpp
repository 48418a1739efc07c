// The keys of a training experiment: how fast does a model learn when workers compute its
// gradients?
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/experiment.hpp"
#include "core/fields.hpp"
#include "core/types.hpp"
#include "experiment/cluster.hpp"

namespace laggard::training {

/// How the model is trained.
struct RecipeConfig {
  std::uint32_t steps = 1000;
  std::uint32_t batch = 256;
  std::string optimizer = "sgd";
  double learning_rate = 0.05;
  double momentum = 0.9;
  std::uint32_t evaluate_every = 50;
  std::string layout = "fresh";
  std::string ordering = "class";
  std::string decode = "mean";
  std::string targets = "raw";
  std::uint32_t checkpoint_every = 500;

  void fields(Fields& fields);
};

class Config final : public config::ExperimentConfig, public experiment::ClusterConfig {
 public:
  Config();

  void fields(Fields& fields) override;
  std::uint32_t points() const override { return static_cast<std::uint32_t>(schemes.size()); }
  bool measures_time() const override { return clock == "wall"; }
  void check() const override;

  std::uint32_t data_points = 16;  ///< K
  std::uint32_t workers = 32;      ///< N
  std::uint32_t worker_block = 1;
  Component dataset{"clusters", "{}", "/dataset"};
  Component model{"logistic", "{}", "/model"};
  std::vector<Component> schemes{{"uncoded", "{}", "/schemes/0"},
                                 {"replication", "{}", "/schemes/1"},
                                 {"bacc", "{}", "/schemes/2"}};
  RecipeConfig recipe;
};

}  // namespace laggard::training
