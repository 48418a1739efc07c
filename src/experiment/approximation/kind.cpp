#include "experiment/approximation/kind.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "experiment/approximation/config.hpp"
#include "experiment/approximation/effort.hpp"
#include "experiment/approximation/master.hpp"
#include "experiment/approximation/report.hpp"
#include "experiment/approximation/setup.hpp"
#include "experiment/approximation/worker.hpp"
#include "output/distinctions.hpp"
#include "output/summary.hpp"
#include "schemes/assigned_code.hpp"

namespace laggard::approximation {
namespace {

class Approximation final : public sweep::Experiment {
 public:
  explicit Approximation(Setup setup) : setup_(std::move(setup)) {}

  std::vector<PointRecord> points() const override {
    std::vector<PointRecord> points;
    for (const ActivePoint& point : setup_.points) points.push_back(point.record);
    return points;
  }

  std::string job() const override { return job_text(setup_, setup_.points); }

  void run(std::uint32_t number, std::span<const std::size_t> points, const sweep::Bench& bench,
           const std::function<void()>& done) override {
    if (!master_) master_.emplace(setup_, bench.parts, bench.sink);
    master_->run(work(number, points), std::exchange(expected_, std::nullopt), done);
  }

  void expect(std::uint32_t number, std::span<const std::size_t> points) override {
    expected_ = work(number, points);
  }

  sweep::Effort effort() const override { return effort_of(setup_); }

  sweep::RankDemand demanded_ranks() const override {
    return {"/delay/ranks", setup_.delay->loaded_ranks()};
  }

  Caveat caveat(std::size_t point) const override {
    const schemes::Scheme* const scheme = setup_.points[point].scheme.get();
    if (scheme == nullptr) return {};
    Trial trial;  // number 0
    std::optional<round::FittedScheme> fitted;
    if (schemes::waits_for_data(*scheme)) {
      trial.sample = draw_sample(setup_, trial.number);
      fitted.emplace(*scheme, trial.sample.inputs, trial.path);
    }
    return (fitted ? **fitted : *scheme).caveat([&] {
      draw_arrivals(setup_, trial);
      return cut_off(setup_, trial, scheme->active_workers()).used;
    });
  }

  std::vector<std::string> hints() const override {
    std::vector<std::string> hints = experiment::cluster_hints(setup_.config, setup_);
    const model::NetworkInfo* network = setup_.model->network();
    if (network == nullptr) return hints;
    if (network->is_script)
      hints.push_back(
          fmt::format("{}/path: a TorchScript file is a program (it runs with your rights); load "
                      "only files that you trust",
                      setup_.config.model.where));
    if (setup_.dataset->looks_like_bytes())
      hints.emplace_back(
          "/dataset gives whole numbers from 0 to 255 to a network (most are trained on [0, 1]); "
          "if this one is, set /dataset/scale to 255");
    return hints;
  }

 private:
  Work work(std::uint32_t number, std::span<const std::size_t> points) const {
    Work work{number, {}};
    for (const std::size_t point : points) work.points.push_back(&setup_.points[point]);
    return work;
  }

  Setup setup_;
  std::optional<Master> master_;  // its clock lasts for the combination
  std::optional<Work> expected_;
};

class ApproximationKind final : public sweep::ExperimentKind {
 public:
  std::string_view name() const override { return "approximation"; }
  std::string_view summary() const override {
    return "how well each scheme recovers f on K inputs from coded workers";
  }
  std::shared_ptr<config::ExperimentConfig> make_config() const override {
    return std::make_shared<Config>();
  }
  Layout layout(const config::ExperimentConfig& config) const override {
    return layout_of(dynamic_cast<const Config&>(config).output);
  }
  sweep::Maker maker() const override {
    auto builder = std::make_shared<SetupBuilder>();
    return [builder](const config::Combination& combination) {
      return std::make_unique<Approximation>(builder->build(combination));
    };
  }
  std::unique_ptr<transport::BlockFunction> make_worker(const std::string& job,
                                                        std::uint32_t rank) const override {
    return approximation::make_worker(job, rank);
  }
  std::vector<std::string> summarise(hdf5::File& file) const override {
    const output::ResultSummary summary = output::write_summary(file);
    const output::Distinctions distinctions(summary.points);
    std::vector<std::string> remarks;
    for (const output::SummaryRow& row : summary.rows)
      if (row.nonfinite_trials > 0)
        remarks.push_back(fmt::format(
            "{}: {} of {} trials have no finite error (the columns received, unavailable and "
            "nonfinite of /trials say why; if none does, numbers were too large to be squared)",
            distinctions.describe(summary.points.at(row.point)), row.nonfinite_trials, row.trials));
    return remarks;
  }
  std::vector<sweep::SummaryPart> report(const hdf5::File& file,
                                         const sweep::SummaryRequest& request) const override {
    return report_on(file, request);
  }
};

}  // namespace

const sweep::ExperimentKind& experiment_kind() {
  static const ApproximationKind kind;
  return kind;
}

}  // namespace laggard::approximation
