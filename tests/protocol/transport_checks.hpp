// What every transport must do (R2). The worker's function is made by checks_worker(), on whatever
// rank; a check runs on the master's side.
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "transport/transport.hpp"

namespace laggard::transport::checks {

/// Takes its time over the block of worker 0.
class Slow final : public BlockFunction {
 public:
  Index outputs() const override { return 1; }
  void operator()(const BlockId& block, MatrixView, MatrixSpan outputs) const override {
    if (block.first_worker == 0) std::this_thread::sleep_for(std::chrono::seconds(2));
    outputs.setZero();
  }
};

/// Job texts: "scale FACTOR OUTPUTS" computes FACTOR * (sum of the row) + 1000 * trial + worker + j
/// for output j; "usage", "data" and "crash" cannot be made; "fail WORKER" fails at that worker;
/// "slow" is Slow.
class Scale final : public BlockFunction {
 public:
  Scale(double factor, Index outputs, std::int64_t failing)
      : factor_(factor), outputs_(outputs), failing_(failing) {}
  Index outputs() const override { return outputs_; }
  void operator()(const BlockId& block, MatrixView inputs, MatrixSpan outputs) const override {
    for (Index row = 0; row < inputs.rows(); ++row) {
      if (block.first_worker + row == failing_)
        throw RunError("worker " + std::to_string(failing_) + " failed", "as asked", "no remedy");
      for (Index j = 0; j < outputs_; ++j)
        outputs(row, j) = value(factor_, inputs.row(row).sum(), block, row, j);
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
  if (job == "slow") return std::make_unique<Slow>();
  if (job.starts_with("fail ")) return std::make_unique<Scale>(1.0, 1, std::stol(job.substr(5)));
  const auto space = job.rfind(' ');
  return std::make_unique<Scale>(std::stod(job.substr(6, space - 6)), std::stol(job.substr(space)),
                                 -1);
}

inline std::string scale(double factor, Index outputs) {
  return "scale " + std::to_string(factor) + " " + std::to_string(outputs);
}

/// One round as the master runs it: blocks of `size` of all rows; returns the results.
inline Matrix exchange(Transport& transport, const Matrix& inputs, Index outputs,
                       std::uint32_t trial, std::uint32_t round, std::uint32_t size) {
  const auto workers = static_cast<std::uint32_t>(inputs.rows());
  Matrix results = Matrix::Constant(inputs.rows(), outputs, kNaN);
  std::map<std::uint32_t, int> asked;
  const Placement place = [&](const BlockId& block) -> double* {
    if (block.round != round) return nullptr;
    ++asked[block.first_worker];
    return results.data() + Index{block.first_worker} * outputs;
  };
  std::uint32_t index = 0;
  for (std::uint32_t first = 0; first < workers; first += size) {
    const std::uint32_t count = std::min(size, workers - first);
    transport.dispatch(index++, {trial, round, first, count, trial % 3},
                       rows_of(inputs, first, count), {});
  }
  std::map<std::uint32_t, int> answered;
  for (std::uint32_t missing = index; missing > 0;) {
    const auto arrival = transport.receive(0.05, place);
    if (!arrival || arrival->block.round != round) continue;
    if (arrival->block.trial != trial) FAIL("a result of another trial");
    if (!(arrival->compute_s >= 0.0)) FAIL("no computing time");
    ++answered[arrival->block.first_worker];
    --missing;
  }
  transport.finish_round();
  CHECK(asked.size() == index);
  CHECK(answered.size() == index);
  for (const auto& [first, count] : answered)
    if (count != 1 || asked[first] != 1) FAIL("block " << first << " was answered " << count);
  return results;
}

inline void check_round(Transport& transport, double factor, Index workers, Index columns,
                        Index outputs, std::uint32_t round, std::uint32_t size) {
  Matrix inputs(workers, columns);
  for (Index i = 0; i < inputs.size(); ++i) inputs.data()[i] = static_cast<double>(i % 17) - 8.0;
  const std::uint32_t trial = round / 2;
  const Matrix results = exchange(transport, inputs, outputs, trial, round, size);
  for (Index n = 0; n < workers; ++n)
    for (Index j = 0; j < outputs; ++j) {
      const double expected =
          Scale::value(factor, inputs.row(n).sum(),
                       {trial, round, static_cast<WorkerId>(n), 1, trial % 3}, 0, j);
      if (results(n, j) != expected)
        FAIL("worker " << n << " output " << j << ": " << results(n, j) << " is not " << expected);
    }
}

inline void every_block_once(Transport& transport) {
  transport.configure(scale(2.0, 3));
  std::uint32_t round = 0;
  for (const Index workers : {1, 2, 7, 33})
    for (const std::uint32_t size : {1U, 3U, 50U})
      check_round(transport, 2.0, workers, 5, 3, round++, size);
}

/// Below, at and above what rides with the header, in either direction.
inline void payload_sizes(Transport& transport) {
  std::uint32_t round = 0;
  for (const Index outputs : {1, 447, 448, 449, 5000}) {
    transport.configure(scale(1.0, outputs));
    for (const Index columns : {1, 447, 448, 449, 5000})
      check_round(transport, 1.0, 9, columns, outputs, round++, 1);
  }
}

inline void large_payload(Transport& transport) {
  constexpr Index kColumns = 8'388'608;  // 64 MB
  transport.configure(scale(1.0, 2));
  check_round(transport, 1.0, 1, kColumns, 2, 0, 1);
  transport.configure(scale(0.0, kColumns));
  check_round(transport, 0.0, 1, 1, kColumns, 1, 1);
}

inline void jobs_in_sequence(Transport& transport) {
  for (std::uint32_t round = 0; round < 50; ++round) {
    const Index outputs = 1 + round % 3 * 300;
    transport.configure(scale(round, outputs));
    check_round(transport, round, 11, 4, outputs, round, 2);
  }
}

inline void tiny_tasks(Transport& transport) {
  transport.configure(scale(1.0, 1));
  check_round(transport, 1.0, 5000, 1, 1, 0, 1);
  for (std::uint32_t round = 1; round < 300; ++round)
    check_round(transport, 1.0, 8, 1, 1, round, 1);
}

/// A round that nobody collects; its results arrive during the next one.
inline void late_round(Transport& transport) {
  transport.configure(scale(1.0, 600));
  Matrix late = Matrix::Constant(20, 2, 1e9);
  for (std::uint32_t first = 0; first < 20; ++first)
    transport.dispatch(first, {0, 0, first, 1}, rows_of(late, first, 1), {});
  transport.finish_round();
  check_round(transport, 1.0, 20, 2, 600, 1, 1);
  check_round(transport, 1.0, 20, 2, 600, 2, 3);
}

/// The error of a worker as the master gets it.
template <class Body>
Error error_of(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    return describe(error);
  }
  return Error(ExitCode::kDone, "no error");
}

/// Waits for results until an error comes.
inline void receive_forever(Transport& transport) {
  Matrix sink(64, 1);
  for (;;)
    transport.receive(0.05, [&](const BlockId& block) { return sink.data() + block.first_worker; });
}

inline void job_that_fails(Transport& transport, const std::string& job, ExitCode code,
                           const std::string& text) {
  const Matrix inputs = Matrix::Zero(4, 1);
  const Error error = error_of([&] {
    transport.configure(job);
    for (std::uint32_t first = 0; first < 4; ++first)
      transport.dispatch(first, {0, 0, first, 1}, rows_of(inputs, first, 1), {});
    receive_forever(transport);
  });
  CHECK(error.code() == code);
  CHECK(error.what() == text);
  transport.abandon_round(inputs, {});
}

inline void task_that_fails(Transport& transport) {
  Matrix inputs = Matrix::Zero(40, 1000);
  const Error error = error_of([&] {
    transport.configure("fail 23");
    for (std::uint32_t first = 0; first < 40; ++first)
      transport.dispatch(first, {0, 0, first, 1}, rows_of(inputs, first, 1), {});
    receive_forever(transport);
  });
  CHECK(error.code() == ExitCode::kFailed);
  CHECK(std::string(error.what()) == "worker 23 failed (as asked); no remedy");
  transport.abandon_round(std::move(inputs), {});
}

/// The transport ends with everything still on its way, large sends and results included.
inline void abandoned_round(Transport& transport) {
  transport.configure(scale(1.0, 2000));
  Matrix inputs = Matrix::Ones(64, 2000);
  Matrix results(64, 2000);
  for (std::uint32_t first = 0; first < 64; ++first)
    transport.dispatch(first, {0, 0, first, 1}, rows_of(inputs, first, 1), {});
  for (int i = 0; i < 3; ++i)
    transport.receive(0.05, [&](const BlockId& block) {
      return results.data() + Index{block.first_worker} * 2000;
    });
  transport.abandon_round(std::move(inputs), std::move(results));
}

/// Every worker answers alone, with its own row, not before its delay; some never.
inline void delayed_answers(Transport& transport) {
  constexpr Seconds kNever = std::numeric_limits<Seconds>::infinity();
  constexpr Index kOutputs = 700;  // more than rides with the header
  transport.configure(scale(1.0, kOutputs));
  const Matrix inputs = Matrix::Random(11, 4);
  Matrix results = Matrix::Constant(11, kOutputs, kNaN);
  std::vector<Seconds> delays;
  for (int worker = 0; worker < 11; ++worker)
    delays.push_back(worker % 4 == 3 ? kNever : 0.01 * ((worker * 7) % 5));
  const Stopwatch watch;
  for (std::uint32_t first = 0; first < 11; first += 3) {
    const std::uint32_t count = std::min(3U, 11 - first);
    transport.dispatch(first / 3, {5, 0, first, count}, rows_of(inputs, first, count),
                       std::span(delays).subspan(first, count));
  }
  std::map<WorkerId, int> answered;
  for (int missing = 9; missing > 0;) {
    const auto arrival = transport.receive(
        0.05, [&](const BlockId& block) { return results.row(block.first_worker).data(); });
    if (!arrival) continue;
    const WorkerId worker = arrival->block.first_worker;
    CHECK(arrival->block == BlockId{5, 0, worker, 1});
    CHECK(watch.elapsed() >= delays[worker]);
    ++answered[worker];
    --missing;
  }
  CHECK_FALSE(transport.receive(0.02, [](const BlockId&) -> double* { return nullptr; }));
  for (WorkerId worker = 0; worker < 11; ++worker) {
    CHECK(answered[worker] == (worker % 4 == 3 ? 0 : 1));
    if (worker % 4 != 3)
      CHECK(results(worker, 699) ==
            Scale::value(1.0, inputs.row(worker).sum(), {5, 0, worker, 1}, 0, 699));
  }
  transport.finish_round();
}

/// A round ends while half of its answers are still to come: they have its number, and the next
/// round's results are its own.
inline void retired_round(Transport& transport) {
  constexpr Index kOutputs = 700;
  transport.configure(scale(1.0, kOutputs));
  std::vector<Seconds> delays(10, 0.0);
  for (std::size_t worker = 0; worker < 10; worker += 2) delays[worker] = 0.05;
  int late = 0, fresh = 0;
  Matrix results;
  const auto receive = [&](std::uint32_t round) {
    const auto arrival = transport.receive(0.05, [&](const BlockId& block) -> double* {
      return block.round == round ? results.row(block.first_worker).data() : nullptr;
    });
    if (arrival) ++(arrival->block.round == round ? fresh : late);
  };
  for (std::uint32_t round = 0; round < 4; ++round) {
    Matrix inputs = Matrix::Constant(10, 600, round);
    results = Matrix::Constant(10, kOutputs, kNaN);
    for (std::uint32_t first = 0; first < 10; ++first)
      transport.dispatch(first, {0, round, first, 1}, rows_of(inputs, first, 1),
                         std::span(delays).subspan(first, 1));
    for (fresh = 0; fresh < 5;) receive(round);
    for (Index worker = 0; worker < 10; ++worker)
      if (!std::isnan(results(worker, 0)))
        CHECK(results(worker, 0) == 600.0 * round + static_cast<double>(worker));
    if (round < 3)
      transport.retire_round(std::move(inputs), std::move(results));
    else {
      while (fresh < 10) receive(round);
      transport.finish_round();
    }
  }
  CHECK(late <= 15);
}

/// One worker is at work for longer than a rank may be silent, when the others have said goodbye.
inline void slow_goodbye(Transport& transport) {
  transport.set_failure_rule({0.8, true});
  transport.configure("slow");
  Matrix inputs = Matrix::Zero(8, 1);
  for (std::uint32_t first = 0; first < 8; ++first)
    transport.dispatch(first, {0, 0, first, 1}, rows_of(inputs, first, 1), {});
  transport.abandon_round(std::move(inputs), {});
}

inline void nothing_to_receive(Transport& transport) {
  transport.configure(scale(1.0, 1));
  CHECK_FALSE(transport.receive(0.0, [](const BlockId&) -> double* { return nullptr; }));
  transport.finish_round();
}

/// A check by name. Each gets a transport of its own, which ends with the check.
struct Check {
  const char* name;
  void (*run)(Transport&);
};

inline const std::vector<Check>& all() {
  static const std::vector<Check> checks{
      {"every block is answered once", every_block_once},
      {"payloads of every size", payload_sizes},
      {"a payload of 64 MB", large_payload},
      {"jobs in sequence", jobs_in_sequence},
      {"thousands of tiny tasks", tiny_tasks},
      {"late results are dropped", late_round},
      {"a configuration that a worker refuses",
       [](Transport& transport) {
         job_that_fails(transport, "usage", ExitCode::kUsage,
                        "/model is bad (as asked); no remedy");
       }},
      {"data that a worker misses",
       [](Transport& transport) {
         job_that_fails(transport, "data", ExitCode::kData,
                        "weights are missing (as asked); no remedy");
       }},
      {"a bug in a worker",
       [](Transport& transport) {
         job_that_fails(transport, "crash", ExitCode::kFailed,
                        "failed (a bug); please report this as a bug");
       }},
      {"a task that fails", task_that_fails},
      {"a round that is abandoned", abandoned_round},
      {"answers with delays", delayed_answers},
      {"a round that is retired", retired_round},
      {"a slow goodbye", slow_goodbye},
      {"nothing to receive", nothing_to_receive},
  };
  return checks;
}

}  // namespace laggard::transport::checks
