// What every transport must do (R2); a check runs on the master's side. The worker's function is
// made by checks_worker() in rounds.hpp, on whatever rank.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "protocol/rounds.hpp"
#include "transport/transport.hpp"

namespace laggard::transport::checks {

inline void every_block_once(Transport& transport) {
  transport.configure(scale(2.0, 3));
  std::uint32_t trial = 0;
  for (const Index workers : {1, 2, 7, 33})
    for (const std::uint32_t size : {1U, 3U, 50U})
      check_round(transport, 2.0, workers, 5, 3, trial++, size);
}

/// Below, at and above what rides with the header, in either direction.
inline void payload_sizes(Transport& transport) {
  std::uint32_t trial = 0;
  for (const Index outputs : {1, 447, 448, 449, 5000}) {
    transport.configure(scale(1.0, outputs));
    for (const Index columns : {1, 447, 448, 449, 5000})
      check_round(transport, 1.0, 9, columns, outputs, trial++, 1);
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
  for (std::uint32_t trial = 0; trial < 50; ++trial) {
    const Index outputs = 1 + trial % 3 * 300;
    transport.configure(scale(trial, outputs));
    check_round(transport, trial, 11, 4, outputs, trial, 2);
  }
}

inline void tiny_tasks(Transport& transport) {
  transport.configure(scale(1.0, 1));
  check_round(transport, 1.0, 5000, 1, 1, 0, 1);
  for (std::uint32_t trial = 1; trial < 300; ++trial)
    check_round(transport, 1.0, 8, 1, 1, trial, 1);
}

/// Only some blocks are dispatched, and their results lie one after the other.
inline void rows_of_a_round(Transport& transport) {
  transport.configure(scale(1.0, 2));
  const Matrix inputs = whole_numbers(11, 3);
  const auto round = transport.open(
      {4, 1, 3, std::make_shared<Matrix>(inputs), std::make_shared<Matrix>(5, 2), {99, 2, 99, 0}});
  dispatch_block(transport, *round, 1);
  dispatch_block(transport, *round, 3);
  receive_all(transport, *round, 2);
  const std::vector<WorkerId> worker_of_row{9, 10, 3, 4, 5};
  for (Index row = 0; row < 5; ++row) {
    const WorkerId worker = worker_of_row[static_cast<std::size_t>(row)];
    CHECK(round->row_of(worker) == row);
    CHECK((*round->results)(row, 1) ==
          Scale::value(1.0, inputs.row(worker).sum(), round->id_of({worker, 1}), 0, 1));
  }
}

/// Answers of two rounds come in turn, large and small ones, in blocks of different sizes.
inline void rounds_in_turn(Transport& transport) {
  for (const Index size : {1, 700}) {
    transport.configure(scale(1.0, size));
    const auto first = open(transport, whole_numbers(24, size), size, 1, 2);
    const auto second = open(transport, whole_numbers(36, size, 5), size, 2, 3);
    CHECK(first->number != second->number);
    for (std::uint32_t number = 0; number < 12; ++number) {
      dispatch_block(transport, *first, number);
      dispatch_block(transport, *second, number);
    }
    std::map<std::pair<std::uint32_t, WorkerId>, int> answered;
    for (int missing = 24; missing > 0;)
      if (const auto arrival = transport.receive(0.05)) {
        ++answered[{arrival->block.round, arrival->block.first_worker}];
        --missing;
      }
    CHECK(answered.size() == 24);
    check_results(*first, 1.0);
    check_results(*second, 1.0);
  }
}

/// Three rounds begin and end before the first answer of another one comes (but on a busy machine):
/// its values are kept for it all the same.
inline void rounds_that_overtake(Transport& transport) {
  constexpr Index kOutputs = 600;
  transport.configure(scale(1.0, kOutputs));
  const std::vector<Seconds> slow(9, 0.15), fast(9, 0.0);
  const auto first = open(transport, whole_numbers(9, 4), kOutputs, 1, 2);
  dispatch_all(transport, *first, slow);
  int missing = 9;  // of the first
  std::uint32_t number = first->number;
  for (std::uint32_t trial = 2; trial < 5; ++trial) {
    const auto next = open(transport, whole_numbers(9, 4, 3), kOutputs, trial, 2);
    CHECK(next->number > number);
    number = next->number;
    dispatch_all(transport, *next, fast);
    for (int missing_here = 9; missing_here > 0;)
      if (const auto arrival = transport.receive(0.05))
        --(arrival->block.round == number ? missing_here : missing);
    check_results(*next, 1.0);
  }
  while (missing > 0)
    if (transport.receive(0.05)) --missing;
  check_results(*first, 1.0);
}

/// What a round shares is there before its blocks, however large it is and however small they are,
/// and comes once to each rank.
inline void shared_values(Transport& transport) {
  transport.configure("add");
  int times = 0;
  for (const Index size : {1, 500, 300'000}) {
    Round opening{
        0, 0, 2, std::make_shared<Matrix>(whole_numbers(90, 3)), std::make_shared<Matrix>(90, 2),
        {}};
    const auto values = std::make_shared<Matrix>(Matrix::Constant(1, size, 0.5));
    opening.shared = values;
    const auto round = transport.open(std::move(opening));
    dispatch_all(transport, *round);
    receive_all(transport, *round, 45);
    ++times;
    for (Index n = 0; n < 90; ++n) {
      CHECK((*round->results)(n, 0) ==
            round->inputs->row(n).sum() + 0.5 * static_cast<double>(size));
      CHECK((*round->results)(n, 1) == times);
    }
  }
}

/// Blocks of two rounds in turn: each rank gets the values again when the round changes.
inline void shared_values_in_turn(Transport& transport) {
  transport.configure("add");
  std::vector<std::shared_ptr<Round>> rounds;
  for (const double value : {1.0, 2.0}) {
    Round opening{
        0, 0, 1, std::make_shared<Matrix>(whole_numbers(60, 3)), std::make_shared<Matrix>(60, 2),
        {}};
    opening.shared = std::make_shared<Matrix>(Matrix::Constant(1, 4000, value));
    rounds.push_back(transport.open(std::move(opening)));
  }
  for (std::uint32_t number = 0; number < 60; ++number)
    for (const auto& round : rounds) dispatch_block(transport, *round, number);
  for (int missing = 120; missing > 0;)
    if (transport.receive(0.05)) --missing;
  for (std::size_t i = 0; i < rounds.size(); ++i)
    for (Index n = 0; n < 60; ++n)
      CHECK((*rounds[i]->results)(n, 0) ==
            rounds[i]->inputs->row(n).sum() + 4000.0 * static_cast<double>(i + 1));
}

/// A round that nobody collects; its results arrive during the next one.
inline void late_round(Transport& transport) {
  transport.configure(scale(1.0, 600));
  dispatch_all(transport, *open(transport, Matrix::Constant(20, 2, 1e9), 600));
  check_round(transport, 1.0, 20, 2, 600, 1, 1);
  check_round(transport, 1.0, 20, 2, 600, 2, 3);
}

/// A round ends in the middle of its large messages, in both directions. What is on its way does no
/// harm, and its memory goes with the last message.
inline void dropped_round(Transport& transport) {
  constexpr Index kSize = 40'000;
  transport.configure(scale(1.0, kSize));
  std::weak_ptr<const Matrix> inputs;
  std::weak_ptr<Matrix> results;
  for (std::uint32_t answers = 0; answers < 5; ++answers) {
    auto round = open(transport, whole_numbers(40, kSize), kSize);
    const std::uint32_t number = round->number;
    inputs = round->inputs;
    results = round->results;
    dispatch_all(transport, *round);
    receive_all(transport, *round, answers);
    round.reset();
    const auto next = open(transport, whole_numbers(40, 3, 4), kSize, 1);
    dispatch_all(transport, *next);
    receive_all(transport, *next, 40);
    check_results(*next, 1.0);
    CHECK(next->number != number);
  }
  for (int i = 0; i < 1000 && !(inputs.expired() && results.expired()); ++i)
    check_round(transport, 1.0, 40, 1, kSize, 2, 1);
  CHECK(inputs.expired());
  CHECK(results.expired());
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
[[noreturn]] inline void receive_forever(Transport& transport) {
  for (;;) transport.receive(0.05);
}

inline void job_that_fails(Transport& transport, const std::string& job, ExitCode code,
                           const std::string& text) {
  const auto round = open(transport, Matrix::Zero(4, 1), 1);
  const Error error = error_of([&] {
    transport.configure(job);
    dispatch_all(transport, *round);
    receive_forever(transport);
  });
  CHECK(error.code() == code);
  CHECK(error.what() == text);
}

inline void task_that_fails(Transport& transport) {
  const auto round = open(transport, Matrix::Zero(40, 1000), 1);
  const Error error = error_of([&] {
    transport.configure("fail 23");
    dispatch_all(transport, *round);
    receive_forever(transport);
  });
  CHECK(error.code() == ExitCode::kFailed);
  CHECK(std::string(error.what()) == "worker 23 failed (as asked); no remedy");
}

/// Few values ride with their tasks, many come alone behind them: a task that fails between the two
/// must not leave them to be taken for something else.
inline void task_that_fails_before_large_ones(Transport& transport) {
  transport.configure("fail 23");
  const auto small = open(transport, Matrix::Zero(40, 1), 1);
  const auto large = open(transport, Matrix::Zero(20, 1000), 1, 1);
  const Error error = error_of([&] {
    dispatch_all(transport, *small);
    dispatch_all(transport, *large);
    receive_forever(transport);
  });
  CHECK(std::string(error.what()) == "worker 23 failed (as asked); no remedy");
  transport.configure(scale(1.0, 2));
  check_round(transport, 1.0, 40, 3, 2, 2, 1);
}

/// The transport ends with everything still on its way, large sends and results included.
inline void abandoned_round(Transport& transport) {
  transport.configure(scale(1.0, 2000));
  const auto round = open(transport, Matrix::Ones(64, 2000), 2000);
  dispatch_all(transport, *round);
  for (int i = 0; i < 3; ++i) transport.receive(0.05);
}

/// Every worker answers alone, with its own row, not before its delay; some never.
inline void delayed_answers(Transport& transport) {
  constexpr Seconds kNever = std::numeric_limits<Seconds>::infinity();
  constexpr Index kOutputs = 700;  // more than rides with the header
  transport.configure(scale(1.0, kOutputs));
  std::vector<Seconds> delays;
  for (int worker = 0; worker < 11; ++worker)
    delays.push_back(worker % 4 == 3 ? kNever : 0.01 * ((worker * 7) % 5));
  const auto round = open(transport, Matrix::Random(11, 4), kOutputs, 5, 3);
  const Stopwatch watch;
  dispatch_all(transport, *round, delays);
  std::map<WorkerId, int> answered;
  for (int missing = 9; missing > 0;) {
    const auto arrival = transport.receive(0.05);
    if (!arrival) continue;
    const WorkerId worker = arrival->block.first_worker;
    CHECK(arrival->block == round->id_of({worker, 1}));
    CHECK(watch.elapsed() >= delays[worker]);
    ++answered[worker];
    --missing;
  }
  CHECK_FALSE(transport.receive(0.02));
  for (WorkerId worker = 0; worker < 11; ++worker) {
    CHECK(answered[worker] == (worker % 4 == 3 ? 0 : 1));
    if (worker % 4 != 3)
      CHECK((*round->results)(worker, 699) ==
            Scale::value(1.0, round->inputs->row(worker).sum(), round->id_of({worker, 1}), 0, 699));
  }
}

/// A round ends while half of its answers are still to come: they have its number, and the next
/// round's results are its own.
inline void late_answers(Transport& transport) {
  constexpr Index kOutputs = 700;
  transport.configure(scale(1.0, kOutputs));
  std::vector<Seconds> delays(10, 0.0);
  for (std::size_t worker = 0; worker < 10; worker += 2) delays[worker] = 0.05;
  int late = 0;
  for (int i = 0; i < 4; ++i) {
    const auto round = open(transport, Matrix::Constant(10, 600, i), kOutputs);
    dispatch_all(transport, *round, delays);
    for (int fresh = 0; fresh < (i < 3 ? 5 : 10);)
      if (const auto arrival = transport.receive(0.05))
        ++(arrival->block.round == round->number ? fresh : late);
    for (Index worker = 0; worker < 10; ++worker)
      if (!std::isnan((*round->results)(worker, 0)))
        CHECK((*round->results)(worker, 0) == 600.0 * i + static_cast<double>(worker));
  }
  CHECK(late <= 15);
}

inline void nothing_to_receive(Transport& transport) {
  transport.configure(scale(1.0, 1));
  CHECK_FALSE(transport.receive(0.0));
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
      {"the rows of a round", rows_of_a_round},
      {"two rounds whose answers come in turn", rounds_in_turn},
      {"rounds that overtake another one", rounds_that_overtake},
      {"values that all blocks of a round share", shared_values},
      {"values that two rounds share in turn", shared_values_in_turn},
      {"late results are dropped", late_round},
      {"a round that is dropped with its payloads under way", dropped_round},
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
      {"a task that fails before large ones", task_that_fails_before_large_ones},
      {"a round that is abandoned", abandoned_round},
      {"answers with delays", delayed_answers},
      {"answers that come too late", late_answers},
      {"nothing to receive", nothing_to_receive},
  };
  return checks;
}

}  // namespace laggard::transport::checks
