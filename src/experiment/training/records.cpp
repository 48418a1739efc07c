#include "experiment/training/records.hpp"

namespace laggard::training {
namespace {

constexpr std::string_view kPoint = "number of the point, see /points";
constexpr std::string_view kTrial = "number of the trial, from 0";
constexpr std::string_view kDiverged =
    "1: a weight is not finite, or the test loss is above 100 times that of a guess, log m";

}  // namespace

std::vector<Column> TrainingRecord::columns() {
  using R = TrainingRecord;
  return {
      column<R>("point", &R::point, kPoint),
      column<R>("trial", &R::trial, kTrial),
      column<R>("step", &R::step, "number of steps that were made"),
      column<R>("seconds", &R::seconds, "time since the beginning, on the clock of the run", "s"),
      column<R>("train_loss", &R::train_loss,
                "cross-entropy of the last step's batch, without any code, before the step"),
      column<R>("test_loss", &R::test_loss, "cross-entropy of the test rows after the step"),
      column<R>("test_accuracy", &R::test_accuracy, "share of the test rows that are right"),
      column<R>("gradient_error", &R::gradient_error,
                "|g^ - g| / |g|, where g is the exact gradient of the last step's batch"),
      column<R>("gradient_cosine", &R::gradient_cosine, "cosine of the angle between g^ and g"),
      column<R>("batch_noise", &R::batch_noise,
                "the same error of g itself against the gradient of all training rows, estimated "
                "from the spread over 16 parts of the batch; NaN where it is larger than can be "
                "told, and with the layout 'static'"),
      column<R>("weight_amplification", &R::weight_amplification,
                "sum |w_n|; 1 is an average of answers that have one part each"),
      column<R>("decoding_error", &R::decoding_error,
                "|K A_F^T w - 1|^2 / K, how unequally the parts count"),
      column<R>("lambda_decode", &R::lambda_decode, "smoothing parameter of the decoder"),
      column<R>("received", &R::received, "|F|, answers that were decoded"),
      column<R>("samples_used", &R::samples_used, "rows of the batch that some answer depends on"),
      column<R>("uncovered_parts", &R::uncovered_parts, "parts that no answer depends on"),
      column<R>("diverged", &R::diverged, kDiverged)};
}

std::vector<Column> RunRecord::columns() {
  using R = RunRecord;
  return {column<R>("point", &R::point, kPoint),
          column<R>("trial", &R::trial, kTrial),
          column<R>("steps", &R::steps, "number of steps that were made"),
          column<R>("seconds", &R::seconds, "time of all steps, on the clock of the run", "s"),
          column<R>("train_loss", &R::train_loss,
                    "cross-entropy of the last step's batch, before the step"),
          column<R>("test_loss", &R::test_loss, "cross-entropy of the test rows in the end"),
          column<R>("test_accuracy", &R::test_accuracy,
                    "share of the test rows that are right in the end"),
          column<R>("received", &R::received, "mean number of answers that were decoded in a step"),
          column<R>("uncovered_parts", &R::uncovered_parts,
                    "mean number of parts that no answer of a step depends on"),
          column<R>("weight_amplification", &R::weight_amplification,
                    "mean of sum |w_n| over the steps"),
          column<R>("decoding_error", &R::decoding_error,
                    "mean of |K A_F^T w - 1|^2 / K over the steps"),
          column<R>("gradient_error", &R::gradient_error,
                    "root of the mean square of gradient_error in /training"),
          column<R>("batch_noise", &R::batch_noise,
                    "the same over all rows of /training: the root of the mean squared error over "
                    "the mean squared length of the gradient of all training rows"),
          column<R>("diverged", &R::diverged, kDiverged)};
}

std::vector<Column> TrainingSummary::columns() {
  using R = TrainingSummary;
  return {
      column<R>("point", &R::point, kPoint),
      column<R>("trials", &R::trials, "finished trials"),
      column<R>("diverged", &R::diverged, "trials that diverged"),
      column<R>("test_accuracy", &R::test_accuracy, "mean over the trials, in the end"),
      column<R>("test_accuracy_error", &R::test_accuracy_error, "standard error of that mean"),
      column<R>("test_loss", &R::test_loss, "mean over the trials, in the end"),
      column<R>("train_loss", &R::train_loss, "mean over the trials, last step"),
      column<R>("seconds", &R::seconds, "mean over the trials", "s"),
      column<R>("received", &R::received, "mean over trials and steps"),
      column<R>("gradient_error", &R::gradient_error, "mean over the trials"),
      column<R>("batch_noise", &R::batch_noise, "mean over the trials"),
      column<R>("decoding_error", &R::decoding_error, "mean over trials and steps"),
      column<R>("weight_amplification", &R::weight_amplification, "mean over trials and steps")};
}

}  // namespace laggard::training
