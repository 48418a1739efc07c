// The HDF5 file of a run: written row by row, readable after any kill, completed by --resume.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "config/json.hpp"
#include "core/result_sink.hpp"
#include "core/stopwatch.hpp"
#include "hdf5/place.hpp"
#include "output/provenance.hpp"
#include "output/rows.hpp"

namespace laggard::output {

enum class OpenMode {
  kNew,        ///< an existing file is kept under another name
  kOverwrite,  ///< an existing file is replaced
  kResume      ///< go on with an existing file of the same configuration
};

class ResultFile final : public ResultSink {
 public:
  /// Creates or resumes the file. Errors: ConfigError if the file to resume has another
  /// configuration or the place cannot be written; DataError if it is not a result file.
  ResultFile(const std::filesystem::path& name, OpenMode mode, const config::Json& resolved,
             const std::vector<PointRecord>& points, const RunContext& context);

  /// Flushes what is there; never throws.
  ~ResultFile() override;

  bool has(std::uint32_t point, std::uint32_t trial) const override;
  void add(const TrialRecord& record, const TimingRecord& timing) override;
  void add(const std::vector<WorkerRecord>& records) override;
  void add(const PredictionRecord& record) override;
  void add(const FailureRecord& record) override;
  void trial_done() override;

  /// Makes everything so far safe.
  void flush();

  /// Writes /summary, /rates and the attribute `finished`, and closes the file.
  void finish();

  /// Where an existing file was moved to by kNew; empty if there was none.
  const std::string& kept_as() const { return kept_as_; }
  std::uint64_t resumed_trials() const { return resumed_; }
  /// Those of this run, without what it resumes.
  const std::vector<FailureRecord>& failures() const { return failures_of_this_run_; }

 private:
  void open_tables(const config::Json& resolved);
  /// Takes the finished trials out of an older file, and nothing that a kill left half-made.
  void take_over(const hdf5::File& old, const config::Json& resolved);
  void close();

  hdf5::Place place_;  // held until everything else is closed
  std::string kept_as_;
  std::unordered_set<std::uint64_t> done_;
  std::uint64_t resumed_ = 0;
  std::unique_ptr<hdf5::File> file_;
  std::unique_ptr<hdf5::Table<TrialRow>> trials_;
  std::unique_ptr<hdf5::Table<TimingRow>> timings_;
  std::unique_ptr<hdf5::Table<WorkerRow>> workers_;
  std::unique_ptr<hdf5::Table<FailureRow>> failures_;
  std::vector<FailureRecord> failures_of_this_run_;
  Stopwatch since_flush_;
};

}  // namespace laggard::output
