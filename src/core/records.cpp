#include "core/records.hpp"

#include <utility>

namespace laggard {
namespace {

constexpr std::string_view kSeconds = "s";
constexpr std::string_view kPointMeaning = "number of the point, see /points";
constexpr std::string_view kTrialMeaning = "number of the trial, from 0";

}  // namespace

std::vector<Column> PointRecord::columns() {
  using R = PointRecord;
  return {column<R>("point", &R::point,
                    "number of the point: one scheme at one combination of the sweep"),
          column<R>("scheme", &R::scheme, "label of the scheme"),
          column<R>("workers", &R::workers, "N"),
          column<R>("data_points", &R::data_points, "K"),
          column<R>("stragglers", &R::stragglers,
                    "S as configured; the mean, rounded, where losses are random"),
          column<R>("noise_sigma", &R::noise_sigma, "standard deviation of the additive noise"),
          column<R>("parameters", &R::parameters, "JSON of what the sweep set: pointer to value"),
          column<R>("skipped", &R::skipped, "why the point was not run; empty: it was"),
          column<R>("mean_stragglers", &R::mean_stragglers, "expected S, not rounded"),
          column<R>("outputs", &R::outputs, "m, numbers in one answer of a worker"),
          column<R>(
              "combination", &R::combination,
              "number of the combination of the sweep; points of one combination share their data, "
              "losses and delays"),
          column<R>("active", &R::active,
                    "workers that the scheme gives something to do; the others idle")};
}

std::vector<Column> TrialRecord::columns() {
  using R = TrialRecord;
  Column decoder = column<R>("decoder", &R::decoder, "decoder that 'auto' chose for the answers");
  decoder.names = decoder_kind_names();
  return {
      column<R>("point", &R::point, kPointMeaning),
      column<R>("trial", &R::trial, kTrialMeaning),
      column<R>("received", &R::received, "|F|, answers that were decoded"),
      column<R>("mse", &R::mse, "(1 / (K m)) sum_k ||f^(x_k) - f(x_k)||^2"),
      column<R>("max_error", &R::max_error, "largest |f^(x_k) - f(x_k)| over points and outputs"),
      column<R>("relative_error", &R::relative_error, "||f^ - f|| / ||f||, Frobenius norms"),
      column<R>("accuracy", &R::accuracy, "share of points whose largest estimate is the label's"),
      column<R>("base_accuracy", &R::base_accuracy, "the same for the model's own outputs"),
      column<R>(
          "agreement", &R::agreement,
          "share of points whose largest estimate is where the model's own largest output is"),
      column<R>("lambda_encode", &R::lambda_encode,
                "smoothing parameter of the encoder, on [-1, 1]; times K it is SciPy's lam"),
      column<R>("lambda_decode", &R::lambda_decode,
                "the same of the decoder; times the answers it is SciPy's lam"),
      column<R>("encode_seconds", &R::encode_s,
                "ordering and encoding, as measured or by /time/codec_flops", kSeconds),
      column<R>("compute_seconds", &R::compute_s, "sum over the forward calls; wall clock only",
                kSeconds),
      column<R>("collect_seconds", &R::collect_s, "first dispatch to the end of waiting", kSeconds),
      column<R>("decode_seconds", &R::decode_s, "as measured or by /time/codec_flops", kSeconds),
      column<R>("completion_seconds", &R::completion_s,
                "the trial on the clock of the run: encoding, collecting, decoding", kSeconds),
      column<R>("unavailable", &R::unavailable, "points without an estimate of their own"),
      column<R>("nonfinite", &R::nonfinite, "NaN and Inf among the model's outputs that were used"),
      column<R>("path_ratio", &R::path_ratio,
                "length of the path through the data over its length in the order as drawn"),
      column<R>("reconstructed", &R::reconstructed, "points that were reconstructed, not answered"),
      column<R>("degraded_accuracy", &R::degraded_accuracy, "accuracy of the reconstructed points"),
      column<R>("reconstruction_accuracy", &R::reconstruction_accuracy,
                "share of the reconstructed points with the model's own class"),
      column<R>("liars", &R::liars, "answers that adversaries changed"),
      column<R>("flagged", &R::flagged, "answers that the robust decoder rejected"),
      column<R>("caught", &R::caught, "liars among the rejected"),
      column<R>("worst_error", &R::worst_error,
                "largest max_error that as many liars can cause to the decoder that the kind "
                "'worst' attacks"),
      column<R>("largest_gap", &R::largest_gap,
                "largest distance on [-1, 1] between neighbouring workers that were decoded"),
      column<R>("lebesgue", &R::lebesgue, "largest row sum of |D| for the decoder's matrix D"),
      column<R>("noise_gain", &R::noise_gain, "mean squared norm of the rows of D"),
      column<R>("random_mse", &R::random_mse,
                "mse if as many random workers were lost; for the stragglers 'worst'"),
      decoder,
      column<R>("degree", &R::degree, "degree of the decoder, where it has one")};
}

std::vector<Column> AnytimeRecord::columns() {
  using R = AnytimeRecord;
  return {column<R>("point", &R::point, kPointMeaning),
          column<R>("trial", &R::trial, kTrialMeaning),
          column<R>("received", &R::received, "answers that are there"),
          column<R>("arrival_seconds", &R::arrival_s, "when the last of them came", kSeconds),
          column<R>("mse", &R::mse, "of the estimates from these answers, as in /trials"),
          column<R>("relative_error", &R::relative_error, "the same"),
          column<R>("accuracy", &R::accuracy, "the same")};
}

std::vector<Column> TimingRecord::columns() {
  using R = TimingRecord;
  return {
      column<R>("point", &R::point, kPointMeaning),
      column<R>("trial", &R::trial, kTrialMeaning),
      column<R>("order_seconds", &R::order_s,
                "finding the path, once for all schemes of a combination", kSeconds),
      column<R>("encode_seconds", &R::encode_s, "measured", kSeconds),
      column<R>("compute_seconds", &R::compute_s, "measured, sum over the forward calls", kSeconds),
      column<R>("collect_seconds", &R::collect_s, "measured, first dispatch to last arrival",
                kSeconds),
      column<R>("decode_seconds", &R::decode_s, "measured", kSeconds)};
}

std::vector<Column> WorkerRecord::columns() {
  using R = WorkerRecord;
  std::vector<Column> columns{
      column<R>("point", &R::point, kPointMeaning),
      column<R>("trial", &R::trial, kTrialMeaning),
      column<R>("worker", &R::worker, "number of the worker, from 0"),
      column<R>("rank", &R::rank, "rank that computed its answer"),
      column<R>("delay_seconds", &R::delay_s, "delay that was drawn for it", kSeconds),
      column<R>("compute_seconds", &R::compute_s, "measured, of its block's forward call",
                kSeconds),
      column<R>("arrival_seconds", &R::arrival_s, "since the dispatch, on the clock of the run",
                kSeconds),
      column<R>("status", &R::status, "what became of its answer")};
  columns.back().names = {"used", "late", "lost", "failed"};
  columns.push_back(column<R>("lied", &R::lied, "1: an adversary changed its answer"));
  columns.push_back(
      column<R>("rejected", &R::rejected, "1: the robust decoder rejected its answer"));
  return columns;
}

std::vector<Column> FailureRecord::columns() {
  using R = FailureRecord;
  return {column<R>("point", &R::point, "point during which the failure was noticed"),
          column<R>("trial", &R::trial, kTrialMeaning),
          column<R>("rank", &R::rank, "rank that died or hung"),
          column<R>("noticed_seconds", &R::noticed_s, "since the run began", kSeconds)};
}

namespace {

using Parameter = std::pair<std::string_view, double SurfacePoint::*>;
constexpr Parameter kParameters[] = {{"lambda_encode", &SurfacePoint::lambda_encode},
                                     {"lambda_decode", &SurfacePoint::lambda_decode},
                                     {"alpha_power", &SurfacePoint::alpha_power},
                                     {"degree", &SurfacePoint::degree}};

}  // namespace

const std::vector<std::string_view>& SurfacePoint::parameters() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Parameter& parameter : kParameters) all.push_back(parameter.first);
    return all;
  }();
  return names;
}

double& SurfacePoint::at(std::string_view parameter) {
  for (const auto& [name, member] : kParameters)
    if (name == parameter) return this->*member;
  throw std::logic_error("no search has the parameter " + std::string(parameter));
}

std::vector<Column> SurfacePoint::columns() {
  using R = SurfacePoint;
  return {column<R>("point", &R::point, kPointMeaning),
          column<R>("lambda_encode", &R::lambda_encode,
                    "smoothing parameter of the encoder, as in /trials"),
          column<R>("lambda_decode", &R::lambda_decode,
                    "smoothing parameter of the decoder, as in /trials"),
          column<R>("alpha_power", &R::alpha_power,
                    "power of the steps between the data, for alpha 'chord'"),
          column<R>("degree", &R::degree, "degree of the decoder, as in /trials"),
          column<R>("mse", &R::mse, "mean over the held-out trials"),
          column<R>("mse_ci_low", &R::mse_ci_low, "95 % interval of the mean"),
          column<R>("mse_ci_high", &R::mse_ci_high, "95 % interval of the mean")};
}

}  // namespace laggard
