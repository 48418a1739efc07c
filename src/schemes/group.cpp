#include "schemes/group.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace laggard::schemes {

void GroupConfig::fields(Fields& fields) {
  label_field(fields, label);
  fields.integer({"k", "number of queries of a group"}, k, 1, 64);
  fields.integer({"r", "number of parities of a group; each has a worker of its own"}, r, 1, 16);
  missing_field(fields, missing);
}

GroupScheme::GroupScheme(const GroupConfig& config, const CodeContext& context)
    : k_(config.k),
      r_(config.r),
      groups_(context.data_points / config.k),
      missing_(missing_rule(config.missing, context.data_points)) {
  refuse_training(context);
  if (!context.logits)
    throw ConfigError(fmt::format("{} adds and subtracts outputs of the model", context.where),
                      "it is made for logits, /model/output is \"softmax\"",
                      "set /model/output to \"logits\"");
  if (context.data_points % k_ != 0)
    throw Inapplicable(fmt::format("K = {} is no multiple of k = {}", context.data_points, k_));
  if (std::uint64_t{groups_} * size() > context.workers)
    throw Inapplicable(fmt::format("{} groups of k + r = {} are more than N = {}", groups_, size(),
                                   context.workers));
}

std::unique_ptr<Scheme> GroupScheme::for_data(const Matrix& data) const {
  if (!looks_at_data(missing_)) return nullptr;
  std::unique_ptr<GroupScheme> own = copy();
  own->data_ = &data;
  return own;
}

CodecCost GroupScheme::cost(const CodecSizes& sizes) const {
  const double missing = active_workers() - sizes.received;
  return {2.0 * r_ * sizes.data_points * sizes.width,
          2.0 * k_ * sizes.outputs * missing + missing_flops(missing_, sizes)};
}

Encoded GroupScheme::encode(const Matrix& data) const {
  const Matrix parity = parities(data);
  Matrix inputs(active_workers(), data.cols());
  for (Index group = 0; group < groups_; ++group) {
    inputs.middleRows(group * size(), k_) = data.middleRows(group * k_, k_);
    inputs.middleRows(group * size() + k_, r_) = parity.middleRows(group * r_, r_);
  }
  return {std::move(inputs), kNaN};
}

Decoded GroupScheme::decode(MatrixView results, std::span<const WorkerId> received) const {
  Decoded decoded{Matrix(Index{groups_} * k_, results.cols()), 0, kNaN};
  decoded.reconstructed.assign(std::size_t{groups_} * k_, false);
  std::vector<bool> unavailable(decoded.reconstructed.size(), false);
  std::vector<LostGroup> broken;
  std::size_t next = 0;
  for (Index group = 0; group < groups_; ++group) {
    LostGroup found{group, {}, std::vector<Index>(size(), -1)};
    for (; next < received.size() && received[next] < (group + 1) * size(); ++next)
      found.row_of[received[next] - static_cast<WorkerId>(group * size())] =
          static_cast<Index>(next);
    for (Index i = 0; i < k_; ++i) {
      const Index row = found.row_of[static_cast<std::size_t>(i)];
      if (row < 0)
        found.lost.push_back(i);
      else
        decoded.estimates.row(group * k_ + i) = results.row(row);
    }
    if (found.lost.empty()) continue;
    const auto losses = std::count(found.row_of.begin(), found.row_of.end(), Index{-1});
    for (const Index i : found.lost)
      (losses <= r_ ? decoded.reconstructed
                    : unavailable)[static_cast<std::size_t>(group * k_ + i)] = true;
    if (losses <= r_) broken.push_back(std::move(found));
  }
  if (!broken.empty()) reconstruct(results, broken, decoded.estimates);
  score_missing(missing_, unavailable, data_, decoded);
  return decoded;
}

}  // namespace laggard::schemes
