#include "schemes/replication.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace laggard::schemes {

namespace {

std::vector<bool> lost_points(const std::vector<std::uint32_t>& copies) {
  std::vector<bool> lost;
  for (const std::uint32_t count : copies) lost.push_back(count == 0);
  return lost;
}

}  // namespace

void Replication::Config::fields(Fields& fields) {
  label_field(fields, label);
  missing_field(fields, missing);
  fields.text(
      {"rule",
       "which parts count in a step of a training. arrived: those that are there when the master "
       "stops waiting; covered: it waits for a copy of every part, as exact gradient coding "
       "does"},
      rule, {"arrived", "covered"});
}

Replication::Replication(Config config, const CodeContext& context)
    : Replication(config, context, context.data_points, context.workers) {
  if (context.data_points > context.workers)
    throw Inapplicable(
        fmt::format("K = {} > N = {}: replication needs a worker for each data point",
                    context.data_points, context.workers));
}

Replication::Replication(const Config& config, const CodeContext& context,
                         std::uint32_t data_points, std::uint32_t workers)
    : missing_(missing_rule(config.missing, data_points)),
      waits_for_cover_(config.rule == "covered"),
      data_points_(data_points),
      workers_(workers) {
  if (waits_for_cover_ && !context.gradients)
    throw ConfigError(context.where + "/rule is 'covered'", "only training waits so",
                      "leave it out; /wait says when the master stops waiting");
  if (context.gradients && config.missing != "mean" && config.missing != "zero")
    throw ConfigError(fmt::format("{}/missing is '{}'", context.where, config.missing),
                      "parts of a batch have no neighbours", "use \"mean\" or \"zero\"");
}

std::vector<std::uint32_t> Replication::copies(std::span<const WorkerId> received) const {
  std::vector<std::uint32_t> count(data_points_, 0);
  for (const WorkerId worker : received) ++count[worker % data_points_];
  return count;
}

std::unique_ptr<Scheme> Replication::for_data(const Matrix& data) const {
  if (!looks_at_data(missing_)) return nullptr;
  auto own = std::make_unique<Replication>(*this);
  own->data_ = &data;
  return own;
}

Matrix Replication::encoder_matrix() const {
  Matrix encoder = Matrix::Zero(workers_, data_points_);
  for (std::uint32_t n = 0; n < workers_; ++n) encoder(n, n % data_points_) = 1.0;
  return encoder;
}

Matrix Replication::decoder_matrix(std::span<const WorkerId> received) const {
  const std::vector<std::uint32_t> count = copies(received);
  Matrix decoder = Matrix::Zero(data_points_, static_cast<Index>(received.size()));
  double available = 0.0;
  for (const std::uint32_t c : count) available += c > 0 ? 1.0 : 0.0;
  for (std::size_t i = 0; i < received.size(); ++i) {
    const std::uint32_t k = received[i] % data_points_;
    decoder(k, static_cast<Index>(i)) = 1.0 / count[k];
    for (std::uint32_t lost = 0; lost < data_points_; ++lost) {
      if (count[lost] > 0 || missing_ == MissingRule::kZero || looks_at_data(missing_)) continue;
      decoder(lost, static_cast<Index>(i)) =
          missing_ == MissingRule::kMean ? 1.0 / (count[k] * available) : kNaN;
    }
  }
  if (looks_at_data(missing_)) fill_from_neighbours(missing_, lost_points(count), data_, decoder);
  return decoder;
}

Encoded Replication::encode(const Matrix& data) const {
  Matrix inputs(workers_, data.cols());
  for (std::uint32_t n = 0; n < workers_; ++n) inputs.row(n) = data.row(n % data_points_);
  return {std::move(inputs), kNaN};
}

Decoded Replication::decode(MatrixView results, std::span<const WorkerId> received) const {
  std::vector<std::uint32_t> count(data_points_, 0);
  Decoded decoded{Matrix::Zero(data_points_, results.cols()), 0, kNaN};
  for (std::size_t i = 0; i < received.size(); ++i) {
    // Running mean: equal copies leave it exactly as it is.
    const std::uint32_t k = received[i] % data_points_;
    auto row = decoded.estimates.row(k);
    row += (results.row(static_cast<Index>(i)) - row) / ++count[k];
  }
  score_missing(missing_, lost_points(count), data_, decoded);
  return decoded;
}

GradientWeights Replication::gradient_weights(std::span<const WorkerId> received,
                                              MatrixView /*answers*/) const {
  Vector weights = first_copies(received, data_points_);
  if (missing_ == MissingRule::kZero) weights = (weights.array() > 0).cast<double>() / data_points_;
  return {std::move(weights)};
}

bool Replication::is_covered(const std::vector<char>& answered) const {
  std::vector<char> covered(data_points_);
  for (std::size_t n = 0; n < answered.size(); ++n)
    if (answered[n] != 0) covered[n % data_points_] = 1;
  return std::count(covered.begin(), covered.end(), 0) == 0;
}

}  // namespace laggard::schemes
