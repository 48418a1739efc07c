#include "experiment/training/kind.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "experiment/training/records.hpp"
#include "experiment/training/setup.hpp"
#include "experiment/training/trial.hpp"
#include "experiment/training/worker.hpp"
#include "output/distinctions.hpp"
#include "output/point_rows.hpp"
#include "output/points.hpp"

namespace laggard::training {
namespace {

class Training final : public sweep::Experiment {
 public:
  explicit Training(Setup setup) : setup_(std::move(setup)), evaluation_(setup_) {}

  std::vector<PointRecord> points() const override {
    std::vector<PointRecord> points;
    for (const ActivePoint& point : setup_.points) points.push_back(point.record);
    return points;
  }

  std::string job() const override { return job_text(setup_); }

  void run(std::uint32_t number, std::span<const std::size_t> points, const sweep::Bench& bench,
           const std::function<void()>& done) override {
    if (!clock_) clock_ = round::make_clock(setup_.config.clock, bench.parts, setup_.time);
    for (const std::size_t point : points) {
      Trial(setup_, setup_.points[point], evaluation_, *clock_, bench, number).run();
      done();
    }
  }

  sweep::Effort effort() const override {
    sweep::Effort effort;
    const RecipeConfig& recipe = setup_.config.recipe;
    const auto parameters = static_cast<double>(setup_.model->parameters());
    for (const ActivePoint& point : setup_.points) {
      if (!point.tasks) continue;
      const double rows = std::accumulate(point.inputs.begin(), point.inputs.end(), 0.0);
      effort.model_inputs += 1.0 * setup_.config.trials.most * recipe.steps * rows;
      const double active = point.record.active;
      // Two sets of tasks, the gradients that are kept, weights and optimizer.
      effort.trial_bytes = std::max(
          effort.trial_bytes,
          sizeof(double) * (2.0 * active * static_cast<double>(point.tasks->shape().width()) +
                            (active + 8.0) * parameters));
    }
    return effort;
  }

  sweep::RankDemand demanded_ranks() const override {
    return {"/delay/ranks", setup_.delay->loaded_ranks()};
  }

  Caveat caveat(std::size_t point) const override {
    return caveat_of(setup_, setup_.points[point]);
  }

  std::vector<std::string> hints() const override {
    std::vector<std::string> hints = experiment::cluster_hints(setup_.config, setup_);
    if (*setup_.dataset->rows(data::Part::kHoldout) == 0)
      hints.emplace_back(
          "/dataset/holdout is 0 (no rows are left for the test); set it to some of the rows to "
          "get test_loss and test_accuracy");
    return hints;
  }

 private:
  Setup setup_;
  Evaluation evaluation_;
  std::unique_ptr<round::Clock> clock_;  // lasts for the combination
};

/// Mean of a column over runs.
double mean_of(const std::vector<RunRecord>& runs, double RunRecord::*member) {
  double sum = 0.0;
  for (const RunRecord& run : runs) sum += run.*member;
  return sum / static_cast<double>(runs.size());
}

double standard_error(const std::vector<RunRecord>& runs, double RunRecord::*member) {
  const auto count = static_cast<double>(runs.size());
  if (count < 2) return kNaN;
  const double mean = mean_of(runs, member);
  double squares = 0.0;
  for (const RunRecord& run : runs) squares += (run.*member - mean) * (run.*member - mean);
  return std::sqrt(squares / (count - 1.0) / count);
}

TrainingSummary summary_of(std::uint32_t point, const std::vector<RunRecord>& runs) {
  TrainingSummary row;
  row.point = point;
  row.trials = static_cast<std::uint32_t>(runs.size());
  for (const RunRecord& run : runs) row.diverged += run.diverged;
  row.test_accuracy = mean_of(runs, &RunRecord::test_accuracy);
  row.test_accuracy_error = standard_error(runs, &RunRecord::test_accuracy);
  row.test_loss = mean_of(runs, &RunRecord::test_loss);
  row.train_loss = mean_of(runs, &RunRecord::train_loss);
  row.seconds = mean_of(runs, &RunRecord::seconds);
  row.received = mean_of(runs, &RunRecord::received);
  row.gradient_error = mean_of(runs, &RunRecord::gradient_error);
  row.batch_noise = mean_of(runs, &RunRecord::batch_noise);
  row.decoding_error = mean_of(runs, &RunRecord::decoding_error);
  row.weight_amplification = mean_of(runs, &RunRecord::weight_amplification);
  return row;
}

std::vector<TrainingSummary> summary_rows(const hdf5::File& file, std::size_t points) {
  std::map<std::uint32_t, std::vector<RunRecord>> runs;
  for (const RunRecord& run : output::read_point_rows<RunRecord>(file, points))
    runs[run.point].push_back(run);
  std::vector<TrainingSummary> rows;
  for (const auto& [point, of_point] : runs) rows.push_back(summary_of(point, of_point));
  return rows;
}

output::PrintedTable points_table(const std::vector<TrainingSummary>& rows,
                                  const std::vector<PointRecord>& points) {
  const output::Distinctions distinctions(points);
  output::PrintedTable table({{"point", ""},
                              {"scheme", "scheme"},
                              {"workers", "N"},
                              {"data_points", "K"},
                              {"stragglers", "S"},
                              {"trials", "trials"},
                              {"diverged", "diverged"},
                              {"test_accuracy", "accuracy"},
                              {"test_accuracy_error", "std error"},
                              {"test_loss", "test loss"},
                              {"train_loss", ""},
                              {"seconds", "seconds"},
                              {"received", "received"},
                              {"gradient_error", "gradient error"},
                              {"batch_noise", "batch noise"},
                              {"decoding_error", "decoding error"},
                              {"weight_amplification", "sum |w|"},
                              {"", "set by the sweep"}});
  using namespace output;
  for (const TrainingSummary& row : rows) {
    const PointRecord& point = points.at(row.point);
    Cell stragglers = number_cell(point.mean_stragglers);
    stragglers.shown = stragglers_of(point);
    table.add({count_cell(row.point), text_cell(point.scheme), count_cell(point.workers),
               count_cell(point.data_points), std::move(stragglers), count_cell(row.trials),
               count_cell(row.diverged), share_cell(row.test_accuracy),
               share_cell(row.test_accuracy_error), number_cell(row.test_loss),
               number_cell(row.train_loss), number_cell(row.seconds), number_cell(row.received),
               number_cell(row.gradient_error), number_cell(row.batch_noise),
               number_cell(row.decoding_error), number_cell(row.weight_amplification),
               text_cell(distinctions.of(point))});
  }
  return table;
}

class TrainingKind final : public sweep::ExperimentKind {
 public:
  std::string_view name() const override { return "training"; }
  std::string_view summary() const override {
    return "how fast a model learns when the workers compute its gradients through each scheme";
  }
  std::shared_ptr<config::ExperimentConfig> make_config() const override {
    return std::make_shared<Config>();
  }
  Layout layout(const config::ExperimentConfig&) const override {
    return {{{&table_of<RunRecord>(), TableRole::kUnit},
             {&table_of<TrainingRecord>(), TableRole::kOfUnit},
             {&table_of<TimingRecord>(), TableRole::kOfUnit}},
            {}};
  }
  sweep::Maker maker() const override {
    auto builder = std::make_shared<SetupBuilder>();
    return [builder](const config::Combination& combination) {
      return std::make_unique<Training>(builder->build(combination));
    };
  }
  std::unique_ptr<transport::BlockFunction> make_worker(const std::string& job,
                                                        std::uint32_t rank) const override {
    return training::make_worker(job, rank);
  }
  std::vector<std::string> summarise(hdf5::File& file) const override {
    const std::vector<PointRecord> points = output::read_points(file);
    const std::vector<TrainingSummary> rows = summary_rows(file, points.size());
    hdf5::write_rows(file, rows);
    const output::Distinctions distinctions(points);
    std::vector<std::string> remarks;
    for (const TrainingSummary& row : rows)
      if (row.diverged > 0)
        remarks.push_back(fmt::format("{}: {} of {} trainings diverged",
                                      distinctions.describe(points.at(row.point)), row.diverged,
                                      row.trials));
    return remarks;
  }
  std::vector<sweep::SummaryPart> report(const hdf5::File& file,
                                         const sweep::SummaryRequest& request) const override {
    const std::vector<PointRecord> points = output::read_points(file);
    std::vector<TrainingSummary> rows = summary_rows(file, points.size());
    std::erase_if(rows, [&](const auto& row) { return !request.keep(points.at(row.point)); });
    return {{"points", "", points_table(rows, points)}};
  }
};

}  // namespace

const sweep::ExperimentKind& experiment_kind() {
  static const TrainingKind kind;
  return kind;
}

}  // namespace laggard::training
