#include "data/synthetic.hpp"

#include <fmt/format.h>

#include <span>

#include "core/error.hpp"

namespace laggard::data {
namespace {

constexpr std::uint32_t kLargestDimension = 100'000'000;

std::span<double> all_of(Matrix& matrix) {
  return {matrix.data(), static_cast<std::size_t>(matrix.size())};
}

}  // namespace

void Uniform::Config::fields(Fields& fields) {
  fields.integer({"dimension", "d, coordinates of one input"}, dimension, 1, kLargestDimension);
  fields.number({"low", "lower end of the interval"}, low);
  fields.number({"high", "upper end of the interval"}, high);
}

Uniform::Uniform(Config config, const std::string& where) : config_(config) {
  if (!(config.low < config.high))
    throw ConfigError(fmt::format("{0}/low is not below {0}/high", where),
                      fmt::format("{} and {}", config.low, config.high),
                      "give an interval that is not empty");
}

Sample Uniform::draw(Stream& stream, std::uint32_t count, Part) const {
  Sample sample{Matrix(count, config_.dimension), {}};
  for (double& value : all_of(sample.inputs))
    value = config_.low + (config_.high - config_.low) * uniform01(stream);
  return sample;
}

void Gaussian::Config::fields(Fields& fields) {
  fields.integer({"dimension", "d, coordinates of one input"}, dimension, 1, kLargestDimension);
  fields.number({"mean", "mean of every coordinate"}, mean);
  fields.number({"deviation", "standard deviation of every coordinate"}, deviation, kPositive);
}

Sample Gaussian::draw(Stream& stream, std::uint32_t count, Part) const {
  Sample sample{Matrix(count, config_.dimension), {}};
  fill_standard_normal(stream, all_of(sample.inputs));
  sample.inputs = (config_.mean + config_.deviation * sample.inputs.array()).matrix();
  return sample;
}

}  // namespace laggard::data
