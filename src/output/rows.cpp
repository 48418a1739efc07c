#include "output/rows.hpp"

#include <cstddef>

namespace laggard::output {

using hdf5::Column;
using hdf5::Scalar;

namespace {

constexpr const char* kSeconds = "s";

}  // namespace

// The records are standard-layout or derive from one without members of their own, so that offsetof
// is what compilers make of it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

std::vector<Column> PointRow::columns() {
  return {{"point", offsetof(PointRow, point), Scalar::kU32, ""},
          {"scheme", offsetof(PointRow, scheme), Scalar::kText, ""},
          {"workers", offsetof(PointRow, workers), Scalar::kU32, ""},
          {"data_points", offsetof(PointRow, data_points), Scalar::kU32, ""},
          {"stragglers", offsetof(PointRow, stragglers), Scalar::kU32, ""},
          {"noise_sigma", offsetof(PointRow, noise_sigma), Scalar::kF64, ""},
          {"parameters", offsetof(PointRow, parameters), Scalar::kText, ""},
          {"skipped", offsetof(PointRow, skipped), Scalar::kText, ""},
          {"mean_stragglers", offsetof(PointRow, mean_stragglers), Scalar::kF64, ""},
          {"outputs", offsetof(PointRow, outputs), Scalar::kU32, ""}};
}

std::vector<Column> TrialRow::columns() {
  return {
      {"point", offsetof(TrialRow, point), Scalar::kU32, ""},
      {"trial", offsetof(TrialRow, trial), Scalar::kU32, ""},
      {"received", offsetof(TrialRow, received), Scalar::kU32, ""},
      {"mse", offsetof(TrialRow, mse), Scalar::kF64, ""},
      {"max_error", offsetof(TrialRow, max_error), Scalar::kF64, ""},
      {"relative_error", offsetof(TrialRow, relative_error), Scalar::kF64, ""},
      {"accuracy", offsetof(TrialRow, accuracy), Scalar::kF64, ""},
      {"base_accuracy", offsetof(TrialRow, base_accuracy), Scalar::kF64, ""},
      {"agreement", offsetof(TrialRow, agreement), Scalar::kF64, ""},
      {"lambda_encode", offsetof(TrialRow, lambda_encode), Scalar::kF64, ""},
      {"lambda_decode", offsetof(TrialRow, lambda_decode), Scalar::kF64, ""},
      {"encode_seconds", offsetof(TrialRow, encode_s), Scalar::kF64, kSeconds},
      {"compute_seconds", offsetof(TrialRow, compute_s), Scalar::kF64, kSeconds},
      {"collect_seconds", offsetof(TrialRow, collect_s), Scalar::kF64, kSeconds},
      {"decode_seconds", offsetof(TrialRow, decode_s), Scalar::kF64, kSeconds},
      {"completion_seconds", offsetof(TrialRow, completion_s), Scalar::kF64, kSeconds},
      {"unavailable", offsetof(TrialRow, unavailable), Scalar::kU32, ""},
      {"nonfinite", offsetof(TrialRow, nonfinite), Scalar::kU32, ""},
      {"path_ratio", offsetof(TrialRow, path_ratio), Scalar::kF64, ""},
      {"reconstructed", offsetof(TrialRow, reconstructed), Scalar::kU32, ""},
      {"degraded_accuracy", offsetof(TrialRow, degraded_accuracy), Scalar::kF64, ""},
      {"reconstruction_accuracy", offsetof(TrialRow, reconstruction_accuracy), Scalar::kF64, ""}};
}

std::vector<Column> TimingRow::columns() {
  return {{"point", offsetof(TimingRow, point), Scalar::kU32, ""},
          {"trial", offsetof(TimingRow, trial), Scalar::kU32, ""},
          {"order_seconds", offsetof(TimingRow, order_s), Scalar::kF64, kSeconds},
          {"encode_seconds", offsetof(TimingRow, encode_s), Scalar::kF64, kSeconds},
          {"compute_seconds", offsetof(TimingRow, compute_s), Scalar::kF64, kSeconds},
          {"collect_seconds", offsetof(TimingRow, collect_s), Scalar::kF64, kSeconds},
          {"decode_seconds", offsetof(TimingRow, decode_s), Scalar::kF64, kSeconds}};
}

std::vector<Column> WorkerRow::columns() {
  return {
      {"point", offsetof(WorkerRow, point), Scalar::kU32, ""},
      {"trial", offsetof(WorkerRow, trial), Scalar::kU32, ""},
      {"worker", offsetof(WorkerRow, worker), Scalar::kU32, ""},
      {"rank", offsetof(WorkerRow, rank), Scalar::kU32, ""},
      {"delay_seconds", offsetof(WorkerRow, delay_s), Scalar::kF64, kSeconds},
      {"compute_seconds", offsetof(WorkerRow, compute_s), Scalar::kF64, kSeconds},
      {"arrival_seconds", offsetof(WorkerRow, arrival_s), Scalar::kF64, kSeconds},
      {"status", offsetof(WorkerRow, status), Scalar::kU8, "", {"used", "late", "lost", "failed"}}};
}

std::vector<Column> FailureRow::columns() {
  return {{"point", offsetof(FailureRow, point), Scalar::kU32, ""},
          {"trial", offsetof(FailureRow, trial), Scalar::kU32, ""},
          {"rank", offsetof(FailureRow, rank), Scalar::kU32, ""},
          {"noticed_seconds", offsetof(FailureRow, noticed_s), Scalar::kF64, kSeconds}};
}

std::vector<Column> SummaryRow::columns() {
  return {
      {"point", offsetof(SummaryRow, point), Scalar::kU32, ""},
      {"trials", offsetof(SummaryRow, trials), Scalar::kU32, ""},
      {"nonfinite_trials", offsetof(SummaryRow, nonfinite_trials), Scalar::kU32, ""},
      {"mse_mean", offsetof(SummaryRow, mse_mean), Scalar::kF64, ""},
      {"mse_median", offsetof(SummaryRow, mse_median), Scalar::kF64, ""},
      {"mse_ci_low", offsetof(SummaryRow, mse_ci_low), Scalar::kF64, ""},
      {"mse_ci_high", offsetof(SummaryRow, mse_ci_high), Scalar::kF64, ""},
      {"accuracy_mean", offsetof(SummaryRow, accuracy_mean), Scalar::kF64, ""},
      {"accuracy_median", offsetof(SummaryRow, accuracy_median), Scalar::kF64, ""},
      {"accuracy_ci_low", offsetof(SummaryRow, accuracy_ci_low), Scalar::kF64, ""},
      {"accuracy_ci_high", offsetof(SummaryRow, accuracy_ci_high), Scalar::kF64, ""},
      {"relative_accuracy", offsetof(SummaryRow, relative_accuracy), Scalar::kF64, ""},
      {"base_accuracy", offsetof(SummaryRow, base_accuracy), Scalar::kF64, ""},
      {"reconstructed", offsetof(SummaryRow, reconstructed), Scalar::kI64, ""},
      {"unavailable", offsetof(SummaryRow, unavailable), Scalar::kI64, ""},
      {"degraded_accuracy", offsetof(SummaryRow, degraded_accuracy), Scalar::kF64, ""},
      {"reconstruction_accuracy", offsetof(SummaryRow, reconstruction_accuracy), Scalar::kF64, ""}};
}

std::vector<Column> RateRow::columns() {
  return {{"scheme", offsetof(RateRow, scheme), Scalar::kText, ""},
          {"variable", offsetof(RateRow, variable), Scalar::kText, ""},
          {"fixed", offsetof(RateRow, fixed), Scalar::kU32, ""},
          {"parameters", offsetof(RateRow, parameters), Scalar::kText, ""},
          {"slope", offsetof(RateRow, slope), Scalar::kF64, ""},
          {"standard_error", offsetof(RateRow, standard_error), Scalar::kF64, ""},
          {"points", offsetof(RateRow, points), Scalar::kU32, ""}};
}

#pragma GCC diagnostic pop

void write_points(hdf5::File& file, const std::vector<PointRecord>& points) {
  hdf5::Table<PointRow> table(file, "/points");
  for (const PointRecord& record : points)
    table.append({record.point, record.workers, record.data_points, record.stragglers,
                  record.noise_sigma, record.scheme.c_str(), record.parameters.c_str(),
                  record.skipped.c_str(), record.mean_stragglers, record.outputs});
  table.write();
}

std::vector<PointRecord> read_points(const hdf5::File& file) {
  std::vector<PointRow> rows(hdf5::table_size(file, "/points"));
  hdf5::Text owner(file.bytes());
  hdf5::read_table(file, "/points", rows.data(), sizeof(PointRow), rows.size(), PointRow::columns(),
                   &owner);
  std::vector<PointRecord> points;
  const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
  for (const PointRow& row : rows)
    points.push_back({row.point, text(row.scheme), row.workers, row.data_points, row.stragglers,
                      row.noise_sigma, text(row.parameters), text(row.skipped), row.mean_stragglers,
                      row.outputs});
  return points;
}

}  // namespace laggard::output
