#include "experiment/approximation/rehearsal.hpp"

#include <algorithm>

#include "experiment/fate.hpp"
#include "metrics/errors.hpp"

namespace laggard::approximation {
Rehearsal::Rehearsal(const Trial& trial, const ActivePoint& point, round::RoundRequest request,
                     round::Clock& clock)
    : trial_(trial),
      point_(point),
      path_(round::path_for(*point.scheme, trial.sample.inputs, trial.path)),
      data_(path_ != nullptr ? path_->thread(trial.sample.inputs) : trial.sample.inputs),
      truth_(path_ != nullptr ? path_->thread(trial.truth) : trial.truth),
      own_(point.scheme->for_data(data_)) {
  const round::Arrivals arrivals = experiment::everybody_at_once(point.record.workers);
  const round::WaitAll everybody({});
  request.keep_workers = false;
  request.arrivals = &arrivals;
  request.inputs = scheme().encode(data_).inputs;
  round::Answers answers = clock.collect(std::move(request), everybody);
  workers_ = std::move(answers.workers);
  results_ = std::move(answers.results);
  results_.resize(results_.rows(), truth_.cols());  // of no rows, too
  failures_ = std::move(answers.failures);
}

std::vector<WorkerId> Rehearsal::worst(std::uint32_t count) const {
  return schemes::worst_losses(answered(), count);
}

double Rehearsal::mse_without(const std::vector<WorkerId>& lost) const {
  return schemes::squared_error_without(answered(), lost) / static_cast<double>(truth_.size());
}

std::vector<AnytimeRecord> Rehearsal::anytime(const std::vector<WorkerId>& order,
                                              const std::vector<Seconds>& delay_s) const {
  std::vector<AnytimeRecord> records;
  std::vector<WorkerId> received;
  std::vector<Index> rows;
  for (const WorkerId worker : order) {
    const auto found = std::lower_bound(workers_.begin(), workers_.end(), worker);
    if (found == workers_.end() || *found != worker) continue;  // it has nothing to do
    const auto place = std::lower_bound(received.begin(), received.end(), worker);
    rows.insert(rows.begin() + (place - received.begin()), found - workers_.begin());
    received.insert(place, worker);
    const Matrix results = results_(rows, Eigen::all);
    schemes::Decoded decoded = scheme().decode(rows_of(results, 0, results.rows()), received);
    if (path_ != nullptr) path_->unthread(decoded);
    const metrics::Errors errors = metrics::measure(trial_.truth, decoded.estimates,
                                                    trial_.sample.labels, decoded.reconstructed);
    records.push_back({point_.record.point, trial_.number,
                       static_cast<std::uint32_t>(received.size()), delay_s[worker], errors.mse,
                       errors.relative_error, errors.accuracy});
  }
  return records;
}

}  // namespace laggard::approximation
