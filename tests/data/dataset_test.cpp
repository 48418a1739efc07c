#include "data/dataset.hpp"

#include "config/reader.hpp"
#include "files.hpp"

namespace laggard::data {

using namespace test;

namespace {

/// From JSON to the dataset, as the program does it.
std::unique_ptr<Dataset> dataset_of(const std::string& json) {
  const Catalogue catalogue{role("datasets", "dataset", datasets())};
  const Component component =
      config::read_component(config::parse(json, "test"), "/dataset", catalogue, "datasets");
  return config::make(datasets(), component);
}

}  // namespace

TEST_CASE("the table has every kind of the contract", "[dataset]") {
  std::vector<std::string> names;
  for (const DatasetKind& kind : datasets()) {
    names.emplace_back(kind.name);
    CHECK(!kind.summary.empty());
  }
  CHECK(names == std::vector<std::string>{"uniform", "gaussian", "idx", "cifar10", "hdf5", "npy"});
}

TEST_CASE("file datasets are made from their JSON", "[dataset]") {
  const TemporaryDirectory directory;
  const std::string path = directory.write("i", idx({4, 2, 2}, Bytes(16, 51)));
  const auto dataset = dataset_of("{\"kind\": \"idx\", \"images\": \"" + path +
                                  "\", \"labels\": \"\", \"holdout\": 1}");
  CHECK(dataset->rows(Part::kTrials) == 3U);
  CHECK(dataset->shape() == Shape{{1, 2, 2}});
  Stream stream({1, Purpose::kData, 0, 0});
  CHECK((dataset->draw(stream, 2, Part::kTrials).inputs.array() == 0.2).all());
}

TEST_CASE("mistakes in the JSON of a dataset name its pointer", "[dataset]") {
  CHECK_SAYS(message_of<ConfigError>([] { dataset_of(R"({"kind": "cifar10", "file": "a"})"); }),
             {"/dataset/file", "files"});
  CHECK_SAYS(message_of<ConfigError>([] { dataset_of(R"({"kind": "idx", "holdout": -1})"); }),
             {"/dataset/holdout"});
  CHECK_SAYS(message_of<ConfigError>([] { dataset_of(R"({"kind": "npy"})"); }),
             {"/dataset/inputs is missing"});
}

}  // namespace laggard::data
