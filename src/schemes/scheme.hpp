// What every code offers: N coded inputs from K, and K estimates from whatever came back.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/caveat.hpp"
#include "core/decoder_kind.hpp"
#include "core/error.hpp"
#include "core/table.hpp"
#include "core/types.hpp"

namespace laggard::schemes {

class GradientCode;
class StoredCodes;
class TrainedParts;

/// What a scheme may know before a trial.
struct CodeContext {
  std::uint32_t data_points = 0;          ///< K
  std::uint32_t workers = 0;              ///< N
  std::uint32_t expected_stragglers = 0;  ///< S
  double noise_sigma = 0.0;               ///< standard deviation of the workers' additive noise
  std::optional<std::uint32_t> polynomial_degree = {};  ///< of f, if f is a polynomial
  bool path_ordering = false;             ///< "ordering": "path" for the whole experiment
  Shape input = {};                       ///< of one data point
  bool logits = true;                     ///< the model's outputs are not squashed
  const TrainedParts* trained = nullptr;  ///< networks for the schemes that need them
  const StoredCodes* stored = nullptr;    ///< codes for the schemes that read theirs
  std::string where = {};                 ///< JSON pointer of the scheme
  bool gradients = false;                 ///< the workers compute gradients, see gradient_code.hpp
  double mean_stragglers = 0.0;           ///< S, not rounded
  std::vector<WorkerId> by_reliability = {};  ///< the least reliable first; empty: by number
  std::vector<double> noise_sigmas = {};      ///< of each worker; empty: all have noise_sigma
  std::uint32_t most_answers = ~0U;           ///< that the master waits for
};

/// N - S, or as many as the master waits for.
inline std::uint32_t expected_answers(const CodeContext& context) {
  const std::uint32_t lost = std::min(context.workers, context.expected_stragglers);
  return std::min(context.workers - lost, context.most_answers);
}

/// This scheme cannot work with these sizes; the point is skipped with the reason.
struct Inapplicable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The matrix depends on the data of a trial ("gcv", or see Scheme::for_data()).
struct NeedsData : ConfigError {
  using ConfigError::ConfigError;
};

struct Encoded {
  Matrix inputs;         ///< one row per active worker
  double lambda = kNaN;  ///< smoothing parameter used, where there is one
};

struct Decoded {
  Matrix estimates;               ///< K x m
  std::uint32_t unavailable = 0;  ///< data points without an estimate of their own
  double lambda = kNaN;           ///< smoothing parameter used, where there is one
  /// Where answers are passed on as they are: which of the K estimates are not answers but
  /// reconstructions. Empty: the scheme does not tell them apart.
  std::vector<bool> reconstructed = {};
  std::vector<WorkerId> flagged = {};       ///< whose answers were taken for lies, ascending
  DecoderKind chosen = DecoderKind::kNone;  ///< by the answers
  double degree = kNaN;                     ///< of a decoder that has one
};

/// The workers that answer in a trial like those that will run, ascending.
using Survivors = std::function<std::vector<WorkerId>()>;

/// Which worker computes which function: worker n number cycle[n mod cycle.size()].
struct WorkerFunctions {
  std::vector<std::uint32_t> cycle;  ///< 0: f, i: models[i - 1]; empty: everybody computes f
  std::vector<Component> models;     ///< functions beside f, from the table of models
};

/// Sizes of a round.
struct CodecSizes {
  double data_points = 0;  ///< K
  double width = 0;        ///< d, numbers in an input
  double outputs = 0;      ///< m, numbers in an answer
  double received = 0;     ///< |F|
};

/// Floating-point operations of the master in a round.
struct CodecCost {
  double encode = 0;
  double decode = 0;
};

/// A number in a scheme's configuration that can be searched.
struct Tunable {
  enum class Scale { kLogarithmic, kLinear, kWhole };

  std::string_view name;
  Scale scale = Scale::kLogarithmic;  ///< kLogarithmic: 0 belongs to it, the plan has its ends
  double low = 0.0, high = 0.0;       ///< of the other scales
  bool encodes = false;               ///< it changes what the workers get
};

class Scheme {
 public:
  virtual ~Scheme() = default;

  /// Workers 0..active-1 get a task; the rest of the N stay idle.
  virtual std::uint32_t active_workers() const = 0;

  /// Whether the K inputs are to be threaded in the order of a short path first.
  virtual bool path_ordering() const { return false; }

  /// What the workers compute, where it is not f everywhere.
  virtual WorkerFunctions worker_functions() const { return {}; }

  /// For a scheme that looks at the data of a trial (K x d) beyond encoding them: the scheme to use
  /// with these data, which must outlive it. Null: this scheme serves all data.
  virtual std::unique_ptr<Scheme> for_data(const Matrix& /*data*/) const { return nullptr; }

  /// `data` is K x d.
  virtual Encoded encode(const Matrix& data) const = 0;

  /// `results` holds the answers of the workers in `received` (ascending), one row each. They are
  /// not empty unless decodes_nothing().
  virtual Decoded decode(MatrixView results, std::span<const WorkerId> received) const = 0;

  /// The same for a master that expects lies among the answers; a scheme without a defence believes
  /// them all.
  virtual Decoded decode_robustly(MatrixView results, std::span<const WorkerId> received) const {
    return decode(results, received);
  }

  /// Whether the master is told who lies and drops their answers, which shows what knowing them
  /// would be worth.
  virtual bool is_told_who_lies() const { return false; }

  /// Squared error of the estimates if one more of the workers were lost, for each of `received` in
  /// turn; infinite where that would leave nothing to decode. Decodes anew for each of them, unless
  /// a scheme knows a shorter way. `truth` is K x m.
  virtual std::vector<double> errors_without_each(MatrixView results,
                                                  std::span<const WorkerId> received,
                                                  const Matrix& truth) const;

  /// Whether there is a rule for points without an estimate, so that even no answer at all gives
  /// some. Otherwise all K are lost.
  virtual bool decodes_nothing() const { return false; }

  /// Whether it keeps matrices of N x K numbers to encode and decode.
  virtual bool keeps_matrices() const { return false; }
  /// How many N x N matrices there are at once while it decodes.
  virtual double square_matrices() const { return 0.0; }

  /// What encoding and decoding cost on a virtual clock: those terms of the operation counts that
  /// are largest at some sizes, with their constants. Here: products with dense matrices, 2 N K d
  /// and 2 K |F| m, and 5 operations to make an element of the decoder's matrix. The encoder's
  /// matrix is there before the round.
  virtual CodecCost cost(const CodecSizes& sizes) const;

  /// Members of its configuration that a search on held-out data may set to numbers.
  virtual std::vector<Tunable> tunables() const { return {}; }

  /// How it codes gradients; null: it does not.
  virtual const GradientCode* gradients() const { return nullptr; }

  /// What a user should know about the scheme at these sizes.
  virtual Caveat caveat(const Survivors& /*survivors*/) const { return {}; }
};

/// A scheme whose maps are matrices once the survivors are known.
class LinearScheme : public Scheme {
 public:
  /// N x K (active workers' rows).
  virtual Matrix encoder_matrix() const = 0;

  /// K x |F|; columns follow `received`, ascending and not empty.
  virtual Matrix decoder_matrix(std::span<const WorkerId> received) const = 0;

  /// The matrix that decode() applies to these results, which may have a say in it.
  virtual Matrix applied_decoder(MatrixView /*results*/, std::span<const WorkerId> received) const {
    return decoder_matrix(received);
  }

  /// Both as one matrix product.
  Encoded encode(const Matrix& data) const override;
  Decoded decode(MatrixView results, std::span<const WorkerId> received) const override;
  bool keeps_matrices() const override { return true; }

 private:
  mutable std::optional<Matrix> encoder_;  // made at the first use; a scheme serves one thread
};

using SchemeKind = Kind<Scheme, const CodeContext&>;

/// Every scheme by name. Adding one: one header, one source, one line here, one test.
/// Factories throw Inapplicable for sizes they cannot work with.
const std::vector<SchemeKind>& schemes();

/// The name of a scheme in tables and plots: its member "label", or its kind where that is empty.
std::string label_of(const Component& scheme);

/// For codes that have no gradients(). Errors: ConfigError in training.
void refuse_training(const CodeContext& context);

/// Errors: ConfigError if there is no scheme, or two have the same name.
void check_labels(const std::vector<Component>& schemes);

/// The member that every scheme's configuration starts with.
void label_field(Fields& fields, std::string& label);

}  // namespace laggard::schemes
