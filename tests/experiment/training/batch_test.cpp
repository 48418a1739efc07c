#include "experiment/training/batch.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "data/clusters.hpp"
#include "math/curve_order.hpp"

namespace laggard::training {
namespace {

data::Clusters clusters() {
  data::Clusters::Config config;
  config.classes = 4;
  config.dimension = 3;
  config.rows = 400;
  config.holdout = 80;
  return data::Clusters(config);
}

std::set<double> first_coordinates(const Batch& batch) {
  return {batch.inputs.col(0).begin(), batch.inputs.col(0).end()};
}

Index label_of(const Batch& batch, Index row) {
  Index label = 0;
  batch.targets.row(row).maxCoeff(&label);
  return label;
}

TEST_CASE("A fresh batch has the same rows whatever is made of them", "[batch]") {
  const auto dataset = clusters();
  const BatchSource plain(dataset, 4, 7, 2, false, {8, 4, false, "none"});
  const auto rows = first_coordinates(plain.draw(3));
  CHECK(rows.size() == 32);
  for (const char* ordering : {"none", "class", "path"})
    for (const bool mixes : {false, true})
      CHECK(first_coordinates(
                BatchSource(dataset, 4, 7, 2, false, {4, 8, mixes, ordering}).draw(3)) == rows);
  CHECK(first_coordinates(plain.draw(4)) != rows);
  CHECK(first_coordinates(BatchSource(dataset, 4, 7, 3, false, {8, 4, false, "none"}).draw(3)) !=
        rows);
}

TEST_CASE("Rows that are mixed are of one class but where classes meet", "[batch]") {
  const auto dataset = clusters();
  for (const char* ordering : {"class", "path"}) {
    const Batch batch = BatchSource(dataset, 4, 1, 0, false, {4, 16, true, ordering}).draw(0);
    int mixed = 0;
    for (Index j = 0; j < 16; ++j) {
      std::set<Index> labels;
      for (Index k = 0; k < 4; ++k) labels.insert(label_of(batch, 16 * k + j));
      mixed += labels.size() > 1 ? 1 : 0;
    }
    CHECK(mixed <= 3);
  }
}

TEST_CASE("Rows that do not fill every part are left out of all classes", "[batch]") {
  const auto dataset = clusters();  // 320 rows of four classes, 2 for each of 130 parts
  const BatchSource source(dataset, 4, 1, 0, true, {130, 2, true, "class"});
  const Batch batch = source.draw(0);
  std::set<Index> labels;
  for (Index row = 0; row < batch.targets.rows(); ++row) labels.insert(label_of(batch, row));
  CHECK(labels.size() == 4);
}

TEST_CASE("Sorted rows make parts of one class where rows are not mixed", "[batch]") {
  const auto dataset = clusters();
  const Batch batch = BatchSource(dataset, 4, 1, 0, true, {4, 10, false, "class"}).draw(0);
  for (std::uint32_t part = 0; part < 4; ++part)
    for (Index j = 0; j < 10; ++j) CHECK(label_of(batch, 10 * Index{part} + j) == part);
}

TEST_CASE("A path is shorter than the draw", "[batch]") {
  const auto dataset = clusters();
  const auto length = [&](const char* ordering) {
    const Batch batch = BatchSource(dataset, 4, 1, 0, false, {1, 60, false, ordering}).draw(0);
    std::vector<std::uint32_t> order(60);
    for (std::uint32_t i = 0; i < 60; ++i) order[i] = i;
    Matrix places(60, 7);
    places << batch.inputs, 40.0 * batch.targets;
    return math::path_length(places, order);
  };
  CHECK(length("path") < length("class"));
  CHECK(length("class") < length("none") / 3);
}

TEST_CASE("Rows that were placed once stay in their part", "[batch]") {
  const auto dataset = clusters();
  for (const bool mixes : {false, true}) {
    const BatchSource source(dataset, 4, 1, 0, true, {4, 5, mixes, "none"});
    std::vector<std::set<double>> seen(4);
    for (std::uint32_t step = 0; step < 200; ++step) {
      const Batch batch = source.draw(step);
      CHECK(first_coordinates(batch).size() == 20);
      for (std::uint32_t part = 0; part < 4; ++part)
        for (Index j = 0; j < 5; ++j) seen[part].insert(batch.part_inputs(part)(j, 0));
    }
    std::set<double> all;
    for (const auto& part : seen) {
      CHECK(part.size() == 80);  // 320 rows in 4 parts
      all.insert(part.begin(), part.end());
    }
    CHECK(all.size() == 320);
  }
}

}  // namespace
}  // namespace laggard::training
