#include "sweep/unit_records.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "experiment.hpp"

namespace laggard::sweep {
namespace {

struct Stranger {
  static constexpr std::string_view kTable = "/nobody";
  static std::vector<Column> columns() { return {column<Stranger>("x", &Stranger::x, "")}; }
  double x = 0.0;
};

TEST_CASE("records arrive as they were packed", "[groups]") {
  const Layout layout =
      testing::sweep_of(R"({"output": {"workers": true, "predictions": true}})").layout();
  RecordPacker packer;
  packer.set_layout(layout);
  const Matrix inputs = Matrix::Random(3, 4), decoded = Matrix::Random(3, 2);
  const std::vector<WorkerId> lost{1, 5};
  TrialRecord trial;
  trial.point = 4;
  trial.trial = 17;
  trial.mse = 0.25;
  packer.add(
      Arrays{"/predictions", 4, 17, {{"inputs", inputs}, {"decoded", decoded}, {"lost", lost}}});
  packer.add_row(TimingRecord{4, 17, 0.1, 0.2, 0.3, 0.4, 0.5});
  packer.add_row(trial);
  WorkerRecord worker;
  worker.worker = 9;
  packer.add_rows(std::vector<WorkerRecord>{worker, worker});
  packer.add_row(FailureRecord{4, 17, 3, 1.5});
  packer.add_row(Stranger{});  // not in the layout

  testing::MemoryStore sink;
  const std::string bytes = packer.take();
  const Unpacked found = unpack_records(bytes, layout, sink);
  CHECK(found.units == 1);
  CHECK(found.entries == 1);
  REQUIRE(sink.trials.size() == 1);
  CHECK(sink.trials[0].trial == 17);
  CHECK(sink.trials[0].mse == 0.25);
  CHECK(sink.workers.size() == 2);
  CHECK(sink.workers[1].worker == 9);
  CHECK(sink.failures[0].noticed_s == 1.5);
  CHECK(sink.decoded[{4, 17}] == decoded);
  CHECK(sink.inputs[{4, 17}] == inputs);
  CHECK(sink.lost[{4, 17}] == lost);
  CHECK(packer.take().empty());
  CHECK_THROWS_AS(unpack_records(bytes.substr(0, bytes.size() - 1), layout, sink),
                  std::logic_error);
}

}  // namespace
}  // namespace laggard::sweep
