// ParM and a learned code from training to result file, through the program.
#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "hdf5/file.hpp"
#include "mpirun.hpp"
#include "results.hpp"

namespace laggard {
namespace {

using testing::count;
using testing::mpirun;
using testing::Outcome;
using testing::TemporaryDirectory;

/// 160 images of 12x12 in three classes, of which trials take 40, and trained networks.
class Workshop {
 public:
  Workshop() {
    hdf5::File file(directory_ / "images.h5", hdf5::Access::kCreate);
    std::vector<float> images;
    std::vector<std::uint32_t> labels;
    Stream stream({1, Purpose::kData, 0, 0});
    for (std::uint32_t row = 0; row < 160; ++row) {
      labels.push_back(row % 3);
      for (std::uint32_t pixel = 0; pixel < 144; ++pixel)
        images.push_back(
            static_cast<float>(0.5 * uniform01(stream) + (pixel / 48 == row % 3 ? 0.3 : 0.0)));
    }
    const std::vector<std::uint64_t> extents{160, 1, 12, 12};
    file.write("images", images, extents);
    file.write("labels", labels);
  }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::string dataset() const {
    return R"({"kind": "hdf5", "file": ")" + path("images.h5") +
           R"(", "inputs": "/images", "labels": "/labels", "holdout": 120})";
  }

  /// Trains NAME.h5 for a task.
  void train(const std::string& name, const std::string& task) const {
    const bool code = task.find("code") != std::string::npos;
    const auto config = directory_.write(
        name + ".json",
        R"({"name": ")" + name + "\", " +
            (code ? "" : R"("network": {"kind": "mlp", "hidden": [12]}, )") + R"("dataset": )" +
            dataset() + R"(, "test": )" + dataset() + R"(, "task": )" + task +
            R"(, "validation": 20, "epochs": 4, "batch": 10, "weights": ")" + path(name + ".h5") +
            R"(", "results": ")" + path("c-" + name + ".h5") + "\"}");
    const Outcome outcome = testing::laggard({"train", config.string(), "-q"});
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
  }

  std::string experiment(const std::string& schemes, const std::string& output = "logits") const {
    return directory_
        .write("run.json", R"({"data_points": 8, "workers": 16, "worker_block": 3, "trials": 3,
        "dataset": )" + dataset() +
                               R"(, "model": {"kind": "mlp", "weights": ")" + path("base.h5") +
                               R"(", "output": ")" + output + R"("},
        "schemes": )" + schemes +
                               R"(, "noise": {"kind": "gaussian", "sigma": 1e-3},
        "stragglers": {"kind": "periodic", "period": 3, "workers": [0]},
        "sweep": {"/stragglers/workers": [[0], [1]]}})")
        .string();
  }

  /// The message of a run that is refused.
  std::string refused(const std::string& schemes, const std::string& output = "logits") const {
    const Outcome outcome = testing::laggard({"check", experiment(schemes, output)});
    CHECK(outcome.code != 0);
    return outcome.err;
  }

 private:
  TemporaryDirectory directory_;
};

TEST_CASE("ParM and a learned code have the same trials on any number of ranks",
          "[mpirun][coding]") {
  const Workshop workshop;
  workshop.train("base", "{}");
  const std::string base = R"("base": ")" + workshop.path("base.h5") + "\"";
  workshop.train("p0", R"({"kind": "parity", )" + base + "}");
  workshop.train("p1", R"({"kind": "parity", "parity": 1, )" + base + "}");
  workshop.train("code", R"({"kind": "code", "encoder": "mlp", )" + base + "}");
  const auto weights = [&](const std::string& name) { return "\"" + workshop.path(name) + "\""; };
  const std::string schemes =
      R"([{"kind": "uncoded"}, {"kind": "parm", "label": "r1", "parity": [)" + weights("p0.h5") +
      R"(]}, {"kind": "parm", "label": "r2", "r": 2, "parity": [)" + weights("p0.h5") + ", " +
      weights("p1.h5") + R"(]}, {"kind": "learned", "weights": )" + weights("code.h5") + "}]";
  const std::string config = workshop.experiment(schemes);

  const auto trials = [&](int ranks) {
    const std::string output = workshop.path("r" + std::to_string(ranks) + ".h5");
    const std::vector<std::string> arguments{"run", config, "-q", "-o", output};
    const Outcome outcome = ranks == 0 ? testing::laggard(arguments) : mpirun(ranks, arguments);
    CAPTURE(ranks, outcome.err);
    REQUIRE(outcome.code == 0);
    return testing::sorted_trials(output);
  };
  const auto expected = trials(0);
  REQUIRE(expected.size() == 2 * 4 * 3);
  for (const int ranks : {2, 4}) CHECK(trials(ranks) == expected);

  for (const TrialRecord& row : testing::trials_of(workshop.path("r0.h5"))) {
    const bool coded = row.point % 4 == 1 || row.point % 4 == 3;  // groups of 3: one query of each
    if (coded) {
      CHECK(row.reconstructed == 4);
      CHECK(row.unavailable == 0);
      CHECK(row.degraded_accuracy >= 0.0);
      CHECK(row.reconstruction_accuracy >= 0.0);
    }
    if (row.point % 4 == 0) CHECK(std::isnan(row.degraded_accuracy));
  }
  const Outcome plan = testing::laggard({"train", workshop.path("code.json"), "--check"});
  CHECK(count(plan.out, " groups of 2, ") == 1);

  const Outcome summary =
      testing::laggard({"summary", workshop.path("r0.h5"), "--unavailability", "0.25"});
  CHECK(count(summary.out, "Ao(0.25)") == 1);
  CHECK(count(summary.out, "reconstructed queries, over all positions") == 1);

  // Weights of another code, or for another model, are refused.
  CHECK(
      count(workshop.refused(R"([{"kind": "parm", "k": 4, "parity": [)" + weights("p0.h5") + "]}]"),
            "/schemes/0/parity/0: the weights") == 1);
  CHECK(count(workshop.refused(R"([{"kind": "parm", "parity": [)" + weights("p1.h5") + "]}]"),
              "a parity model for parity 1 of k = 2") == 1);
  CHECK(count(workshop.refused(R"([{"kind": "parm", "parity": [)" + weights("base.h5") + "]}]"),
              "they are of a classifier") == 1);
  CHECK(count(workshop.refused(R"([{"kind": "parm", "parity": ["none.h5"]}])"),
              "/schemes/0/parity/0: cannot read 'none.h5' (there is no such file)") == 1);
  CHECK(count(workshop.refused(R"([{"kind": "learned", "k": 4, "weights": )" + weights("code.h5") +
                               "}]"),
              "they are of a code of k = 2, r = 1, the scheme wants a code of k = 4, r = 1") == 1);
  CHECK(count(workshop.refused(R"([{"kind": "parm", "parity": [)" + weights("p0.h5") + "]}]",
                               "softmax"),
              "/model/output is \"softmax\"") == 1);
  const Outcome swapped =
      testing::laggard({"check", config, "--set", "/model/weights=" + workshop.path("p0.h5")});
  CHECK(swapped.code == 3);
  CHECK(count(swapped.err,
              "they are of a parity model for parity 0 of k = 2, addition, a model is a "
              "classifier") == 1);
  REQUIRE(workshop.experiment(schemes) == config);
  workshop.train("base", R"({"k": 3})");  // the same network: other settings of a classifier
  CHECK(testing::laggard({"check", config}).code == 0);
  REQUIRE(testing::laggard(
              {"train", workshop.path("base.json"), "-q", "--overwrite", "--set", "/seed=2"})
              .code == 0);
  CHECK(count(testing::laggard({"check", config}).err,
              "they were trained for another model than /model, for '") == 1);
}

}  // namespace
}  // namespace laggard
