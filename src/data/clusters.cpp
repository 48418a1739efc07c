#include "data/clusters.hpp"

#include <cmath>

#include "core/random.hpp"

namespace laggard::data {

void Clusters::Config::fields(Fields& fields) {
  fields.integer({"classes", "number of clusters, each a class"}, classes, 2, 100'000);
  fields.integer({"dimension", "d, coordinates of one input"}, dimension, 1, 1'000'000);
  fields.integer({"rows", "number of points"}, rows, 1);
  fields.integer({"holdout", "the last points, kept for tuning, or for the test of a training"},
                 holdout);
  fields.number({"separation", "distance of the centres, in units of the spread of a class"},
                separation, kNonNegative);
  fields.integer({"seed", "of the centres and the points"}, seed);
}

namespace {

Rows points_of(const Clusters::Config& config) {
  Stream stream({config.seed, Purpose::kModel, 0, 0});
  const double spread = 1.0 / std::sqrt(config.dimension);
  Matrix centres(config.classes, config.dimension);
  fill_standard_normal(stream, {centres.data(), static_cast<std::size_t>(centres.size())});
  std::vector<double> values(std::size_t{config.rows} * config.dimension);
  fill_standard_normal(stream, values);
  Rows rows{"clusters", {{config.dimension}}, config.rows, {}, {}};
  for (std::uint32_t i = 0; i < config.rows; ++i) {
    const std::uint32_t label = i % config.classes;
    rows.labels.push_back(static_cast<std::int32_t>(label));
    for (std::uint32_t j = 0; j < config.dimension; ++j) {
      double& value = values[std::size_t{i} * config.dimension + j];
      value = spread * (value + config.separation * centres(label, j));
    }
  }
  rows.values = std::move(values);
  return rows;
}

}  // namespace

Clusters::Clusters(const Config& config, const std::string& where)
    : FiniteDataset(points_of(config), {config.holdout, 0, {0.0, "none"}}, where) {}

}  // namespace laggard::data
