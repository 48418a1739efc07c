#include "round/worker_ledger.hpp"

#include <catch2/catch.hpp>

namespace laggard::round {
namespace {

TEST_CASE("rows that wait for late answers are handed over before they are too many", "[wall]") {
  std::vector<std::uint32_t> written;
  WorkerLedger ledger(
      [&](const std::vector<WorkerRecord>& rows) { written.push_back(rows[0].trial); }, 5);
  for (std::uint32_t trial = 0; trial < 4; ++trial) {
    std::vector<WorkerRecord> rows(2);
    for (WorkerRecord& row : rows) row.trial = trial;
    rows[1].status = WorkerStatus::kLate;
    ledger.add({trial, rows, 0.0});
  }
  CHECK(written == std::vector<std::uint32_t>{0, 1});
  ledger.late({{0, 0, 1, 1}, 0.01}, 1.0);  // too late for its row
  ledger.late({{2, 2, 1, 1}, 0.01}, 1.0);
  CHECK(written == std::vector<std::uint32_t>{0, 1, 2});
  ledger.close();
  CHECK(written == std::vector<std::uint32_t>{0, 1, 2, 3});
}

TEST_CASE("a late answer has its time since its own round began", "[wall]") {
  std::vector<WorkerRecord> written;
  WorkerLedger ledger([&](const std::vector<WorkerRecord>& rows) { written = rows; });
  WorkerRecord late;
  late.status = WorkerStatus::kLate;
  ledger.add({7, {late}, 1.5});
  ledger.late({{0, 7, 0, 1}, 0.25}, 4.0);
  REQUIRE(written.size() == 1);
  CHECK(written[0].arrival_s == 2.5);
  CHECK(written[0].compute_s == 0.25);
  CHECK(written[0].status == WorkerStatus::kLate);
}

TEST_CASE("an answer that died with its rank after the cut has failed, too", "[wall][failures]") {
  std::vector<WorkerRecord> written;
  WorkerLedger ledger([&](const std::vector<WorkerRecord>& rows) { written = rows; });
  WorkerRecord used, late, other;
  used.rank = late.rank = 2;
  used.arrival_s = 0.1;
  late.status = other.status = WorkerStatus::kLate;
  other.rank = 1;
  ledger.add({0, {used, late, other}, 0.0});
  ledger.fail(2);
  CHECK(written.empty());  // the other one may still come
  ledger.late({{0, 0, 2, 1}, 0.01}, 1.0);
  REQUIRE(written.size() == 3);
  CHECK(written[0].status == WorkerStatus::kUsed);
  CHECK(written[1].status == WorkerStatus::kFailed);
  CHECK(written[2].status == WorkerStatus::kLate);
}

}  // namespace
}  // namespace laggard::round
