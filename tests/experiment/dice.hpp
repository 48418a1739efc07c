// A kind of experiment, all that it takes: each trial throws a die.
#pragma once

#include "core/random.hpp"
#include "sweep/experiment_kind.hpp"

namespace laggard::testing {

struct ThrowRecord {
  static constexpr std::string_view kTable = "/throws";
  static std::vector<Column> columns() {
    return {column<ThrowRecord>("point", &ThrowRecord::point, "row of /points"),
            column<ThrowRecord>("trial", &ThrowRecord::trial, "number of the trial"),
            column<ThrowRecord>("number", &ThrowRecord::number, "that the die shows")};
  }
  std::uint32_t point = 0, trial = 0, number = 0;
};

struct DiceSummary {
  static constexpr std::string_view kTable = "/summary";
  static std::vector<Column> columns() {
    return {column<DiceSummary>("point", &DiceSummary::point, "row of /points"),
            column<DiceSummary>("sum", &DiceSummary::sum, "of all numbers")};
  }
  std::uint32_t point = 0, sum = 0;
};

struct DiceConfig final : config::ExperimentConfig {
  DiceConfig() : ExperimentConfig("dice", table_of<ThrowRecord>(), "number") {}
  std::uint32_t points() const override { return 1; }
  void fields(Fields& fields) override {
    common_fields(fields);
    fields.integer({"sides", "of the die"}, sides, 2);
    failure_fields(fields);
  }
  std::uint32_t sides = 6;
};

struct Dice final : sweep::Experiment {
  std::vector<PointRecord> points() const override { return {point}; }
  sweep::Effort effort() const override { return {}; }
  void run(std::uint32_t trial, std::span<const std::size_t>, const sweep::Bench& bench,
           const std::function<void()>& done) override {
    Stream stream({config.seed, Purpose::kData, trial, 0});
    bench.sink.add_row(
        ThrowRecord{point.point, trial, static_cast<std::uint32_t>(stream() % config.sides) + 1});
    done();
  }
  DiceConfig config;
  PointRecord point;
};

struct DiceKind final : sweep::TabularKind<DiceSummary> {
  std::string_view name() const override { return "dice"; }
  std::string_view summary() const override { return "each trial throws a die"; }
  std::shared_ptr<config::ExperimentConfig> make_config() const override {
    return std::make_shared<DiceConfig>();
  }
  Layout layout(const config::ExperimentConfig&) const override {
    return {{{&table_of<ThrowRecord>(), TableRole::kUnit}}, {}};
  }
  sweep::Maker maker() const override {
    return [](const config::Combination& combination) {
      auto dice = std::make_unique<Dice>();
      dice->config = dynamic_cast<const DiceConfig&>(*combination.config);
      dice->point = sweep::point_of(combination, 0, "die");
      return dice;
    };
  }
  std::vector<DiceSummary> summary_rows(const hdf5::File& file) const override {
    std::vector<DiceSummary> sums(hdf5::table_size(file, "/points"));
    for (const auto& row : hdf5::read_rows<ThrowRecord>(file))
      sums[row.point] = {row.point, sums[row.point].sum + row.number};
    return sums;
  }
};

}  // namespace laggard::testing
