#include "experiment/approximation/tuning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "core/stopwatch.hpp"
#include "experiment/approximation/master.hpp"
#include "experiment/approximation/worker.hpp"
#include "metrics/errors.hpp"
#include "metrics/statistics.hpp"
#include "round/coded_round.hpp"

namespace laggard::approximation {
namespace {

using schemes::Tunable;

/// Values of some parameters, in the order of the tunables that they are of.
using Choice = std::vector<double>;

/// Log-spaced values around `centre`; the first round spans everything and begins with 0.
std::vector<double> logarithmic_values(const TuningPlan& plan, std::uint32_t round, double centre) {
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
  for (std::uint32_t i = 0; i < plan.grid; ++i) {
    const double value = std::exp(std::log(centre) - step + 2.0 * step * i / (plan.grid - 1));
    const double kept = std::clamp(value, plan.lowest, plan.highest);
    if (values.empty() || kept > values.back()) values.push_back(kept);
  }
  return values;
}

/// The same between two ends, evenly, and rounded where the parameter is a whole number.
std::vector<double> even_values(const Tunable& tunable, const TuningPlan& plan, std::uint32_t round,
                                double centre) {
  double step = (tunable.high - tunable.low) / (plan.grid - 1);
  double from = tunable.low, spacing = step;
  if (round > 0) {
    for (std::uint32_t r = 1; r < round; ++r) step *= 2.0 / (plan.grid - 1);
    from = centre - step;
    spacing = 2.0 * step / (plan.grid - 1);
  }
  std::vector<double> values;
  for (std::uint32_t i = 0; i < plan.grid; ++i) {
    double value = std::clamp(from + spacing * i, tunable.low, tunable.high);
    if (tunable.scale == Tunable::Scale::kWhole) value = std::round(value);
    if (values.empty() || value > values.back()) values.push_back(value);
  }
  return values;
}

std::vector<double> values_of(const Tunable& tunable, const TuningPlan& plan, std::uint32_t round,
                              SurfacePoint centre) {
  const double middle = centre.at(tunable.name);
  return tunable.scale == Tunable::Scale::kLogarithmic ? logarithmic_values(plan, round, middle)
                                                       : even_values(tunable, plan, round, middle);
}

/// Every combination of the values of these parameters, the last one changing first.
std::vector<Choice> choices_of(const std::vector<Tunable>& tunables, const TuningPlan& plan,
                               std::uint32_t round, const SurfacePoint& centre) {
  std::vector<Choice> choices(1);
  for (const Tunable& tunable : tunables) {
    std::vector<Choice> longer;
    for (const Choice& choice : choices)
      for (const double value : values_of(tunable, plan, round, centre)) {
        longer.push_back(choice);
        longer.back().push_back(value);
      }
    choices = std::move(longer);
  }
  return choices;
}

/// The parameters of a scheme on either side of the workers.
struct Searched {
  std::vector<Tunable> encoder, decoder;
};

/// A polynomial through all answers has one degree less than there are answers, and none has more.
Searched searched(const ActivePoint& point) {
  const double most = std::max(point.record.active, 1U) - 1.0;
  Searched all;
  for (Tunable tunable : point.scheme->tunables()) {
    if (tunable.scale == Tunable::Scale::kWhole) tunable.high = std::min(tunable.high, most);
    (tunable.encodes ? all.encoder : all.decoder).push_back(tunable);
  }
  return all;
}

void put(const std::vector<Tunable>& tunables, const Choice& choice, SurfacePoint& point) {
  for (std::size_t i = 0; i < tunables.size(); ++i) point.at(tunables[i].name) = choice[i];
}

void put(const std::vector<Tunable>& tunables, const Choice& choice, config::Json& parameters) {
  for (std::size_t i = 0; i < tunables.size(); ++i)
    parameters[std::string(tunables[i].name)] = choice[i];
}

class Tuner {
 public:
  Tuner(const Setup& setup, const ActivePoint& point, const TuningPlan& plan)
      : setup_(setup),
        point_(point),
        searched_(searched(point)),
        worker_(make_worker(job_text(setup))) {
    for (std::uint32_t number = 0; number < plan.trials; ++number) {
      trials_.push_back(draw_trial(setup, number, data::Part::kHoldout));
      find_truth(setup, trials_.back());
    }
  }

  const Searched& parameters() const { return searched_; }
  /// Inputs that the model has computed.
  std::uint64_t computed() const { return computed_; }

  /// Mean errors for one choice of the encoder's parameters and several of the decoder's.
  std::vector<metrics::Summary> evaluate(const Choice& encoder,
                                         const std::vector<Choice>& decoders) {
    std::vector<std::unique_ptr<schemes::Scheme>> candidates;
    for (const Choice& decoder : decoders) candidates.push_back(candidate(encoder, decoder));
    std::vector<std::vector<double>> mse(decoders.size());
    for (const Trial& trial : trials_) {
      if (interrupted())
        throw Interrupted("interrupted (a signal came); the file holds the points before");
      const round::CutOff cut = cut_off(setup_, trial, point_.scheme->active_workers());
      Matrix results;
      for (std::size_t i = 0; i < candidates.size(); ++i) {
        const round::FittedScheme scheme(*candidates[i], trial.sample.inputs, trial.path);
        if (i == 0) results = compute(trial, scheme->encode(scheme.data()).inputs, cut);
        mse[i].push_back(cut.used.empty() ? kNaN : error_of(scheme, results, cut.used, trial));
      }
    }
    std::vector<metrics::Summary> summaries;
    for (const auto& values : mse) summaries.push_back(metrics::summarise(values));
    return summaries;
  }

 private:
  std::unique_ptr<schemes::Scheme> candidate(const Choice& encoder, const Choice& decoder) const {
    config::Json parameters = config::members_of(point_.made_of);
    put(searched_.encoder, encoder, parameters);
    put(searched_.decoder, decoder, parameters);
    return config::make(schemes::schemes(), config::component_of(parameters, point_.made_of.where),
                        point_.context);
  }

  /// Of what the master makes of these answers, once the liars among the workers have spoken.
  double error_of(const round::FittedScheme& scheme, Matrix answers,
                  const std::vector<WorkerId>& workers, const Trial& trial) const {
    const round::Attack attack{
        *setup_.adversaries, {setup_.config.seed, trial.number, trial.step}, trial.truth};
    const round::Judgement made = round::judge(scheme, attack, workers, answers);
    return metrics::measure(scheme.in_order(trial.truth), made.decoded.estimates, {}).mse;
  }

  /// What the used workers answer, block by block as in a run.
  Matrix compute(const Trial& trial, const Matrix& inputs, const round::CutOff& cut) {
    computed_ += static_cast<std::uint64_t>(inputs.rows());
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
  const Searched searched_;
  std::unique_ptr<transport::BlockFunction> worker_;
  std::vector<Trial> trials_;
  std::uint64_t computed_ = 0;
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

bool is_tunable(const ActivePoint& point) {
  return point.scheme != nullptr && !point.scheme->tunables().empty();
}

std::uint64_t most_steps(const ActivePoint& point, const TuningPlan& plan) {
  std::uint64_t first = 1, later = 1;
  for (const Tunable& tunable : searched(point).encoder) {
    first *= plan.grid + (tunable.scale == Tunable::Scale::kLogarithmic ? 1 : 0);
    later *= plan.grid;
  }
  return first + (plan.rounds - 1) * later;
}

Surface tune(const Setup& setup, const ActivePoint& point, const TuningPlan& plan,
             const std::function<void()>& on_step) {
  require_holdout(setup);
  const Stopwatch watch;
  Tuner tuner(setup, point, plan);
  const auto& [encoder, decoder] = tuner.parameters();
  Surface surface;
  for (std::uint32_t round = 0; round < plan.rounds; ++round) {
    const SurfacePoint centre = surface.best;
    const std::vector<Choice> decoders = choices_of(decoder, plan, round, centre);
    for (const Choice& encoding : choices_of(encoder, plan, round, centre)) {
      const auto summaries = tuner.evaluate(encoding, decoders);
      for (std::size_t i = 0; i < summaries.size(); ++i) {
        SurfacePoint tried;
        tried.point = point.record.point;
        put(encoder, encoding, tried);
        put(decoder, decoders[i], tried);
        tried.mse = summaries[i].mean;
        tried.mse_ci_low = summaries[i].ci_low;
        tried.mse_ci_high = summaries[i].ci_high;
        surface.points.push_back(tried);
        // A choice without a mean is better than nothing, and worse than any other.
        if (std::isnan(surface.best.mse) || tried.mse < surface.best.mse) surface.best = tried;
      }
      on_step();
    }
  }
  surface.computed = tuner.computed();
  surface.search_s = watch.elapsed();
  return surface;
}

}  // namespace laggard::approximation
