// What a kind of experiment is: a line in a table, and all that the rest of the program knows of
// it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "config/experiment.hpp"
#include "core/result_sink.hpp"
#include "hdf5/table.hpp"
#include "output/points.hpp"
#include "output/printed_table.hpp"
#include "sweep/experiment.hpp"
#include "transport/transport.hpp"

namespace laggard::sweep {

/// Makes the experiments of a run one after the other; neighbours may share what they load. What
/// makes no sense together is no error but a skipped point. Errors: ConfigError, DataError.
using Maker = std::function<std::unique_ptr<Experiment>(const config::Combination&)>;

/// What `laggard summary` was told.
struct SummaryRequest {
  std::function<bool(const PointRecord&)> keep;  ///< the points to show
  double unavailability = 0.1;                   ///< share of queries that are reconstructed
};

/// A table of a summary.
struct SummaryPart {
  std::string name;   ///< for programs
  std::string title;  ///< for people; empty above the first part
  output::PrintedTable table;
  std::string remark = {};  ///< for people, below the table
};

class ExperimentKind {
 public:
  virtual ~ExperimentKind() = default;

  virtual std::string_view name() const = 0;     ///< value of /experiment
  virtual std::string_view summary() const = 0;  ///< one line for `laggard list`
  /// With the default of every key.
  virtual std::shared_ptr<config::ExperimentConfig> make_config() const = 0;
  /// What a run writes beside /points and what summarise() adds.
  virtual Layout layout(const config::ExperimentConfig& config) const = 0;
  virtual Maker maker() const = 0;
  /// The function of the workers on a rank, from the text of Experiment::job(). Errors: DataError.
  virtual std::unique_ptr<transport::BlockFunction> make_worker(const std::string& job,
                                                                std::uint32_t rank) const;
  /// Writes /summary, and what else follows from the rows, into a complete file. Returns what a
  /// reader of the numbers must know: a line each.
  virtual std::vector<std::string> summarise(hdf5::File& file) const = 0;
  /// What `laggard summary` shows of a file, which need not be complete: first the table of the
  /// points. Errors: DataError.
  virtual std::vector<SummaryPart> report(const hdf5::File& file,
                                          const SummaryRequest& request) const = 0;
};

/// A kind whose summary is one table, a row for each point, and no more.
template <class Row>
class TabularKind : public ExperimentKind {
 public:
  /// Of a file that need not be complete. Errors: DataError.
  virtual std::vector<Row> summary_rows(const hdf5::File& file) const = 0;

  std::vector<std::string> summarise(hdf5::File& file) const override {
    hdf5::write_rows(file, summary_rows(file));
    return {};
  }
  std::vector<SummaryPart> report(const hdf5::File& file,
                                  const SummaryRequest& request) const override {
    const std::vector<PointRecord> points = output::read_points(file);
    std::vector<Row> rows = summary_rows(file);
    std::erase_if(rows, [&](const Row& row) { return !request.keep(points.at(row.point)); });
    return {{"points", "", output::printed(rows)}};
  }
};

/// The table of kinds. The first one is the default.
struct Kinds {
  std::vector<const ExperimentKind*> kinds;
  Catalogue roles;  ///< that their configurations may name
  /// Loads what the workers of networks need, if a rank is to have it before it knows its work.
  std::function<void()> warm_up = [] {};

  /// Errors: ConfigError with the nearest name.
  const ExperimentKind& find(std::string_view name) const;
  /// What the reader of configurations needs.
  config::Vocabulary vocabulary() const;
};

/// In place of a job: load what networks need, so that ranks do it at the same time.
inline constexpr const char* kWarmUpJob = "warm up";

/// Makes the functions of workers on this rank; the text names the kind, see job_of(). There is no
/// function for kWarmUpJob.
transport::BlockFunctionFactory worker_factory(const Kinds& kinds, std::uint32_t rank);

/// The text for worker_factory().
std::string job_of(const ExperimentKind& kind, const std::string& job);

}  // namespace laggard::sweep
