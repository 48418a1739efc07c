#include "experiment/approximation/rehearsal.hpp"

#include <algorithm>
#include <iterator>

#include "experiment/fate.hpp"
#include "metrics/errors.hpp"

namespace laggard::approximation {

Rehearsal::Rehearsal(const Trial& trial, const ActivePoint& point, const round::Attack& attack,
                     round::RoundRequest request, round::Clock& clock)
    : trial_(trial),
      point_(point),
      attack_(attack),
      scheme_(*point.scheme, trial.sample.inputs, trial.path),
      truth_(scheme_.in_order(trial.truth)) {
  const round::Arrivals arrivals = experiment::everybody_at_once(point.record.workers);
  const round::WaitAll everybody({});
  request.keep_workers = false;
  request.arrivals = &arrivals;
  request.inputs = scheme_->encode(scheme_.data()).inputs;
  round::Answers answers = clock.collect(std::move(request), everybody);
  workers_ = std::move(answers.workers);
  results_ = std::move(answers.results);
  results_.resize(results_.rows(), truth_.cols());  // of no rows, too
  failures_ = std::move(answers.failures);
}

std::vector<WorkerId> Rehearsal::worst(std::uint32_t count) const {
  return schemes::worst_losses({*scheme_, workers_, results_, truth_}, count);
}

schemes::Decoded Rehearsal::decoded_from(const std::vector<WorkerId>& received) const {
  std::vector<WorkerId> workers;
  std::set_intersection(received.begin(), received.end(), workers_.begin(), workers_.end(),
                        std::back_inserter(workers));
  std::vector<Index> rows;
  for (const WorkerId worker : workers)
    rows.push_back(std::lower_bound(workers_.begin(), workers_.end(), worker) - workers_.begin());
  Matrix results = results_(rows, Eigen::all);
  return round::judge(scheme_, attack_, workers, results).decoded;
}

double Rehearsal::mse_from(const std::vector<WorkerId>& received) const {
  return (decoded_from(received).estimates - truth_).squaredNorm() /
         static_cast<double>(truth_.size());
}

std::vector<AnytimeRecord> Rehearsal::anytime(const std::vector<WorkerId>& order,
                                              const std::vector<Seconds>& delay_s) const {
  std::vector<AnytimeRecord> records;
  std::vector<WorkerId> received;
  for (const WorkerId worker : order) {
    if (!std::binary_search(workers_.begin(), workers_.end(), worker)) continue;
    received.insert(std::lower_bound(received.begin(), received.end(), worker), worker);
    schemes::Decoded decoded = decoded_from(received);
    scheme_.restore_order(decoded);
    const metrics::Errors errors = metrics::measure(trial_.truth, decoded.estimates,
                                                    trial_.sample.labels, decoded.reconstructed);
    records.push_back({point_.record.point, trial_.number,
                       static_cast<std::uint32_t>(received.size()), delay_s[worker], errors.mse,
                       errors.relative_error, errors.accuracy});
  }
  return records;
}

}  // namespace laggard::approximation
