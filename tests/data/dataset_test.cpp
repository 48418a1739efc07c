#include "data/dataset.hpp"

#include "config/reader.hpp"
#include "files.hpp"

namespace laggard::data {

using namespace test;

namespace {

/// From JSON to the dataset, as the program does it.
std::unique_ptr<Dataset> dataset_of(const std::string& json, const char* where = "/dataset") {
  const Catalogue catalogue{role("datasets", "dataset", datasets())};
  const Component component =
      config::read_component(config::parse(json, "test"), where, catalogue, "datasets");
  return config::make(datasets(), component, component.where);
}

}  // namespace

TEST_CASE("the table has every kind of the contract", "[dataset]") {
  std::vector<std::string> names;
  for (const DatasetKind& kind : datasets()) {
    names.emplace_back(kind.name);
    CHECK(!kind.summary.empty());
  }
  CHECK(names == std::vector<std::string>{"uniform", "gaussian", "clusters", "idx", "cifar10",
                                          "hdf5", "npy"});
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

TEST_CASE("mistakes in one of several datasets name that one", "[dataset]") {
  const TemporaryDirectory directory;
  const std::string images = directory.write("i", idx({4, 2, 2}, Bytes(16, 51)));
  const std::string of_images = R"({"kind": "idx", "images": ")" + images + "\"";
  const auto refusal = [](const std::string& json) {
    try {
      dataset_of(json, "/test");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  for (const std::string& json :
       {std::string(R"({"kind": "uniform", "low": 3, "high": 1})"),
        std::string(R"({"kind": "cifar10", "files": []})"),
        std::string(R"({"kind": "cifar10", "files": [")" + images + R"(", ")" + images + "\"]}"),
        std::string(R"({"kind": "npy"})"), std::string(R"({"kind": "hdf5"})"),
        std::string(R"({"kind": "idx", "images": ""})"), of_images + "}",
        of_images + R"(, "labels": "", "limit": 5})",
        of_images + R"(, "labels": "", "holdout": 4})",
        of_images + R"(, "labels": ")" + images + "\"}"}) {
    CAPTURE(json);
    CHECK_THAT(refusal(json), Catch::Contains("/test/") && !Catch::Contains("/dataset"));
  }
}

TEST_CASE("images are scaled by 255 unless the configuration says otherwise", "[dataset]") {
  const TemporaryDirectory directory;
  const std::string path = directory.write("i", idx({1, 2, 2}, Bytes(4, 51)));
  const auto value = [&](const std::string& more) {
    const auto dataset =
        dataset_of(R"({"kind": "idx", "images": ")" + path + R"(", "labels": "")" + more + "}");
    Stream stream({1, Purpose::kData, 0, 0});
    return dataset->draw(stream, 1, Part::kTrials).inputs(0, 0);
  };
  CHECK(value("") == 0.2);
  CHECK(value(R"(, "scale": "none")") == 51.0);
  CHECK(value(R"(, "scale": 102)") == 0.5);
  CHECK_SAYS(message_of<ConfigError>([&] { value(R"(, "scale": 0)"); }), {"/dataset/scale"});
  CHECK_SAYS(message_of<ConfigError>([&] { value(R"(, "scale": "half")"); }), {"/dataset/scale"});
}

}  // namespace laggard::data
