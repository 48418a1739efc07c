#include "runtime/unit_records.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "experiment.hpp"

namespace laggard::runtime {
namespace {

TEST_CASE("records arrive as they were packed", "[groups]") {
  RecordPacker packer;
  const Matrix inputs = Matrix::Random(3, 4), truth = Matrix::Random(3, 2),
               decoded = Matrix::Random(3, 2);
  const std::vector<WorkerId> lost{1, 5}, used{0, 2, 3};
  TrialRecord trial;
  trial.point = 4;
  trial.trial = 17;
  trial.mse = 0.25;
  packer.add(PredictionRecord{4, 17, inputs, truth, decoded, nullptr, Shape{{2, 2}}, lost, used});
  packer.add(trial, TimingRecord{4, 17, 0.1, 0.2, 0.3, 0.4, 0.5});
  WorkerRecord worker;
  worker.worker = 9;
  packer.add(std::vector<WorkerRecord>{worker, worker});
  packer.add(FailureRecord{4, 17, 3, 1.5});

  testing::MemorySink sink;
  const std::string bytes = packer.take();
  const Unpacked found = unpack_records(bytes, sink);
  CHECK(found.trials == 1);
  CHECK(found.failures == 1);
  REQUIRE(sink.trials.size() == 1);
  CHECK(sink.trials[0].trial == 17);
  CHECK(sink.trials[0].mse == 0.25);
  CHECK(sink.workers.size() == 2);
  CHECK(sink.workers[1].worker == 9);
  CHECK(sink.failures[0].noticed_s == 1.5);
  CHECK(sink.decoded[{4, 17}] == decoded);
  CHECK(sink.inputs[{4, 17}] == inputs);
  CHECK(sink.lost[{4, 17}] == lost);
  CHECK(sink.used[{4, 17}] == used);
  CHECK(packer.take().empty());
  CHECK_THROWS_AS(unpack_records(bytes.substr(0, bytes.size() - 1), sink), std::logic_error);
}

TEST_CASE("the packer has the points that the file has", "[groups]") {
  RecordPacker packer;
  packer.set_finished({2, 3});
  CHECK(packer.has(3, 0));
  CHECK_FALSE(packer.has(1, 0));
}

}  // namespace
}  // namespace laggard::runtime
