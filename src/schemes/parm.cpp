#include "schemes/parm.hpp"

#include <fmt/format.h>

#include <cmath>

namespace laggard::schemes {

void Parm::Config::fields(Fields& fields) {
  GroupConfig::fields(fields);
  fields.text({"encoder", "what a parity query is: a sum of the queries, or a picture of them"},
              encoder, {"addition", "concatenation"});
  fields.texts({"parity",
                "files with the weights of the r parity models; an empty list: the workers of "
                "parities compute the model itself"},
               parity);
}

namespace {

[[noreturn]] void refuse_count(const Parm::Config& config, const std::string& where) {
  throw ConfigError(fmt::format("{}/parity has {} file{}", where, config.parity.size(),
                                config.parity.size() == 1 ? "" : "s"),
                    fmt::format("there are r = {} parity workers in a group", config.r),
                    "give each the weights of a parity model (`laggard train`)");
}

/// What is wrong whatever the sizes are.
const Parm::Config& checked(const Parm::Config& config, const std::string& where) {
  if (!config.parity.empty() && config.parity.size() != config.r) refuse_count(config, where);
  // Of the largest factor and of 1, nothing would be left of one in their sum.
  constexpr double kLargestFactor = 1e15;
  const double factor = std::pow(config.k, config.r - 1.0);
  if (factor > kLargestFactor)
    throw ConfigError(
        fmt::format("{}/r is {}", where, config.r),
        fmt::format("parities weigh k = {} queries with factors of up to {:.0e}, beyond "
                    "the digits of a number",
                    config.k, factor),
        "lower r or k");
  return config;
}

}  // namespace

Parm::Parm(Config config, const CodeContext& context)
    : GroupScheme(checked(config, context.where), context),
      encoder_(math::parity_encoder(config.encoder)),
      input_(context.input),
      coefficients_(math::parity_coefficients(config.k, config.r)) {
  if (const std::string why = math::parity_conflict(encoder_, config.k, input_); !why.empty())
    throw ConfigError(fmt::format("{}/encoder is \"{}\"", context.where, config.encoder), why,
                      "use \"addition\"");
  if (config.parity.empty() && encoder_ == math::ParityEncoder::kAddition) return;
  if (config.parity.empty()) refuse_count(config, context.where);
  if (context.trained == nullptr) throw std::logic_error("parm has nobody to ask for networks");
  functions_.cycle.assign(config.k, 0);
  for (std::uint32_t p = 0; p < config.r; ++p) {
    functions_.models.push_back(context.trained->parity_model(
        {config.parity[p], fmt::format("{}/parity/{}", context.where, p), config.encoder, config.k,
         p}));
    functions_.cycle.push_back(p + 1);
  }
}

Matrix Parm::parities(const Matrix& data) const {
  return math::parity_queries(encoder_, coefficients_, input_, rows_of(data, 0, data.rows()));
}

void Parm::reconstruct(MatrixView results, const std::vector<LostGroup>& groups,
                       Matrix& estimates) const {
  Matrix parity_answers(r(), results.cols());
  std::vector<Index> received;
  for (const LostGroup& group : groups) {
    received.clear();
    for (Index p = 0; p < r(); ++p) {
      const Index row = group.row_of[static_cast<std::size_t>(k() + p)];
      if (row < 0) continue;
      parity_answers.row(p) = results.row(row);
      received.push_back(p);
    }
    const auto parities = math::choose_parities(coefficients_, group.lost, received);
    math::solve_lost(coefficients_, group.lost, parities, parity_answers,
                     estimates.middleRows(group.group * k(), k()));
  }
}

}  // namespace laggard::schemes
