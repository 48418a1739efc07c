#include "round/coded_round.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "faults/make.hpp"
#include "manual_time.hpp"
#include "round/rounds.hpp"
#include "round/virtual_clock.hpp"
#include "round/wall_clock.hpp"
#include "schemes/code.hpp"
#include "transport/in_process.hpp"

namespace laggard::round {
namespace {

using testing::arrivals_of;
using testing::kNever;

/// A worker for each data point, and its answer is the estimate.
class Plain final : public schemes::Scheme {
 public:
  Plain(bool path, bool rule = false) : path_(path), rule_(rule) {}

  std::uint32_t active_workers() const override { return 4; }
  bool path_ordering() const override { return path_; }
  bool decodes_nothing() const override { return rule_; }
  schemes::Encoded encode(const Matrix& data) const override {
    encoded = data;
    return {data, 0.5};
  }
  schemes::Decoded decode(MatrixView results, std::span<const WorkerId> received) const override {
    ++decoded;
    schemes::Decoded estimates{Matrix::Zero(4, results.cols()), 4, 0.25, std::vector<bool>(4)};
    for (std::size_t i = 0; i < received.size(); ++i) {
      estimates.estimates.row(received[i]) = results.row(static_cast<Index>(i));
      --estimates.unavailable;
    }
    estimates.reconstructed[0] = true;  // the first one on the path
    return estimates;
  }

  mutable Matrix encoded;
  mutable int decoded = 0;

 private:
  bool path_, rule_;
};

struct Fixture {
  std::shared_ptr<testing::ManualTime> time = std::make_shared<testing::ManualTime>();
  transport::InProcess transport{testing::make_twice, 0, time};
  std::vector<WorkerRecord> rows;
  WorkerLedger ledger{[this](const std::vector<WorkerRecord>& ended) {
    rows.insert(rows.end(), ended.begin(), ended.end());
  }};
  VirtualClock virtual_clock{{transport, ledger, *time}};
  WallClock wall_clock{{transport, ledger, *time}};
  const WaitAll all{WaitAll::Config()};
  Matrix data = (Matrix(4, 1) << 3, 1, 4, 2).finished();
  std::optional<DataPath> path;
  Arrivals arrivals = arrivals_of({0.5, 0.25, 0, 1});

  Fixture() { transport.configure(""); }

  CodedAnswer run(const schemes::Scheme& scheme, Clock& clock, bool keep_coded = false) {
    return run_coded_round({scheme, data, path, keep_coded}, testing::request_of(arrivals), clock,
                           all);
  }
};

TEST_CASE_METHOD(Fixture, "A round gives an estimate of f for each data point", "[round]") {
  const Plain scheme(false);
  const CodedAnswer answer = run(scheme, virtual_clock);
  CHECK(answer.decoded.estimates == 2 * data);
  CHECK(answer.answers.workers == std::vector<WorkerId>{0, 1, 2, 3});
  CHECK(answer.lambda_encode == 0.5);
  CHECK(answer.decoded.lambda == 0.25);
  CHECK(answer.nonfinite == 0);
  CHECK(answer.coded.size() == 0);
  CHECK(run(scheme, virtual_clock, true).coded == data);
  // No scheme has asked for the path.
  CHECK_FALSE(path);
  CHECK(std::isnan(answer.path_ratio));
  CHECK(answer.order_s == 0.0);
}

TEST_CASE_METHOD(
    Fixture,
    "On the path, neighbours are side by side, and estimates come back in the order of the data",
    "[round]") {
  const Plain scheme(true);
  const CodedAnswer answer = run(scheme, virtual_clock, true);
  const std::vector<double> seen(scheme.encoded.data(), scheme.encoded.data() + 4);
  CHECK((std::is_sorted(seen.begin(), seen.end()) || std::is_sorted(seen.rbegin(), seen.rend())));
  CHECK(answer.coded == scheme.encoded);
  CHECK(answer.decoded.estimates == 2 * data);
  // The mark on the first one moves with its estimate.
  REQUIRE(answer.decoded.reconstructed.size() == 4);
  for (std::size_t k = 0; k < 4; ++k)
    CHECK(answer.decoded.reconstructed[k] == (data(static_cast<Index>(k), 0) == seen[0]));
  CHECK(answer.path_ratio == 3.0 / 7.0);  // |3-1| + |1-4| + |4-2| without it
}

/// Serves no data itself; what serves a trial knows the trial's data.
class LooksAtData final : public schemes::Scheme {
 public:
  explicit LooksAtData(const Matrix* data = nullptr) : data_(data) {}

  std::uint32_t active_workers() const override { return 4; }
  bool path_ordering() const override { return true; }
  std::unique_ptr<schemes::Scheme> for_data(const Matrix& data) const override {
    return std::make_unique<LooksAtData>(&data);
  }
  schemes::Encoded encode(const Matrix& data) const override {
    REQUIRE(data_ != nullptr);
    CHECK(&data == data_);
    return {data, kNaN};
  }
  schemes::Decoded decode(MatrixView results, std::span<const WorkerId>) const override {
    REQUIRE(data_ != nullptr);
    return {results + 10.0 * *data_, 0, kNaN};
  }

 private:
  const Matrix* data_;
};

TEST_CASE_METHOD(Fixture, "A scheme that looks at the data sees them as they stand on the path",
                 "[round]") {
  const LooksAtData scheme;
  CHECK(run(scheme, virtual_clock).decoded.estimates == 12.0 * data);
}

TEST_CASE_METHOD(Fixture, "A path is found once, and its time is part of every round", "[round]") {
  const Plain scheme(true);
  path = DataPath{{2, 0, 3, 1}, 0.75, 8.0};
  const CodedAnswer answer = run(scheme, wall_clock);
  CHECK(scheme.encoded == (Matrix(4, 1) << 4, 3, 2, 1).finished());
  CHECK(answer.path_ratio == 0.75);
  CHECK(answer.order_s == 8.0);
  CHECK(answer.completion_s >= 9.0);
}

TEST_CASE_METHOD(Fixture, "The master's own steps take time on the wall clock alone", "[round]") {
  const Plain scheme(true);
  CHECK(run(scheme, virtual_clock).completion_s == 1.0);
  const CodedAnswer answer = run(scheme, wall_clock);
  CHECK(answer.answers.time_s == 1.0);
  CHECK(answer.completion_s == 1.0 + (answer.order_s + answer.encode_s + answer.decode_s));
  CHECK(answer.encode_s > 0.0);
  CHECK(answer.decode_s > 0.0);
}

TEST_CASE_METHOD(Fixture, "Where all are lost, a scheme decodes only if it has a rule", "[round]") {
  arrivals = arrivals_of({kNever, kNever, kNever, kNever});
  const Plain without_rule(true), with_rule(true, true);
  const CodedAnswer lost = run(without_rule, virtual_clock);
  CHECK(without_rule.decoded == 0);
  CHECK(lost.decoded.unavailable == 4);
  REQUIRE(lost.decoded.estimates.rows() == 4);
  REQUIRE(lost.decoded.estimates.cols() == 1);
  CHECK(lost.decoded.estimates.array().isNaN().all());
  CHECK(std::isnan(lost.decoded.lambda));
  const CodedAnswer ruled = run(with_rule, virtual_clock);
  CHECK(with_rule.decoded == 1);
  CHECK(ruled.decoded.unavailable == 4);
  CHECK(ruled.decoded.estimates == Matrix::Zero(4, 1));
}

/// Believes everybody, or is told who lies, or accuses worker 2.
class Judge final : public schemes::LinearScheme {
 public:
  explicit Judge(bool told, bool path = false) : told_(told), path_(path) {}

  std::uint32_t active_workers() const override { return 4; }
  bool path_ordering() const override { return path_; }
  bool is_told_who_lies() const override { return told_; }
  Matrix encoder_matrix() const override { return Matrix::Identity(4, 4); }
  Matrix decoder_matrix(std::span<const WorkerId> received) const override {
    Matrix decoder = Matrix::Zero(4, static_cast<Index>(received.size()));
    for (std::size_t i = 0; i < received.size(); ++i)
      decoder(received[i], static_cast<Index>(i)) = 1.0;
    return decoder;
  }
  schemes::Decoded decode_robustly(MatrixView results,
                                   std::span<const WorkerId> received) const override {
    schemes::Decoded decoded = decode(results, received);
    decoded.flagged = {2};
    return decoded;
  }

 private:
  bool told_, path_;
};

/// Workers 0 and 2 add 100; what they know is kept.
class Liars final : public faults::Adversaries {
 public:
  faults::Lies lie(const faults::Occasion& at, const faults::Collected& collected) const override {
    occasion = at;
    truth = collected.truth;
    decoder = collected.decoder();
    active = collected.active;
    faults::Lies lies;
    for (std::size_t i = 0; i < collected.workers.size(); ++i) {
      if (collected.workers[i] % 2 == 1) continue;
      collected.answers.row(static_cast<Index>(i)).array() += 100.0;
      lies.liars.push_back(collected.workers[i]);
    }
    lies.largest_error = 123.0;
    return lies;
  }
  std::string conflict(std::uint32_t, std::uint32_t) const override { return {}; }

  mutable faults::Occasion occasion;
  mutable Matrix truth;
  mutable std::optional<Matrix> decoder;
  mutable std::uint32_t active = 0;
};

struct Lying : Fixture {
  Liars liars;
  Matrix truth = (Matrix(4, 1) << 6, 2, 8, 4).finished();

  CodedAnswer tell(const schemes::Scheme& scheme, Clock& clock) {
    RoundRequest request = testing::request_of(arrivals);
    request.keep_workers = true;
    return run_coded_round({scheme, data, path, false, Attack{liars, {9, 8, 7}, truth}},
                           std::move(request), clock, all);
  }
};

TEST_CASE_METHOD(Lying, "Liars change what the decoder sees, on either clock", "[round]") {
  for (Clock* clock : {static_cast<Clock*>(&virtual_clock), static_cast<Clock*>(&wall_clock)}) {
    rows.clear();
    const CodedAnswer answer = tell(Judge(false), *clock);
    CHECK(answer.decoded.estimates == 2 * data + (Matrix(4, 1) << 100, 0, 100, 0).finished());
    CHECK(answer.lies.liars == std::vector<WorkerId>{0, 2});
    CHECK(answer.lies.largest_error == 123.0);
    CHECK(answer.decoded.flagged == std::vector<WorkerId>{2});
    REQUIRE(rows.size() == 4);
    for (const WorkerRecord& row : rows) {
      CHECK(row.lied == (row.worker % 2 == 0));
      CHECK(row.rejected == (row.worker == 2));
    }
    CHECK(liars.occasion.seed == 9);
    CHECK(liars.occasion.trial == 8);
    CHECK(liars.occasion.step == 7);
    CHECK(liars.active == 4);
    CHECK(liars.decoder.value() == Matrix::Identity(4, 4));
  }
}

TEST_CASE_METHOD(Lying, "Liars know the truth in the order of the decoder's rows", "[round]") {
  tell(Judge(false, true), virtual_clock);
  REQUIRE(path);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(liars.truth(static_cast<Index>(i), 0) == truth(path->order[i], 0));
}

TEST_CASE_METHOD(Lying, "Who is told who lies decodes the honest answers alone", "[round]") {
  const CodedAnswer answer = tell(Judge(true), virtual_clock);
  CHECK(answer.decoded.estimates == (Matrix(4, 1) << 0, 2, 0, 4).finished());
  CHECK(answer.decoded.flagged == answer.lies.liars);
  arrivals = arrivals_of({0, kNever, 0, kNever});
  const CodedAnswer nobody = tell(Judge(true), virtual_clock);
  CHECK(nobody.decoded.unavailable == 4);
  CHECK(nobody.decoded.estimates.array().isNaN().all());
}

TEST_CASE_METHOD(Lying, "Where nobody answers, nobody lies", "[round]") {
  arrivals = arrivals_of({kNever, kNever, kNever, kNever});
  CHECK(tell(Judge(false), virtual_clock).lies.liars.empty());
}

/// Twenty workers on a curve through ten points of a slow wave, and some of them lie.
struct Curve : Lying {
  static constexpr std::uint32_t kPoints = 10, kWorkers = 20;

  Curve() {
    data.resize(kPoints, 1);
    for (Index k = 0; k < data.rows(); ++k) data(k, 0) = std::sin(0.4 * static_cast<double>(k));
    truth = 2 * data;
    arrivals = arrivals_of(std::vector<Seconds>(kWorkers, 0.0));
  }

  CodedAnswer certified(const schemes::Scheme& scheme, const faults::Adversaries& adversaries) {
    return run_coded_round({scheme, data, path, false, Attack{adversaries, {9, 8, 7}, truth}, true},
                           testing::request_of(arrivals), virtual_clock, all);
  }
};

TEST_CASE_METHOD(Curve, "Certificates are those of the answers that a defence has left",
                 "[round]") {
  const auto adversaries = testing::make_adversaries(
      R"({"kind": "constant", "placement": "listed", "workers": [8, 9, 10], "bound": 100})");
  for (const std::string assignment : {"order", "reliability"})
    for (const std::string robust : {R"({"kind": "none"})", R"({"kind": "oracle"})",
                                     R"({"kind": "peel", "adversaries": 3})"}) {
      INFO(assignment << ", " << robust);
      const auto scheme =
          testing::scheme_of(R"({"kind": "curve", "lambda_decode": "gcv", "assignment": ")" +
                                 assignment + R"(", "robust": )" + robust + "}",
                             kPoints, kWorkers);
      const CodedAnswer answer = certified(*scheme, *adversaries);
      const bool rejects = robust.find("none") == std::string::npos;
      REQUIRE(answer.decoded.flagged ==
              (rejects ? std::vector<WorkerId>{8, 9, 10} : std::vector<WorkerId>{}));
      const auto left = testing::everyone_but(kWorkers, answer.decoded.flagged);
      const Matrix told = answer.answers.results(left, Eigen::all);
      const auto expected = schemes::certify(*scheme, rows_of(told, 0, told.rows()), left);
      CHECK(answer.certificates.largest_gap == expected.largest_gap);
      CHECK(answer.certificates.lebesgue == expected.lebesgue);
      CHECK(answer.certificates.noise_gain == expected.noise_gain);
      // cos(7 pi / 19) - cos(11 pi / 19): three neighbours in the middle are gone.
      if (rejects && assignment == "order")
        CHECK(answer.certificates.largest_gap ==
              Approx(std::cos(7 * M_PI / 19) - std::cos(11 * M_PI / 19)));
    }
}

TEST_CASE_METHOD(Curve, "There are no certificates where a defence decodes, or nothing is decoded",
                 "[round]") {
  const auto adversaries = testing::make_adversaries(R"({"kind": "constant", "count": 2})");
  const auto robust = [&](const std::string& defence) {
    return certified(
        *testing::scheme_of(R"({"kind": "curve", "encoder": "berrut", "robust": )" + defence + "}",
                            kPoints, kWorkers),
        *adversaries);
  };
  for (const std::string defence : {R"({"kind": "huber"})", R"({"kind": "rule"})"}) {
    INFO(defence);
    const CodedAnswer answer = robust(defence);
    CHECK(answer.decoded.estimates.allFinite());
    CHECK(std::isnan(answer.certificates.largest_gap));
    CHECK(std::isnan(answer.certificates.lebesgue));
    CHECK(std::isnan(answer.certificates.noise_gain));
  }
  // Two answers are too few to tell lies from.
  for (WorkerId worker = 2; worker < kWorkers; ++worker) arrivals.delay_s[worker] = kNever;
  arrivals = arrivals_of(arrivals.delay_s);
  const CodedAnswer lost = robust(R"({"kind": "peel", "adversaries": 3})");
  CHECK(lost.decoded.unavailable == kPoints);
  CHECK(std::isnan(lost.certificates.largest_gap));
}

TEST_CASE_METHOD(Curve, "Liars know the decoder of the honest answers, also if these choose it",
                 "[round]") {
  for (const std::string decoder :
       {R"("lambda_decode": "gcv")", R"("lambda_decode": "loo")", R"("decoder": "polynomial")",
        R"("decoder": "floater_hormann", "degree": "loo")", R"("decoder": "auto")"}) {
    INFO(decoder);
    const auto scheme =
        testing::scheme_of(R"({"kind": "curve", )" + decoder + "}", kPoints, kWorkers);
    liars.decoder.reset();
    tell(*scheme, virtual_clock);
    const Matrix honest = 2 * scheme->encode(data).inputs;
    const auto everybody = testing::everyone_but(kWorkers, {});
    const Matrix estimates = scheme->decode(rows_of(honest, 0, honest.rows()), everybody).estimates;
    REQUIRE(liars.decoder.has_value());
    CHECK((*liars.decoder * honest - estimates).cwiseAbs().maxCoeff() < 1e-12);
  }
}

TEST_CASE_METHOD(Fixture, "Values that are not finite are counted among the answers", "[round]") {
  data(1, 0) = kNaN;
  data(2, 0) = std::numeric_limits<double>::infinity();
  arrivals = arrivals_of({0, 0, kNever, 0});
  CHECK(run(Plain(false), virtual_clock).nonfinite == 1);
}

}  // namespace
}  // namespace laggard::round
