#include "experiment/approximation/tuning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "experiment/approximation/master.hpp"
#include "experiment/approximation/worker.hpp"
#include "metrics/errors.hpp"
#include "metrics/statistics.hpp"

namespace laggard::approximation {
namespace {

/// Log-spaced values around `centre`; the first round spans everything and begins with 0.
std::vector<double> grid_values(const TuningPlan& plan, std::uint32_t round, double centre) {
  const double low = std::log(plan.lowest), high = std::log(plan.highest);
  double step = (high - low) / (plan.grid - 1);
  std::vector<double> values;
  if (round == 0) {
    values.push_back(0.0);
    for (std::uint32_t i = 0; i < plan.grid; ++i) values.push_back(std::exp(low + i * step));
    return values;
  }
  if (centre == 0.0) return {0.0};
  // Each round covers one cell to either side of the last best.
  for (std::uint32_t r = 1; r < round; ++r) step *= 2.0 / (plan.grid - 1);
  for (std::uint32_t i = 0; i < plan.grid; ++i)
    values.push_back(std::exp(std::log(centre) - step + 2.0 * step * i / (plan.grid - 1)));
  return values;
}

class Tuner {
 public:
  Tuner(const Setup& setup, const ActivePoint& point, const TuningPlan& plan)
      : setup_(setup), point_(point), worker_(make_worker(job_text(setup))) {
    for (std::uint32_t number = 0; number < plan.trials; ++number) {
      Trial trial = draw_trial(setup, number, data::Part::kHoldout);
      if (const round::DataPath* path =
              round::path_for(*point.scheme, trial.sample.inputs, trial.path)) {
        trial.sample.inputs = path->thread(trial.sample.inputs);
        trial.truth = path->thread(trial.truth);
      }
      trials_.push_back(std::move(trial));
    }
  }

  /// Mean errors for one lambda_encode and all lambda_decode.
  std::vector<metrics::Summary> evaluate(double lambda_encode,
                                         const std::vector<double>& lambdas) const {
    std::vector<std::unique_ptr<schemes::Scheme>> candidates;
    for (const double lambda : lambdas) candidates.push_back(candidate(lambda_encode, lambda));
    std::vector<std::vector<double>> mse(lambdas.size());
    for (const Trial& trial : trials_) {
      if (interrupted())
        throw Interrupted("interrupted (a signal came); the file holds the points before");
      const round::CutOff cut = cut_off(setup_, trial, candidates.front()->active_workers());
      const Matrix results =
          compute(trial, candidates.front()->encode(trial.sample.inputs).inputs, cut);
      for (std::size_t i = 0; i < lambdas.size(); ++i) {
        if (cut.used.empty()) {
          mse[i].push_back(kNaN);
          continue;
        }
        const Matrix estimates =
            candidates[i]->decode(rows_of(results, 0, results.rows()), cut.used).estimates;
        mse[i].push_back(metrics::measure(trial.truth, estimates, {}).mse);
      }
    }
    std::vector<metrics::Summary> summaries;
    for (const auto& values : mse) summaries.push_back(metrics::summarise(values));
    return summaries;
  }

 private:
  std::unique_ptr<schemes::Scheme> candidate(double lambda_encode, double lambda_decode) const {
    config::Json parameters = config::members_of(point_.made_of);
    parameters["lambda_encode"] = lambda_encode;
    parameters["lambda_decode"] = lambda_decode;
    return config::make(schemes::schemes(), config::component_of(parameters, point_.made_of.where),
                        point_.context);
  }

  /// What the used workers answer, block by block as in a run.
  Matrix compute(const Trial& trial, const Matrix& inputs, const round::CutOff& cut) const {
    const Index size = setup_.config.worker_block;
    Matrix outputs(inputs.rows(), setup_.model->outputs());
    for (Index first = 0; first < inputs.rows(); first += size) {
      const Index count = std::min(size, inputs.rows() - first);
      (*worker_)({trial.number, 0, static_cast<WorkerId>(first), static_cast<std::uint32_t>(count),
                  /*scheme=*/0, trial.step},
                 rows_of(inputs, first, count),
                 MatrixSpan(outputs.row(first).data(), count, outputs.cols()));
    }
    return outputs(cut.used, Eigen::all);
  }

  const Setup& setup_;
  const ActivePoint& point_;
  std::unique_ptr<transport::BlockFunction> worker_;
  std::vector<Trial> trials_;  // threaded as the scheme wants it
};

}  // namespace

void require_holdout(const Setup& setup) {
  const auto rows = setup.dataset->rows(data::Part::kHoldout);
  if (rows && *rows < setup.config.data_points)
    throw ConfigError(
        fmt::format("/dataset/holdout is {}", *rows),
        fmt::format("tuning draws K = {} inputs that no trial sees", setup.config.data_points),
        "hold out at least K rows, better several times that");
}

Surface tune(const Setup& setup, const ActivePoint& point, const TuningPlan& plan,
             const std::function<void()>& on_step) {
  require_holdout(setup);
  const Tuner tuner(setup, point, plan);
  Surface surface;
  for (std::uint32_t round = 0; round < plan.rounds; ++round) {
    const SurfacePoint centre = surface.best;
    const auto decode_values = grid_values(plan, round, centre.lambda_decode);
    for (const double lambda_encode : grid_values(plan, round, centre.lambda_encode)) {
      const auto summaries = tuner.evaluate(lambda_encode, decode_values);
      for (std::size_t i = 0; i < summaries.size(); ++i) {
        surface.points.push_back({point.record.point, lambda_encode, decode_values[i],
                                  summaries[i].mean, summaries[i].ci_low, summaries[i].ci_high});
        // A pair without a mean is better than nothing, and worse than any other.
        if (std::isnan(surface.best.mse) || summaries[i].mean < surface.best.mse)
          surface.best = surface.points.back();
      }
      on_step();
    }
  }
  return surface;
}

}  // namespace laggard::approximation
