#include "faults/trace_table.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.hpp"
#include "core/records.hpp"
#include "hdf5/table.hpp"
#include "temporary.hpp"

namespace laggard::faults {
namespace {

using testing::TemporaryDirectory;

WorkerRecord worker(std::uint32_t trial, std::uint32_t number, Seconds arrival_s) {
  WorkerRecord row;
  row.trial = trial;
  row.worker = number;
  row.arrival_s = arrival_s;
  row.status = std::isnan(arrival_s) ? WorkerStatus::kLate : WorkerStatus::kUsed;
  return row;
}

TrialRecord trial(std::uint32_t point, std::uint32_t number, Seconds collect_s) {
  TrialRecord row;
  row.point = point;
  row.trial = number;
  row.collect_s = collect_s;
  return row;
}

TEST_CASE("An answer that never came took longer than its trial was waited for", "[trace]") {
  const TemporaryDirectory directory;
  const bool tells = GENERATE(true, false);
  const auto path = (directory / "r.h5").string();
  {
    hdf5::File file(path, hdf5::Access::kCreate);
    hdf5::write_rows(file, std::vector{worker(0, 0, 0.3), worker(0, 1, kNaN), worker(0, 2, 0.5),
                                       worker(1, 0, kNaN), worker(1, 1, 0.7), worker(1, 2, 0.6),
                                       worker(2, 0, kNaN), worker(2, 1, kNaN), worker(2, 2, kNaN)});
    // Of trial 1, nobody measured it; point 1 is another one.
    if (tells)
      hdf5::write_rows(file, std::vector{trial(0, 0, 1.0), trial(0, 1, kNaN), trial(0, 2, 1.0),
                                         trial(1, 0, 9.0)});
    file.flush();
  }
  const std::vector<Measurement> rows = read_trace_table(path, "/workers", 0);
  REQUIRE(rows.size() == 9);
  CHECK(rows[0].seconds == 0.3);
  CHECK_FALSE(rows[1].answered);
  CHECK(rows[1].seconds == (tells ? 1.0 : 0.5));
  CHECK(rows[3].seconds == 0.7);
  CHECK(rows[8].seconds == (tells ? 1.0 : 0.0));
}

TEST_CASE("A table with a worker and round twice is refused with both rows", "[trace]") {
  const TemporaryDirectory directory;
  const auto path = (directory / "r.h5").string();
  {
    hdf5::File file(path, hdf5::Access::kCreate);
    hdf5::write_rows(file, std::vector{worker(0, 0, 0.3), worker(0, 1, 0.4), worker(0, 0, 0.5)});
    file.flush();
  }
  CHECK_THROWS_AS(read_trace_table(path, "/workers", 0), DataError);
  CHECK_THROWS_WITH(read_trace_table(path, "/workers", 0),
                    Catch::Contains("r.h5:2 (worker 0, round 0 was given in line 0 already)"));
}

}  // namespace
}  // namespace laggard::faults
