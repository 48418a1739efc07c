#include "experiment/serving/kind.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "experiment/serving/config.hpp"
#include "experiment/serving/report.hpp"
#include "experiment/serving/rows.hpp"
#include "experiment/serving/simulation.hpp"
#include "experiment/serving/wall_server.hpp"
#include "output/distinctions.hpp"
#include "output/point_rows.hpp"

namespace laggard::serving {
namespace {

class Serving final : public sweep::Experiment {
 public:
  explicit Serving(const config::Combination& combination)
      : simulation_(combination),
        sweeps_rate_(combination.swept.parameters.contains(std::string(kRatePointer))) {
    const Config& config = simulation_.config();
    if (config.clock != "wall") return;
    deployment_.emplace(config);
    // There, both take the time that they take.
    real_server_ = config.serving.server;
    real_server_.encode_s = real_server_.decode_s = 0.0;
  }

  std::string job() const override { return deployment_ ? deployment_->job() : ""; }

  std::vector<PointRecord> points() const override {
    std::vector<PointRecord> points;
    for (const ActivePolicy& policy : simulation_.policies()) points.push_back(policy.record);
    if (deployment_ && !simulation_.config().time.is_free())
      for (PointRecord& point : points)
        point.skipped = "/time is for the virtual clock; the wall clock measures";
    return points;
  }

  void run(std::uint32_t trial, std::span<const std::size_t> points, const sweep::Bench& bench,
           const std::function<void()>& done) override {
    data::Sample queries;
    if (deployment_) queries = deployment_->queries(trial);
    for (const std::size_t point : points) {
      if (interrupted()) throw Interrupted("interrupted");
      const LatencyRecord row = deployment_ ? run_for_real(trial, point, queries, bench)
                                            : simulation_.run(trial, simulation_.policies()[point]);
      if (simulation_.config().write_queries) bench.sink.add_rows(queries_of(row));
      bench.sink.add_row(row);
      done();
    }
  }

  sweep::Effort effort() const override {
    sweep::Effort effort;
    effort.trial_bytes = simulation_.bytes();
    if (!deployment_) return effort;
    const double queries = real_server_.queries,
                 outputs = static_cast<double>(deployment_->outputs());
    effort.trial_bytes +=
        sizeof(double) * (2.0 * queries * outputs + deployment_->distinct_queries() *
                                                        static_cast<double>(deployment_->width()));
    for (const ActivePolicy& active : simulation_.policies())
      if (active.policy) effort.model_inputs += queries * simulation_.config().trials.most;
    return effort;
  }

  Caveat caveat(std::size_t point) const override {
    const auto& policy = simulation_.policies()[point].policy;
    if (!policy) return {};
    const double rate = simulation_.rate(), capacity = simulation_.capacity(*policy);
    if (rate < simulation_.margin() * capacity) {
      if (!sweeps_rate_ || rate == simulation_.config().serving.server.rate) return {};
      return {fmt::format(
          "the recorded queries come at {:.4g} per second, whatever /serving/rate is", rate)};
    }
    if (rate <= simulation_.limit(*policy))
      return {fmt::format(
          "{:.4g} queries per second come, and those who serve them one by one manage {:.4g}: the "
          "queues will grow without bound, and no latency is given, unless approximate answers "
          "come first to enough of them",
          rate, capacity)};
    return {
        fmt::format("{:.4g} queries per second come, and at most {:.4g} can be served: the "
                    "queues will grow without bound, and no latency is given",
                    rate, capacity)};
  }

 private:
  LatencyRecord run_for_real(std::uint32_t trial, std::size_t point, const data::Sample& queries,
                             const sweep::Bench& bench) {
    const ActivePolicy& active = simulation_.policies()[point];
    WallServer server(simulation_.scene(trial, real_server_), *active.policy,
                      {*deployment_, queries, point, bench.parts});
    LatencyRecord row = simulation_.run(server, trial, active);
    for (const round::RankFailure& failure : server.failures())
      bench.sink.add_row(
          FailureRecord{active.record.point, trial, failure.rank, failure.noticed_s});
    if (row.unstable == 0)
      row.accuracy = server.predictions().accuracy(simulation_.last_latencies().substituted,
                                                   simulation_.config().serving.warmup);
    return row;
  }

  std::vector<QueryRecord> queries_of(const LatencyRecord& row) const {
    const std::uint32_t warmup = simulation_.config().serving.warmup;
    const Latencies& latencies = simulation_.last_latencies();
    std::vector<QueryRecord> rows(latencies.seconds.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
      rows[i] = {row.point,
                 row.trial,
                 warmup + static_cast<std::uint32_t>(i),
                 simulation_.answers().arrival[warmup + i],
                 latencies.seconds[i],
                 latencies.substituted[i]};
    return rows;
  }

  Simulation simulation_;
  bool sweeps_rate_;
  std::optional<Deployment> deployment_;  // on the wall clock
  ServerConfig real_server_;
};

class ServingKind final : public sweep::ExperimentKind {
 public:
  std::string_view name() const override { return "serving"; }
  std::string_view summary() const override {
    return "how long users of a prediction server wait, under each policy against slow instances";
  }
  std::shared_ptr<config::ExperimentConfig> make_config() const override {
    return std::make_shared<Config>();
  }
  Layout layout(const config::ExperimentConfig& config) const override {
    Layout layout;
    layout.tables.push_back({&table_of<LatencyRecord>(), TableRole::kUnit});
    if (dynamic_cast<const Config&>(config).write_queries)
      layout.tables.push_back({&table_of<QueryRecord>(), TableRole::kOfUnit});
    return layout;
  }
  sweep::Maker maker() const override {
    return [](const config::Combination& combination) {
      return std::make_unique<Serving>(combination);
    };
  }
  std::unique_ptr<transport::BlockFunction> make_worker(const std::string& job,
                                                        std::uint32_t /*rank*/) const override {
    return serving::make_worker(job);
  }
  std::vector<std::string> summarise(hdf5::File& file) const override {
    const std::vector<PointRecord> points = output::read_points(file);
    const auto rows =
        summary_of(output::read_point_rows<LatencyRecord>(file, points.size()), points.size());
    hdf5::write_rows(file, rows);
    const output::Distinctions distinctions(points);
    std::vector<std::string> remarks;
    for (const ServingSummary& row : rows)
      if (row.unstable_trials > 0)
        remarks.push_back(fmt::format(
            "{}: the queues grew without bound in {} of {} trials, so that no latency is given",
            distinctions.describe(points.at(row.point)), row.unstable_trials, row.trials));
    return remarks;
  }
  std::vector<sweep::SummaryPart> report(const hdf5::File& file,
                                         const sweep::SummaryRequest& request) const override {
    return report_on(file, request);
  }
};

}  // namespace

const sweep::ExperimentKind& experiment_kind() {
  static const ServingKind kind;
  return kind;
}

}  // namespace laggard::serving
