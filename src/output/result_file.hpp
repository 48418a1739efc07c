// The HDF5 file of a run: written row by row, readable after any kill, completed by --resume.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "config/json.hpp"
#include "core/records.hpp"
#include "core/result_sink.hpp"
#include "core/stopwatch.hpp"
#include "hdf5/place.hpp"
#include "hdf5/table.hpp"
#include "output/continuation.hpp"
#include "output/provenance.hpp"

namespace laggard::output {

enum class OpenMode {
  kNew,        ///< an existing file is kept under another name
  kOverwrite,  ///< an existing file is replaced
  kResume      ///< continue an existing file, which may lack trials and points of the configuration
};

class ResultFile final : public ResultStore {
 public:
  /// Creates or resumes the file. Errors: ConfigError if the file to resume has what the
  /// configuration lacks or the place cannot be written; DataError if it is not a result file.
  ResultFile(const std::filesystem::path& name, OpenMode mode, const config::Json& resolved,
             const std::vector<PointRecord>& points, Layout layout, const RunContext& context);

  /// Flushes what is there; never throws.
  ~ResultFile() override;

  bool has(std::uint32_t point, std::uint32_t trial) const override;
  void add(const TableSpec& table, const void* rows, std::size_t count) override;
  void add(Arrays arrays) override;
  void trial_done() override;

  /// Makes everything so far safe.
  void flush();

  /// Puts the rows in order, lets `summarise` add what it computes from them, sets the attribute
  /// `finished`, and closes the file.
  void finish(const std::function<void(hdf5::File&)>& summarise);

  /// Where an existing file was moved to by kNew; empty if there was none.
  const std::string& kept_as() const { return kept_as_; }
  /// How the file that is resumed fits the configuration.
  const Continuation& continuation() const { return continuation_; }
  std::uint64_t resumed_trials() const { return done_.size(); }
  /// Shows each row of a finished unit that the file had before this run.
  void visit_units(const std::function<void(const void* row)>& visit) const;
  /// Rows of a table that the file had before this run.
  std::size_t resumed_rows(const TableSpec& table) const;

 private:
  struct OpenTable {
    const TableSpec* spec;
    TableRole role;
    std::size_t resumed;
    std::unique_ptr<hdf5::BufferedTable> rows;
  };

  void open_tables();
  /// Takes the finished units out of an older file, and nothing that a kill left half-made.
  void take_over(const hdf5::File& old);
  bool take_arrays(const hdf5::File& old, std::uint32_t old_point, std::uint32_t trial);
  /// In the configuration of this run.
  std::uint32_t number_now(std::uint32_t old_point) const;
  /// A row of an older file, with the number that its point has now.
  static void append_as(std::uint32_t point, const void* row, OpenTable& table);
  OpenTable* find(const TableSpec& table);
  OpenTable& unit_table();
  const OpenTable& unit_table() const;

  hdf5::Place place_;  // held until everything else is closed
  std::vector<PointRecord> points_;
  Layout layout_;
  std::string kept_as_;
  Continuation continuation_;
  std::unordered_set<std::uint64_t> done_;
  std::unique_ptr<hdf5::File> file_;
  std::vector<OpenTable> tables_;
  Stopwatch since_flush_;
};

}  // namespace laggard::output
