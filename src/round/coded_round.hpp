// Rounds through a code: encode, let the workers compute, decode.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "faults/adversaries.hpp"
#include "round/clock.hpp"
#include "round/fitted_scheme.hpp"
#include "schemes/certificates.hpp"
#include "schemes/scheme.hpp"

namespace laggard::round {

/// Who lies to the master, and what they know.
struct Attack {
  const faults::Adversaries& adversaries;
  faults::Occasion at;
  const Matrix& truth;  ///< K x m, in the order of the data
};

/// What the master makes of answers.
struct Judgement {
  faults::Lies lies;
  schemes::Decoded decoded;  ///< in the order of the scheme; NaN where all answers are lost
  Seconds decode_s = 0.0;    ///< in real time
};

/// Lets liars change the answers (`results`, a row for each of `workers`), and decodes what is then
/// there as the scheme's defence does.
Judgement judge(const FittedScheme& scheme, const std::optional<Attack>& attack,
                const std::vector<WorkerId>& workers, Matrix& results);

/// What is sent through the code.
struct CodedTask {
  const schemes::Scheme& scheme;
  const Matrix& data;             ///< K x d
  std::optional<DataPath>& path;  ///< see FittedScheme
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

  /// Waits for the answers and decodes; once. Errors: those of Clock::finish().
  CodedAnswer finish();

 private:
  void decode();
  /// What the master's steps take on the clock of the run.
  void count_steps();

  CodedTask task_;
  Clock& clock_;
  FittedScheme scheme_;
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
