#include "config/trials.hpp"

#include <fmt/format.h>

#include "config/alternatives.hpp"
#include "core/error.hpp"

namespace laggard::config {
namespace {

constexpr std::string_view kTrials = "trials";

/// The columns whose mean says something: all numbers but those that name the row.
Names measured(const TableSpec& units) {
  Names names;
  for (const Column& column : units.columns) {
    const bool number = column.type == Scalar::kF64 || column.type == Scalar::kU32;
    if (number && column.name != "point" && column.name != "trial") names.push_back(column.name);
  }
  return names;
}

}  // namespace

void Until::fields(Fields& fields, const Names& columns) {
  fields.number({"relative_half_width",
                 "half the width of the 95 % interval of the mean, divided by the mean"},
                relative_half_width, kPositive);
  fields.text({"mean_of", "the column of the table of trials whose mean must be known"}, mean_of,
              columns);
  fields.text({"against",
               "label of a scheme: the mean is that of the difference to it, trial by trial; "
               "empty: the mean of the column itself"},
              against);
}

void Trials::fields(Fields& fields, const TableSpec& units, std::string_view usual) {
  constexpr std::uint32_t kMostAdaptive = 10'000;
  bool adaptive = until.has_value();
  Until rule = until.value_or(Until{});
  if (rule.mean_of.empty()) rule.mean_of = usual;
  std::uint32_t at_most = adaptive ? most : kMostAdaptive;
  dynamic_cast<Alternatives&>(fields).integer_or_object(
      {kTrials, "independent repetitions of every point: a number, or as many as its mean needs"},
      most, 1, adaptive, [&](Fields& members) {
        members.object(
            {"until", "a combination of the sweep is done as soon as this holds for its points"},
            [&](Fields& inner) { rule.fields(inner, measured(units)); });
        members.integer({"at_least", "trials before the means are looked at"}, least, 2);
        members.integer({"at_most", "trials after which a combination is done in any case"},
                        at_most, 1);
      });
  until.reset();
  if (!adaptive) return;
  until = std::move(rule);
  most = at_most;
  if (least > most && least != Trials().least)  // the usual one gives way
    throw ConfigError(fmt::format("/trials/at_least is {}", least),
                      fmt::format("/trials/at_most is {}", most), "lower it, or raise the other");
}

std::uint32_t Trials::fixed() const {
  if (until)
    throw ConfigError("/trials is an object",
                      "all that is tried here must have the same number of trials",
                      "give a number, for example --set /trials=5");
  return most;
}

std::string surplus(const Trials& before, const Trials& now) {
  const auto trials_of = [](const Trials& trials) {
    return fmt::format("{}{} trials", trials.until ? "up to " : "", trials.most);
  };
  if (!now.until)
    return before.most <= now.most ? ""
                                   : fmt::format("has {}, and this configuration asks for {}",
                                                 trials_of(before), now.most);
  if (!before.until)
    return before.most <= std::min(now.least, now.most)
               ? ""
               : fmt::format("has {}, and this configuration may stop after {}", trials_of(before),
                             std::min(now.least, now.most));
  // A stricter rule stops later, if both look at the same means at the same numbers of trials.
  Until as_strict = *before.until;
  as_strict.relative_half_width = now.until->relative_half_width;
  const bool later = as_strict == *now.until && before.least == now.least &&
                     before.most <= now.most &&
                     now.until->relative_half_width <= before.until->relative_half_width;
  return later ? ""
               : fmt::format("has {}, and this configuration may stop sooner", trials_of(before));
}

}  // namespace laggard::config
