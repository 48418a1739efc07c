// Rounds through a code: encode, let the workers compute, decode.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "faults/adversaries.hpp"
#include "round/clock.hpp"
#include "schemes/certificates.hpp"
#include "schemes/scheme.hpp"

namespace laggard::round {

/// A short path through data points.
struct DataPath {
  std::vector<std::uint32_t> order;  ///< element i is the row that comes i-th
  double ratio = kNaN;               ///< its length, as a fraction of that of the given order
  Seconds order_s = 0.0;             ///< finding it, in real time

  /// The rows in the order of the path.
  Matrix thread(const Matrix& rows) const { return rows(order, Eigen::all); }
  /// Estimates in the order of the data from those in the order of the path.
  void unthread(schemes::Decoded& decoded) const;
};

/// The path on which the scheme threads the data, or null if it takes the rows as they are. `found`
/// keeps it for the next scheme that threads the same data.
const DataPath* path_for(const schemes::Scheme& scheme, const Matrix& data,
                         std::optional<DataPath>& found);

/// Who lies to the master, and what they know.
struct Attack {
  const faults::Adversaries& adversaries;
  faults::Occasion at;
  const Matrix& truth;  ///< K x m, in the order of the data
};

/// What the master makes of answers.
struct Judgement {
  faults::Lies lies;
  schemes::Decoded decoded;  ///< in the order of the path; NaN where all answers are lost
  Seconds decode_s = 0.0;    ///< in real time
};

/// Lets liars change the answers (`results`, a row for each of `workers`), and decodes what is then
/// there as the scheme's defence does. `path` is that of path_for(), `points` is K.
Judgement judge(const schemes::Scheme& scheme, const DataPath* path,
                const std::optional<Attack>& attack, Index points,
                const std::vector<WorkerId>& workers, Matrix& results);

/// What is sent through the code.
struct CodedTask {
  const schemes::Scheme& scheme;
  const Matrix& data;             ///< K x d
  std::optional<DataPath>& path;  ///< see path_for()
  bool keep_coded = false;        ///< the coded inputs are wanted
  std::optional<Attack> attack = std::nullopt;
  bool certify = false;  ///< the certificates are wanted
};

struct CodedAnswer {
  schemes::Decoded decoded;     ///< rows in the order of the data; NaN where all of them are lost
  Answers answers;              ///< of the clock, with the lies
  Matrix coded;                 ///< active workers x d, where it is wanted
  std::uint32_t nonfinite = 0;  ///< values among the workers' answers, before any lie
  faults::Lies lies;
  schemes::Certificates certificates;
  double lambda_encode = kNaN;
  double path_ratio = kNaN;
  // The master's own steps, in real time.
  Seconds order_s = 0.0;  ///< finding the path, whichever scheme it was found for
  Seconds encode_s = 0.0;
  Seconds decode_s = 0.0;
  // On the clock of the run.
  Seconds encode_step_s = 0.0;  ///< ordering and encoding
  Seconds decode_step_s = 0.0;
  Seconds completion_s = 0.0;  ///< from the data to the estimates
};

/// A round in flight. On the virtual clock several may be, so that workers compute the next one
/// while the master decodes. On the wall clock they would take the workers' time from each other.
class CodedRound {
 public:
  /// Encodes, and hands the tasks out. The inputs of `request` are filled in. What the task refers
  /// to, clock and policy must live until the round ends.
  CodedRound(const CodedTask& task, RoundRequest request, Clock& clock, const WaitPolicy& policy);
  CodedRound(const CodedRound&) = delete;  // own_ refers to threaded_
  CodedRound& operator=(const CodedRound&) = delete;

  /// Waits for the answers and decodes; once. Errors: those of Clock::finish().
  CodedAnswer finish();

 private:
  const schemes::Scheme& scheme() const { return own_ ? *own_ : task_.scheme; }
  void decode();
  /// What the master's steps take on the clock of the run.
  void count_steps();

  CodedTask task_;
  Clock& clock_;
  const DataPath* path_;                  // null: the rows are taken as they are
  Matrix threaded_;                       // the data on it
  std::unique_ptr<schemes::Scheme> own_;  // made for this data
  Index width_ = 0, outputs_;
  std::shared_ptr<PendingRound> pending_;
  CodedAnswer answer_;
};

/// The same at once.
inline CodedAnswer run_coded_round(const CodedTask& task, RoundRequest request, Clock& clock,
                                   const WaitPolicy& policy) {
  return CodedRound(task, std::move(request), clock, policy).finish();
}

}  // namespace laggard::round
