// What the steps of a training take on the virtual clock.
#include <catch2/catch.hpp>

#include "experiment/training/trainings.hpp"

namespace laggard::training {
namespace {

using testing::train;
using testing::training_json;
using testing::TrainingStore;

TEST_CASE("Time is that of the answers, with the work where it counts", "[training]") {
  const char* const json = R"json({"schemes": [{"kind": "uncoded"}, {"kind": "replication"},
      {"kind": "replication", "rule": "covered", "label": "covered"}],
      "delay": {"kind": "pareto", "shape": 1.5}, "wait": {"kind": "fastest", "count": 7},
      "stragglers": {"kind": "none"}})json";
  const TrainingStore additive = train(training_json(json));
  // The same seven come first in both, but uncoded gives each a third of the rows.
  CHECK(additive.runs[0].seconds == additive.runs[1].seconds);
  CHECK(additive.runs[2].seconds > additive.runs[1].seconds);
  CHECK(additive.runs[2].uncovered_parts == 0.0);
  CHECK(additive.runs[1].uncovered_parts > 0.0);
  config::Json scaled = config::parse(json, "the test");
  scaled["delay"]["scaling"] = "work";
  const TrainingStore work = train(training_json(scaled.dump()));
  CHECK(work.runs[0].seconds == Approx(4 * additive.runs[0].seconds));
  CHECK(work.runs[1].seconds == Approx(12 * additive.runs[1].seconds));
  scaled["delay"]["scaling"] = "additive";
  scaled["time"] = {{"compute_seconds", 0.5}};
  const TrainingStore compute = train(training_json(scaled.dump()));
  CHECK(compute.runs[0].seconds == Approx(additive.runs[0].seconds + 20 * 4 * 0.5));
  scaled["time"] = {{"codec_flops", 1000.0}};
  const TrainingStore codec = train(training_json(scaled.dump()));
  const double decode = 2.0 * 7 * 84 / 1000.0;  // seven answers of 4 (20 + 1) numbers
  CHECK(codec.runs[0].seconds == Approx(additive.runs[0].seconds + 20 * decode));
  // Encoding goes on while the workers compute, and counts where it takes longer: both products of
  // the encoder, and the distances of 48 rows of 20 + 4 numbers for a path.
  config::Json curve = config::parse(R"json({"schemes": [{"kind": "bacc"},
      {"kind": "bacc", "label": "path", "ordering": "path"}], "time": {"codec_flops": 1000}})json",
                                     "the test");
  const TrainingStore encoded = train(training_json(curve.dump()));
  const double encode = 2.0 * 12 * 4 * 12 * 24, all = 2.0 * 12 * 84;
  CHECK(encoded.runs[0].seconds == Approx(20 * (encode + all) / 1000));
  CHECK(encoded.runs[1].seconds == Approx(20 * (encode + 1.5 * 48 * 48 * 24 + all) / 1000));
  // The first batch must be encoded before anybody computes, the others while the master waits.
  curve["delay"] = {{"kind", "constant"}, {"seconds", 1000}};
  CHECK(train(training_json(curve.dump())).runs[0].seconds ==
        Approx(encode / 1000 + 20 * (1000 + all / 1000)));
}

TEST_CASE("A step takes what a round of its messages takes", "[training][time]") {
  // Without delays, every step is the same round: 12 messages leave the master's link one after
  // the other, each worker computes, and 12 gradients come back over the same link.
  const char* const json = R"json({"schemes": [{"kind": "bacc"}],
      "speeds": {"kind": "listed", "factors": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3]},
      "time": {"compute_seconds": 0.5, "latency_seconds": 0.25, "master_bandwidth": 8000,
               "bandwidth": 16000}})json";
  const double parameters = 4 * (20 + 1), task = 12 * (20 + 4);  // 12 rows of 20 inputs
  const auto step_s = [&](double task_numbers) {
    const double sent = 12 * (parameters + task_numbers) / 1000;
    const double computed = 0.25 + (parameters + task_numbers) / 2000 + 12 * 0.5 * 3;
    return sent + computed + parameters / 2000 + 0.25 + parameters / 1000;
  };
  CHECK(train(training_json(json)).runs[0].seconds == Approx(20 * step_s(task)));
  // Rows that were placed beforehand are named by their numbers.
  config::Json placed = config::parse(json, "the test");
  placed["training"]["layout"] = "static";
  CHECK(train(training_json(placed.dump())).runs[0].seconds == Approx(20 * step_s(12)));
}

TEST_CASE("Decoding every part takes longer than decoding their mean", "[training][time]") {
  const auto seconds = [](const char* decode) {
    return train(training_json(R"json({"schemes": [{"kind": "bacc"}],
        "delay": {"kind": "constant", "seconds": 1000}, "time": {"codec_flops": 1000},
        "training": {"decode": ")json" +
                               std::string(decode) + R"("}})"))
        .runs[0]
        .seconds;
  };
  const double all = 2.0 * 12 * 84 / 1000;  // per step: 12 answers of 84 numbers
  CHECK(seconds("parts") - seconds("mean") == Approx(20 * (4 - 1) * all));
}

TEST_CASE("Waiting for every part goes on where a deadline ends too early, and not longer",
          "[training][time]") {
  // Parts 0 and 1 have workers 0 and 2, and 1 and 3.
  const auto run_of = [](const char* delays, double deadline) {
    config::Json json = config::parse(R"json({"workers": 4, "data_points": 2,
        "schemes": [{"kind": "replication", "rule": "covered"}],
        "training": {"steps": 1}})json",
                                      "the test");
    json["delay"] = {{"kind", "groups"}, {"sizes", {1, 1, 1}}};
    json["delay"]["delays"] = config::parse(delays, "the test");
    json["wait"] = {{"kind", "deadline"}, {"seconds", deadline}};
    return train(training_json(json.dump())).runs[0];
  };
  constexpr const char* kDelays = R"([{"kind": "constant", "seconds": 1},
      {"kind": "constant", "seconds": 2}, {"kind": "constant", "seconds": 4},
      {"kind": "constant", "seconds": 8}])";
  CHECK(run_of(kDelays, 5).seconds == 5.0);  // covered at 2, and worker 2 comes in time
  CHECK(run_of(kDelays, 5).received == 3.0);
  CHECK(run_of(kDelays, 1.5).seconds == 2.0);  // covered later than that
  CHECK(run_of(kDelays, 1.5).received == 2.0);
  CHECK(run_of(kDelays, 9).seconds == 8.0);  // nobody is missing
}

TEST_CASE("A busy worker is late in the next steps, too", "[training][time]") {
  const auto run = [](bool busy) {
    config::Json json = config::parse(R"json({"schemes": [{"kind": "bacc"}],
        "delay": {"kind": "pareto", "shape": 1.1}, "wait": {"kind": "fastest", "count": 10}})json",
                                      "the test");
    json["time"] = {{"busy", busy}};
    return train(training_json(json.dump())).runs[0].seconds;
  };
  CHECK(run(true) > run(false));
}

TEST_CASE("Late tasks of a step are sent again", "[training][time]") {
  const auto seconds = [](const char* wait) {
    config::Json json = config::parse(
        R"json({"schemes": [{"kind": "replication", "rule": "covered"}],
                "delay": {"kind": "pareto", "shape": 1.1, "scaling": "work"}})json",
        "the test");
    json["wait"] = config::parse(wait, "the test");
    return train(training_json(json.dump())).runs[0].seconds;
  };
  CHECK(seconds(R"({"kind": "relaunch", "factor": 1.5})") < seconds(R"({"kind": "all"})"));
}

}  // namespace
}  // namespace laggard::training
