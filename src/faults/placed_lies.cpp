#include "faults/placed_lies.hpp"

#include <cmath>
#include <numbers>

namespace laggard::faults {

void SignFlip::tell(const Plot& plot, Matrix& answers) const {
  for (const Index row : plot.rows) answers.row(row) *= -1.0;
}

void RandomLies::Config::fields(Fields& fields) {
  PlacedConfig::fields(fields);
  fields.number({"sigma", "standard deviation of what is added, before the cut to the bound"},
                sigma, kNonNegative);
}

void RandomLies::tell(const Plot& plot, Matrix& answers) const {
  std::vector<double> normals(static_cast<std::size_t>(answers.cols()));
  for (const Index row : plot.rows) {
    const WorkerId worker = plot.workers[static_cast<std::size_t>(row)];
    Stream stream = plot.at.of(worker).stream(Purpose::kLies);
    fill_standard_normal(stream, normals);
    for (std::size_t c = 0; c < normals.size(); ++c)
      answers(row, static_cast<Index>(c)) += sigma_ * normals[c];
  }
}

void ConstantLies::tell(const Plot& plot, Matrix& answers) const {
  for (const Index row : plot.rows) answers.row(row).setConstant(plot.bound);
}

void NearConfig::fields(Fields& fields) {
  PlacedConfig::fields(fields);
  fields.number({"amplitude", "c: the answers move by at most c M"}, amplitude);
}

void ShiftedLies::tell(const Plot& plot, Matrix& answers) const {
  for (const Index row : plot.rows) answers.row(row).array() += amplitude_ * plot.bound;
}

void BumpLies::tell(const Plot& plot, Matrix& answers) const {
  const auto liars = static_cast<double>(plot.rows.size());
  for (std::size_t i = 0; i < plot.rows.size(); ++i) {
    const double sine = std::sin(std::numbers::pi * (static_cast<double>(i) + 0.5) / liars);
    answers.row(plot.rows[i]).array() += amplitude_ * plot.bound * sine * sine;
  }
}

std::string CopyLies::conflict(std::uint32_t workers, std::uint32_t answers) const {
  if (count() == 1) return "the liars of 'copy' exchange their answers, but there is only one";
  return PlacedAdversaries::conflict(workers, answers);
}

void CopyLies::tell(const Plot& plot, Matrix& answers) const {
  const auto liars = static_cast<std::uint32_t>(plot.rows.size());
  Stream stream = plot.at.stream(Purpose::kLies);
  const std::vector<std::uint32_t> order = random_permutation(stream, liars);
  const Matrix honest = answers(plot.rows, Eigen::all);
  for (std::uint32_t i = 0; i < liars; ++i)
    answers.row(plot.rows[order[i]]) = honest.row(order[(i + 1) % liars]);
}

}  // namespace laggard::faults
