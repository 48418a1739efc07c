#include "experiment/serving/predictions.hpp"

#include <algorithm>

#include "math/parity_code.hpp"

namespace laggard::serving {
namespace {

Index best_of(const Matrix& answers, Index query) {
  Index best = 0;
  answers.row(query).maxCoeff(&best);
  return best;
}

}  // namespace

Predictions::Predictions(const data::Sample& sample, std::uint32_t queries, std::uint32_t batch,
                         const JobCounts& jobs, Index outputs)
    : sample_(sample),
      queries_(queries),
      batch_(batch),
      batches_((queries + batch - 1) / batch),
      jobs_(jobs),
      proper_(Matrix::Constant(queries, outputs, kNaN)),
      substitutes_(proper_),
      proper_there_(batches_) {
  if (jobs.group == 0) return;
  coefficients_ = math::parity_coefficients(jobs.group, jobs.coded);
  const std::size_t groups = (batches_ + jobs.group - 1) / jobs.group;
  coded_.resize(groups * jobs.coded);
  coded_there_.resize(coded_.size());
}

std::uint32_t Predictions::rows_of_batch(Batch batch) const {
  return std::min(batch_, queries_ - batch * batch_);
}

Matrix Predictions::inputs(const Task& task) const {
  const Index distinct = sample_.inputs.rows();
  if (!task.coded) {
    Matrix rows(rows_of_batch(task.owner), sample_.inputs.cols());
    for (Index row = 0; row < rows.rows(); ++row)
      rows.row(row) = sample_.inputs.row((Index{task.owner} * batch_ + row) % distinct);
    return rows;
  }
  const Batch first = task.owner * jobs_.group;
  const Batch end = std::min(batches_, first + jobs_.group);
  Matrix rows = Matrix::Zero(rows_of_batch(first), sample_.inputs.cols());
  for (Batch batch = first; batch < end; ++batch) {
    const Matrix own = inputs({batch});
    rows.topRows(own.rows()) += coefficients_(task.copy, batch - first) * own;
  }
  return rows;
}

void Predictions::take(const Task& task, const Matrix& results) {
  if (task.coded) {
    const std::size_t index = std::size_t{task.owner} * jobs_.coded + task.copy;
    coded_[index] = results;
    coded_there_[index] = 1;
    return;
  }
  const bool cheaper = jobs_.cheaper && task.copy > 0;
  (cheaper ? substitutes_ : proper_).middleRows(Index{task.owner} * batch_, results.rows()) =
      results;
  if (!cheaper) proper_there_[task.owner] = 1;
}

bool Predictions::substitute(Batch batch) {
  if (jobs_.group > 0) return reconstruct(batch);
  if (jobs_.cheaper) return true;  // take() has put it there
  const Index first = Index{batch} * batch_, rows = rows_of_batch(batch);
  substitutes_.middleRows(first, rows) = proper_.middleRows(first, rows);
  return true;
}

bool Predictions::reconstruct(Batch batch) {
  const Batch first = batch / jobs_.group * jobs_.group;
  const Batch end = std::min(batches_, first + jobs_.group);
  std::vector<Index> lost, received;
  for (Batch other = first; other < end; ++other)
    if (!proper_there_[other]) lost.push_back(other - first);
  const std::size_t coded = std::size_t{first / jobs_.group} * jobs_.coded;
  for (std::uint32_t copy = 0; copy < jobs_.coded; ++copy)
    if (coded_there_[coded + copy]) received.push_back(copy);
  if (received.size() < lost.size()) return false;
  const auto parities = math::choose_parities(coefficients_, lost, received);
  const Index outputs = proper_.cols();
  Matrix parity_answers(jobs_.coded, outputs);
  for (Index row = 0; row < static_cast<Index>(rows_of_batch(batch)); ++row) {
    Matrix answers = Matrix::Zero(jobs_.group, outputs);
    for (Batch other = first; other < end; ++other)
      if (proper_there_[other] && row < static_cast<Index>(rows_of_batch(other)))
        answers.row(other - first) = proper_.row(Index{other} * batch_ + row);
    for (const Index parity : parities)
      parity_answers.row(parity) = coded_[coded + static_cast<std::size_t>(parity)].row(row);
    math::solve_lost(coefficients_, lost, parities, parity_answers, answers);
    substitutes_.row(Index{batch} * batch_ + row) = answers.row(batch - first);
  }
  return true;
}

double Predictions::accuracy(std::span<const std::uint8_t> substituted, std::uint32_t first) const {
  if (sample_.labels.empty() || proper_.cols() < 2) return kNaN;
  double right = 0.0;
  for (std::size_t i = 0; i < substituted.size(); ++i) {
    const auto query = static_cast<Index>(first + i);
    const Matrix& answers = substituted[i] != 0 ? substitutes_ : proper_;
    if (std::isnan(answers(query, 0))) return kNaN;
    const std::size_t row = static_cast<std::size_t>(query) % sample_.labels.size();
    right += best_of(answers, query) == sample_.labels[row] ? 1.0 : 0.0;
  }
  return right / static_cast<double>(substituted.size());
}

}  // namespace laggard::serving
