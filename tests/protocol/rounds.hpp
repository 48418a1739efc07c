// What the checks of transports are made of: a worker's function whose results can be foretold, and
// rounds of its tasks.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>

#include "core/error.hpp"
#include "transport/transport.hpp"

namespace laggard::transport::checks {

/// Adds up what its round shares, and its own row.
class Adds final : public BlockFunction {
 public:
  void share(const BlockId& round, MatrixView values) override {
    round_ = round.round;
    sum_ = values.sum();
    ++times_;
  }
  void operator()(const BlockId& block, MatrixView inputs, MatrixSpan outputs) const override {
    if (block.round != round_) throw std::logic_error("values of another round");
    outputs.col(0) = inputs.rowwise().sum().array() + sum_;
    outputs.col(1).setConstant(times_);
  }

 private:
  std::uint32_t round_ = 0;
  double sum_ = 0.0;
  int times_ = 0;
};

/// Job texts: "scale FACTOR OUTPUTS" computes FACTOR * (sum of the row) + 1000 * trial + worker + j
/// for output j; "usage", "data" and "crash" cannot be made; "fail WORKER" fails at that worker;
/// "add" is Adds.
class Scale final : public BlockFunction {
 public:
  Scale(double factor, Index outputs, std::int64_t failing)
      : factor_(factor), outputs_(outputs), failing_(failing) {}
  void operator()(const BlockId& block, MatrixView inputs, MatrixSpan outputs) const override {
    for (Index row = 0; row < inputs.rows(); ++row) {
      if (block.first_worker + row == failing_)
        throw RunError("worker " + std::to_string(failing_) + " failed", "as asked", "no remedy");
      const double sum = inputs.row(row).sum();
      for (Index j = 0; j < outputs_; ++j) outputs(row, j) = value(factor_, sum, block, row, j);
    }
  }
  static double value(double factor, double sum, const BlockId& block, Index row, Index j) {
    return factor * sum + 1000.0 * block.trial + block.first_worker + static_cast<double>(row + j) +
           0.125 * block.scheme;
  }

 private:
  double factor_;
  Index outputs_;
  std::int64_t failing_;
};

inline std::unique_ptr<BlockFunction> checks_worker(const std::string& job) {
  if (job == "usage") throw ConfigError("/model is bad", "as asked", "no remedy");
  if (job == "data") throw DataError("weights are missing", "as asked", "no remedy");
  if (job == "crash") throw std::logic_error("a bug");
  if (job == "add") return std::make_unique<Adds>();
  if (job.starts_with("fail ")) return std::make_unique<Scale>(1.0, 1, std::stol(job.substr(5)));
  const auto space = job.rfind(' ');
  return std::make_unique<Scale>(std::stod(job.substr(6, space - 6)), std::stol(job.substr(space)),
                                 -1);
}

inline std::string scale(double factor, Index outputs) {
  return "scale " + std::to_string(factor) + " " + std::to_string(outputs);
}

/// Opens a round with a row of results for every worker.
inline std::shared_ptr<Round> open(Transport& transport, Matrix inputs, Index outputs,
                                   std::uint32_t trial = 0, std::uint32_t block_size = 1) {
  auto results = std::make_shared<Matrix>(Matrix::Constant(inputs.rows(), outputs, kNaN));
  return transport.open({trial,
                         trial % 3,
                         block_size,
                         std::make_shared<Matrix>(std::move(inputs)),
                         std::move(results),
                         {}});
}

inline std::uint32_t blocks_of(const Round& round) {
  return static_cast<std::uint32_t>((round.inputs->rows() + round.block_size - 1) /
                                    round.block_size);
}

/// Block `number` of a round; all but the last one are whole.
inline Block block_of(const Round& round, std::uint32_t number) {
  const std::uint32_t first = number * round.block_size;
  return {first,
          std::min(round.block_size, static_cast<std::uint32_t>(round.inputs->rows()) - first)};
}

inline void dispatch_block(Transport& transport, const Round& round, std::uint32_t number,
                           std::span<const Seconds> delays = {}) {
  const Block block = block_of(round, number);
  transport.dispatch(round, block,
                     delays.empty() ? delays : delays.subspan(block.first_worker, block.count));
}

/// `delays` are the workers', or none.
inline void dispatch_all(Transport& transport, const Round& round,
                         std::span<const Seconds> delays = {}) {
  for (std::uint32_t number = 0; number < blocks_of(round); ++number)
    dispatch_block(transport, round, number, delays);
}

/// Receives until `missing` answers of a round have come; each may come once.
inline void receive_all(Transport& transport, const Round& round, std::size_t missing) {
  std::set<std::uint32_t> answered;
  while (answered.size() < missing) {
    const auto arrival = transport.receive(0.05);
    if (!arrival || arrival->block.round != round.number) continue;
    if (arrival->block.trial != round.trial) FAIL("a result of another trial");
    if (!(arrival->compute_s >= 0.0)) FAIL("no computing time");
    if (!answered.insert(arrival->block.first_worker).second)
      FAIL("block " << arrival->block.first_worker << " was answered twice");
  }
}

/// Every result is what Scale computes.
inline void check_results(const Round& round, double factor) {
  for (Index n = 0; n < round.inputs->rows(); ++n) {
    const double sum = round.inputs->row(n).sum();
    const BlockId block = round.id_of({static_cast<WorkerId>(n), 1});
    for (Index j = 0; j < round.results->cols(); ++j) {
      const double expected = Scale::value(factor, sum, block, 0, j);
      const double found = (*round.results)(n, j);
      if (found != expected)
        FAIL("worker " << n << " output " << j << ": " << found << " is not " << expected);
    }
  }
}

/// Small whole numbers, so that every sum is exact.
inline Matrix whole_numbers(Index rows, Index columns, int shift = 0) {
  Matrix inputs(rows, columns);
  for (Index i = 0; i < inputs.size(); ++i)
    inputs.data()[i] = static_cast<double>((i + shift) % 17) - 8.0;
  return inputs;
}

/// One round as the master runs it.
inline void check_round(Transport& transport, double factor, Index workers, Index columns,
                        Index outputs, std::uint32_t trial, std::uint32_t block_size) {
  const auto round = open(transport, whole_numbers(workers, columns), outputs, trial, block_size);
  dispatch_all(transport, *round);
  receive_all(transport, *round, blocks_of(*round));
  check_results(*round, factor);
}

}  // namespace laggard::transport::checks
