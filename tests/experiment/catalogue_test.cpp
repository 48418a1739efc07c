// The files that ship with the program against the tables of the program.
#include "experiment/catalogue.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/experiment.hpp"
#include "experiment/kinds.hpp"
#include "places.hpp"

using namespace laggard;

namespace {

const std::filesystem::path kSource = testing::kSourceFolder;

const config::Vocabulary kVocabulary = experiment::kinds().vocabulary();

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("configs/laggard.schema.json is what the reader describes") {
  INFO("after a change: build/release/laggard schema > configs/laggard.schema.json");
  CHECK(content(kSource / "configs/laggard.schema.json") ==
        config::configuration_schema(kVocabulary, kVocabulary.find("approximation")).dump(2) +
            "\n");
}

TEST_CASE("configs/laggard-training.schema.json is what the reader describes") {
  INFO(
      "after a change: build/release/laggard schema training > "
      "configs/laggard-training.schema.json");
  CHECK(content(kSource / "configs/laggard-training.schema.json") ==
        config::configuration_schema(kVocabulary, kVocabulary.find("training")).dump(2) + "\n");
}

TEST_CASE("configs/laggard-serving.schema.json is what the reader describes") {
  INFO(
      "after a change: build/release/laggard schema serving > configs/laggard-serving.schema.json");
  CHECK(content(kSource / "configs/laggard-serving.schema.json") ==
        config::configuration_schema(kVocabulary, kVocabulary.find("serving")).dump(2) + "\n");
}

TEST_CASE("every configuration of experiments/ and configs/ is valid") {
  std::size_t found = 0;
  for (const char* folder : {"configs", "experiments"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kSource / folder)) {
      const std::string name = entry.path().filename().string();
      if (entry.path().extension() != ".json" || name.find("train") == 0 ||
          name.ends_with(".schema.json") || name == "claims.json" || name == "measured.json")
        continue;
      INFO(entry.path().string());
      ++found;
      CHECK_NOTHROW(config::expand(config::read_file(entry.path()), kVocabulary));
    }
  CHECK(found >= 3);
}

TEST_CASE("the default configuration is complete and reads back as itself") {
  for (const config::ExperimentInfo& kind : kVocabulary.experiments) {
    const config::Json once = config::default_configuration(kVocabulary, kind);
    CHECK(config::expand(once, kVocabulary).resolved == once);
  }
}

TEST_CASE("the contract's kinds are there") {
  const auto has = [](std::string_view role_name, std::string_view kind_name) {
    for (const Role& role : experiment::catalogue())
      if (role.name == role_name)
        for (const KindInfo* kind : role.kinds)
          if (kind->name == kind_name) return true;
    return false;
  };
  for (const char* name : {"uncoded", "replication", "lcc", "bacc", "nercc", "letcc"})
    CHECK(has("schemes", name));
  for (const char* name : {"uniform", "gaussian", "idx", "cifar10", "hdf5", "npy"})
    CHECK(has("datasets", name));
  for (const char* name : {"expression", "polynomial"}) CHECK(has("models", name));
  for (const char* name : {"none", "random", "bernoulli", "consecutive", "listed"})
    CHECK(has("stragglers", name));
  for (const char* name : {"none", "constant", "shifted_exponential", "pareto", "weibull",
                           "lognormal", "bimodal", "markov", "trace"})
    CHECK(has("delays", name));
  for (const char* name : {"all", "fastest", "deadline", "relaunch", "any_of"})
    CHECK(has("waits", name));
  for (const char* name : {"equal", "groups", "lognormal", "listed"}) CHECK(has("speeds", name));
  for (const char* name : {"parm", "equal_resources", "approximate_backup", "replication", "coded"})
    CHECK(has("policies", name));
  for (const char* name : {"poisson", "mmpp", "trace"}) CHECK(has("arrivals", name));
  for (const char* name : {"round_trip", "shifted_exponential", "trace"})
    CHECK(has("services", name));
  for (const char* name : {"none", "gaussian", "uniform", "float16", "bfloat16"})
    CHECK(has("noises", name));
}
