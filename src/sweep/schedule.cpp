#include "sweep/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "core/error.hpp"
#include "core/text.hpp"
#include "output/distinctions.hpp"

namespace laggard::sweep {
namespace {

std::uint32_t number_at(const void* row, const Column& column) {
  std::uint32_t number = 0;
  std::memcpy(&number, static_cast<const std::byte*>(row) + column.offset, sizeof number);
  return number;
}

double value_at(const void* row, const Column& column) {
  if (column.type == Scalar::kU32) return number_at(row, column);
  double value = 0.0;
  std::memcpy(&value, static_cast<const std::byte*>(row) + column.offset, sizeof value);
  return value;
}

}  // namespace

Schedule::Schedule(const config::Plan& plan, const std::vector<PointRecord>& points,
                   ResultStore& store)
    : points_(points), store_(store), units_(plan.common().units()) {
  wanted_.resize(plan.combinations.size());
  for (const config::Combination& combination : plan.combinations) open(combination);
}

void Schedule::open(const config::Combination& combination) {
  const config::Trials& trials = combination.config->trials;
  std::vector<const PointRecord*> active;
  for (std::uint32_t i = 0; i < combination.config->points(); ++i)
    if (const PointRecord& point = points_[combination.first_point + i]; point.skipped.empty())
      active.push_back(&point);
  if (active.empty()) return;
  most_ += active.size() * trials.most;
  if (!trials.until) {
    wanted_[combination.number] = trials.most;
    return;
  }
  adaptive_ = true;
  Open open{StoppingRule(trials), &units_.at(trials.until->mean_of), std::move(active), {}, {}};
  for (std::size_t i = 0; i < open.points.size(); ++i)
    if (open.points[i]->scheme == trials.until->against) open.rival = i;
  open.values.resize(open.points.size());
  Open& kept = open_.emplace(combination.number, std::move(open)).first->second;
  want(combination.number, kept, kept.rule.first());
}

void Schedule::want(std::uint32_t number, Open& open, std::uint32_t trials) {
  wanted_[number] = trials;
  ++raises_;
  open.missing = 0;
  for (auto& values : open.values) {
    if (values.size() < trials) values.resize(trials);
    open.missing += static_cast<std::uint64_t>(
        std::count(values.begin(), values.begin() + trials, std::nullopt));
  }
}

void Schedule::recall(const void* unit_row) {
  const std::uint32_t point = number_at(unit_row, units_.at("point"));
  const std::uint32_t trial = number_at(unit_row, units_.at("trial"));
  const std::uint32_t number = points_.at(point).combination;
  const auto found = open_.find(number);
  if (found == open_.end()) return;
  Open& open = found->second;
  for (std::size_t i = 0; i < open.points.size(); ++i) {
    if (open.points[i]->point != point) continue;
    auto& values = open.values[i];
    if (values.size() <= trial) values.resize(trial + std::size_t{1});
    if (!values[trial] && trial < wanted_[number]) --open.missing;
    values[trial] = value_at(unit_row, *open.column);
  }
  if (open.missing == 0) go_on(number, open);
}

void Schedule::add(const TableSpec& table, const void* rows, std::size_t count) {
  store_.add(table, rows, count);
  if (&table != &units_ || open_.empty()) return;
  for (std::size_t i = 0; i < count; ++i)
    recall(static_cast<const std::byte*>(rows) + i * table.row_size);
}

void Schedule::go_on(std::uint32_t number, Open& open) {
  while (open.missing == 0) {
    const std::uint32_t trials = wanted_[number];
    const std::vector<double> widths = relative_half_widths(open, trials);
    const bool settled = std::all_of(widths.begin(), widths.end(),
                                     [&](double width) { return open.rule.is_settled(width); });
    if (!settled && trials < open.rule.most()) {
      want(number, open, open.rule.after(trials));
      continue;
    }
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::uint32_t point = open.points[i]->point;
      if (std::isnan(widths[i])) meanless_.emplace(point, open.column->name);
      if (!open.rule.is_settled(widths[i])) unsure_.emplace(point, widths[i]);
    }
    most_ -= open.points.size() * (open.rule.most() - trials);
    open_.erase(number);
    return;
  }
}

std::vector<double> Schedule::relative_half_widths(const Open& open, std::uint32_t trials) {
  std::vector<double> widths;
  for (std::size_t i = 0; i < open.points.size(); ++i) {
    std::vector<double> values(trials);
    const bool against = open.rival && *open.rival != i;
    for (std::uint32_t trial = 0; trial < trials; ++trial)
      values[trial] = *open.values[i][trial] - (against ? *open.values[*open.rival][trial] : 0.0);
    const bool judged = !open.rival || against;
    widths.push_back(judged ? StoppingRule::relative_half_width(values) : 0.0);
  }
  return widths;
}

std::vector<std::string> Schedule::remarks() const {
  std::vector<std::string> remarks;
  const output::Distinctions distinctions(points_);
  if (!meanless_.empty()) {
    const auto& [point, column] = *meanless_.begin();
    const std::string more =
        meanless_.size() == 1 ? "" : fmt::format(" (and {} points more)", meanless_.size() - 1);
    remarks.push_back(fmt::format(
        "{}{}: '{}', whose mean /trials/until waits for, is missing or not finite in a trial; "
        "there is no mean, and more trials would give none",
        distinctions.describe(points_[point]), more, column));
  }
  if (unsure_.empty()) return remarks;
  const auto widest =
      std::max_element(unsure_.begin(), unsure_.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  remarks.push_back(fmt::format(
      "{} points reached /trials/at_most before their mean was known well enough; the relative "
      "half-width is {:.2g} at {}; raise /trials/at_most and add --resume",
      unsure_.size(), widest->second, distinctions.describe(points_[widest->first])));
  return remarks;
}

void check_rivals(const config::Plan& plan, const std::vector<PointRecord>& points) {
  for (const config::Combination& combination : plan.combinations) {
    const auto& until = combination.config->trials.until;
    if (!until || until->against.empty()) continue;
    std::vector<std::string_view> labels;
    for (std::uint32_t i = 0; i < combination.config->points(); ++i)
      labels.push_back(points[combination.first_point + i].scheme);
    if (std::find(labels.begin(), labels.end(), until->against) != labels.end()) continue;
    throw ConfigError(fmt::format("/trials/until/against is {}", excerpt(until->against)),
                      "nothing with that label is compared", suggestion(until->against, labels));
  }
}

}  // namespace laggard::sweep
