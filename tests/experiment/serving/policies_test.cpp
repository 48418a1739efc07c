// Each policy against a slow reference that looks at the whole timetable.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "experiment/serving/server.hpp"
#include "experiment/serving/serving.hpp"
#include "schemes/scheme.hpp"
#include "statistics.hpp"

using namespace laggard;
using serving::Answers;
using testing::kNever;
using testing::TestServer;

namespace {

constexpr const char* kService = R"({"kind": "shifted_exponential", "shift": 0.5, "mean": 1})";
constexpr std::uint32_t kCodedStep = 1U << 23U;

double service_of(const TestServer& server, std::uint32_t owner, std::uint32_t copy,
                  bool coded = false) {
  return server.service->draw({{1, 0, owner, copy | (coded ? kCodedStep : 0)}, coded});
}

/// Times of proper answers and substitutes of a code where nobody ever waits for an instance.
Answers coded_without_queues(const TestServer& server, const Answers& simulated, std::uint32_t k,
                             std::uint32_t r, std::uint32_t needed, bool systematic) {
  Answers expected;
  const auto queries = static_cast<std::uint32_t>(simulated.arrival.size());
  expected.arrival = simulated.arrival;
  expected.proper.assign(queries, kNever);
  expected.substitute.assign(queries, kNever);
  for (std::uint32_t first = 0; first < queries; first += k) {
    const std::uint32_t end = std::min(first + k, queries);
    std::vector<double> proper, coded;
    for (std::uint32_t query = first; query < end && systematic; ++query) {
      expected.proper[query] = simulated.arrival[query] + service_of(server, query, 0);
      proper.push_back(expected.proper[query]);
    }
    const double encoded = simulated.arrival[end - 1] + server.config.encode_s;
    if (end - first == k || !systematic)
      for (std::uint32_t i = 0; i < (systematic ? r : k + r); ++i)
        coded.push_back(encoded + service_of(server, first / k, i, true));
    // The first moment at which enough answers are there, with a coded one among them.
    std::vector<double> all = proper;
    all.insert(all.end(), coded.begin(), coded.end());
    std::sort(all.begin(), all.end());
    if (coded.empty() || all.size() < needed) continue;
    const double moment = std::max(all[needed - 1], *std::min_element(coded.begin(), coded.end()));
    if (systematic && moment > *std::max_element(proper.begin(), proper.end())) continue;
    for (std::uint32_t query = first; query < end; ++query)
      if (expected.proper[query] > moment)
        expected.substitute[query] = moment + server.config.decode_s;
  }
  return expected;
}

void check_equal(const std::vector<double>& got, const std::vector<double>& expected) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    REQUIRE(std::isinf(got[i]) == std::isinf(expected[i]));
    if (!std::isinf(got[i])) REQUIRE(got[i] == Approx(expected[i]).epsilon(1e-12));
  }
}

/// What replication does, from a list of all jobs that is searched at every event.
std::vector<double> replicated(const TestServer& server, const std::vector<double>& arrivals,
                               std::uint32_t instances, bool low_priority) {
  struct Waiting {
    std::uint32_t query, copy;
    bool second;
  };
  std::vector<Waiting> waiting;
  std::multimap<double, Waiting> running;
  std::vector<double> answered(arrivals.size(), kNever);
  const auto fill = [&](double now) {
    while (running.size() < instances && !waiting.empty()) {
      auto next = std::find_if(waiting.begin(), waiting.end(),
                               [](const Waiting& job) { return !job.second; });
      if (next == waiting.end()) next = waiting.begin();
      running.emplace(now + service_of(server, next->query, next->copy), *next);
      waiting.erase(next);
    }
  };
  std::uint32_t arrived = 0;
  while (arrived < arrivals.size() || !running.empty()) {
    if (arrived < arrivals.size() &&
        (running.empty() || arrivals[arrived] < running.begin()->first)) {
      waiting.push_back({arrived, 0, false});
      fill(arrivals[arrived]);
      waiting.push_back({arrived, 1, low_priority});
      fill(arrivals[arrived++]);
      continue;
    }
    const auto [now, job] = *running.begin();
    running.erase(running.begin());
    answered[job.query] = std::min(answered[job.query], now);
    const auto query = job.query;
    std::erase_if(waiting, [&](const Waiting& other) { return other.query == query; });
    fill(now);
  }
  return answered;
}

/// A policy, and how many jobs it starts, and starts although their answer is there.
class Watched final : public serving::Policy {
 public:
  Watched(const Policy& policy, std::uint64_t& started, std::uint64_t& in_vain)
      : Policy(serving::PolicyConfig{}), policy_(policy), started_(started), in_vain_(in_vain) {}

  serving::Staff staff() const override { return policy_.staff(); }
  serving::JobCounts jobs() const override { return policy_.jobs(); }
  double speed(const serving::Task& task) const override { return policy_.speed(task); }
  void arrived(serving::Server& server, serving::Batch batch) const override {
    policy_.arrived(server, batch);
  }
  void encoded(serving::Server& server, serving::Group group) const override {
    policy_.encoded(server, group);
  }
  void started(serving::Server& server, const serving::Task& task) const override {
    const bool done = task.coded ? server.counts(task.owner).done
                                 : server.answered(task.owner) || server.substituted(task.owner);
    ++started_;
    in_vain_ += done ? 1 : 0;
    policy_.started(server, task);
  }
  void finished(serving::Server& server, const serving::Task& task) const override {
    policy_.finished(server, task);
  }
  bool is_wanted(const serving::Server& server, const serving::Task& task) const override {
    return policy_.is_wanted(server, task);
  }

 private:
  const Policy& policy_;
  std::uint64_t &started_, &in_vain_;
};

}  // namespace

TEST_CASE("Without queues, ParM has the latencies of its timetable", "[serving]") {
  const TestServer server(R"({"kind": "parm"})", {2000, 1000, 2}, kService, 1.0, 2000);
  const Answers answers = server.run();
  const double encode = server.config.encode_s, decode = server.config.decode_s;
  for (std::uint32_t first = 0; first + 1 < 2000; first += 2) {
    const double gap = answers.arrival[first + 1] - answers.arrival[first];
    const double x1 = service_of(server, first, 0), x2 = service_of(server, first + 1, 0);
    const double parity = service_of(server, first / 2, 0, true);
    const double l1 = std::min(x1, std::max(gap + x2, gap + encode + parity) + decode);
    const double l2 = std::min(x2, std::max(x1 - gap, encode + parity) + decode);
    const auto latency = [&](std::uint32_t query) {
      return std::min(answers.proper[query], answers.substitute[query]) - answers.arrival[query];
    };
    REQUIRE(latency(first) == Approx(l1).epsilon(1e-9));
    REQUIRE(latency(first + 1) == Approx(l2).epsilon(1e-9));
  }
}

TEST_CASE("Without queues, every code decodes at the first moment at which it can", "[serving]") {
  struct Case {
    std::uint32_t k, r, needed;
    bool systematic;
  };
  for (const Case& one : {Case{2, 1, 2, true}, Case{3, 2, 3, true}, Case{4, 1, 3, true},
                          Case{4, 2, 5, true}, Case{4, 1, 4, false}, Case{3, 3, 2, false}}) {
    CAPTURE(one.k, one.r, one.needed, one.systematic);
    TestServer server(fmt::format(R"({{"kind": "coded", "k": {}, "r": {}, "needed": {},
                                      "systematic": {}}})",
                                  one.k, one.r, one.needed, one.systematic),
                      {3000, 0, 2}, kService, 1.0, 2000);  // 2000 is no multiple of 3
    server.config.decode_s = 0.01;
    const Answers answers = server.run();
    const Answers expected =
        coded_without_queues(server, answers, one.k, one.r, one.needed, one.systematic);
    check_equal(answers.proper, expected.proper);
    check_equal(answers.substitute, expected.substitute);
  }
}

TEST_CASE("Copies under load are served and withdrawn as a search of all jobs says", "[serving]") {
  for (const bool low : {false, true})
    for (const double rate : {1.0, 2.0, 2.6}) {
      CAPTURE(low, rate);
      const TestServer server(fmt::format(R"({{"kind": "replication", "low_priority": {}}})", low),
                              {3, 1, 2}, kService, rate, 2000);
      const Answers answers = server.run();
      check_equal(answers.proper, replicated(server, answers.arrival, 4, low));
    }
}

TEST_CASE("A hedged copy comes after its time, if there is no answer", "[serving]") {
  const TestServer plain(R"({"kind": "equal_resources"})", {2000, 0, 1}, kService, 1.0, 1000);
  const TestServer hedged(R"({"kind": "replication", "hedge_after_seconds": 1.2})", {2000, 0, 1},
                          kService, 1.0, 1000);
  const Answers alone = plain.run(), both = hedged.run();
  std::uint64_t late = 0;
  for (std::uint32_t query = 0; query < 1000; ++query) {
    const double first = service_of(hedged, query, 0), second = service_of(hedged, query, 1);
    late += first > 1.2 ? 1 : 0;
    REQUIRE(alone.proper[query] == alone.arrival[query] + first);
    REQUIRE(both.proper[query] ==
            Approx(both.arrival[query] + std::min(first, 1.2 + second)).epsilon(1e-12));
  }
  CHECK(both.services == 1000 + late);
}

TEST_CASE("Of tied copies, only one is ever under way", "[serving]") {
  const TestServer server(R"({"kind": "replication", "tied": true, "copies": 3})", {3, 0, 1},
                          kService, 1.9, 2000);
  const TestServer single(R"({"kind": "equal_resources"})", {3, 0, 1}, kService, 1.9, 2000);
  CHECK(server.run().services == 2000);
  check_equal(server.run().proper, single.run().proper);  // in one queue they do nothing
}

TEST_CASE("A cheaper model answers when its query still waits, or after the median", "[serving]") {
  const TestServer server(R"({"kind": "approximate_backup", "speedup": 2})", {2000, 2000, 1},
                          kService, 1.0, 1000);
  const Answers answers = server.run();
  for (std::uint32_t query = 0; query < 1000; ++query) {
    REQUIRE(answers.proper[query] == answers.arrival[query] + service_of(server, query, 0));
    REQUIRE(answers.substitute[query] ==
            answers.arrival[query] + service_of(server, query, 1) / 2.0);
  }
  // At this load, queries wait for the two instances, and the backup takes some out of the queue.
  const TestServer busy(R"({"kind": "approximate_backup"})", {2, 2, 1}, kService, 1.6, 2000);
  const Answers shared = busy.run();
  CHECK(std::count(shared.proper.begin(), shared.proper.end(), kNever) > 100);
  CHECK(std::count(shared.substitute.begin(), shared.substitute.end(), kNever) > 100);
  CHECK(shared.services < 4000);
}

TEST_CASE("Policies meet the same queries and the same services", "[serving]") {
  const auto answers = [](const char* policy) {
    return TestServer(policy, {2000, 1000, 2}, kService, 1.0, 500).run();
  };
  const Answers plain = answers(R"({"kind": "equal_resources"})");
  for (const char* policy : {R"({"kind": "parm"})", R"({"kind": "approximate_backup"})",
                             R"({"kind": "coded"})", R"({"kind": "coded", "k": 4})"}) {
    CHECK(answers(policy).arrival == plain.arrival);
    CHECK(answers(policy).proper == plain.proper);
  }
}

TEST_CASE("No query is lost, whatever fails and is withdrawn", "[serving]") {
  for (const char* policy :
       {R"({"kind": "parm"})", R"({"kind": "equal_resources"})",
        R"({"kind": "approximate_backup"})", R"({"kind": "replication", "copies": 3})",
        R"({"kind": "replication", "low_priority": true, "tied": true})",
        R"({"kind": "replication", "hedge_after_seconds": 1})", R"({"kind": "coded", "r": 2})",
        R"({"kind": "coded", "k": 3, "systematic": false})",
        R"({"kind": "coded", "k": 4, "low_priority": false})"}) {
    CAPTURE(policy);
    TestServer server(policy, {6, 3, 2}, kService, 2.0, 3001);
    server.config.transfers.count = 3;
    const Answers quiet = server.run();
    server.config.outages = {40.0, 5.0};
    server.config.batch = 2;
    const Answers answers = server.run();
    for (std::size_t batch = 0; batch < answers.proper.size(); ++batch) {
      const double first = std::min(answers.proper[batch], answers.substitute[batch]);
      REQUIRE(first < kNever);
      REQUIRE(first >= answers.arrival[std::min<std::size_t>(2 * batch + 1, 3000)]);
    }
    for (std::size_t query = 0; query < quiet.proper.size(); ++query)
      REQUIRE(std::min(quiet.proper[query], quiet.substitute[query]) < kNever);
    CHECK(answers.end_s < kNever);
    CHECK(answers.proper.size() == 1501);
  }
}

TEST_CASE("What nobody waits for any more is not done again when its instance fails", "[serving]") {
  for (const char* policy :
       {R"({"kind": "replication"})", R"({"kind": "replication", "copies": 3, "tied": true})",
        R"({"kind": "parm"})", R"({"kind": "approximate_backup"})", R"({"kind": "coded", "r": 2})",
        R"({"kind": "coded", "systematic": false})"}) {
    CAPTURE(policy);
    TestServer server(policy, {12, 6, 2}, kService, 1.0, 5000);
    server.config.outages = {4.0, 2.0};
    const auto inner = std::move(server.policy);
    std::uint64_t started = 0, in_vain = 0;
    server.policy = std::make_unique<Watched>(*inner, started, in_vain);
    const Answers answers = server.run();
    CHECK(in_vain == 0);
    CHECK(started == answers.services);
    for (std::size_t query = 0; query < 5000; ++query)
      REQUIRE(std::min(answers.proper[query], answers.substitute[query]) < kNever);
  }
}

TEST_CASE("An instance that fails hands its job to another one", "[serving]") {
  TestServer server(R"({"kind": "equal_resources"})", {20, 0, 1}, R"({"kind": "constant",
                    "seconds": 1})",
                    1.0, 5000);
  server.config.outages = {50.0, 50.0};
  const Answers answers = server.run();
  std::vector<double> latencies;
  for (std::size_t query = 0; query < 5000; ++query)
    latencies.push_back(answers.proper[query] - answers.arrival[query]);
  // A service that is cut off by a failure, at a rate of 1/50, begins again.
  const double interrupted = static_cast<double>(answers.services) / 5000.0 - 1.0;
  CHECK(interrupted == Approx(std::expm1(1.0 / 50.0)).epsilon(0.3));
  CHECK(testing::mean_of(latencies) == Approx(50.0 * std::expm1(1.0 / 50.0)).epsilon(0.003));
  CHECK(*std::min_element(latencies.begin(), latencies.end()) == Approx(1.0));
}

TEST_CASE("Policies that make no sense say why", "[serving]") {
  const auto refused = [](const char* policy, const serving::Instances& instances) {
    try {
      testing::make_policy(policy, instances);
    } catch (const schemes::Inapplicable& inapplicable) {
      return std::string(inapplicable.what());
    }
    return std::string();
  };
  CHECK(refused(R"({"kind": "parm"})", {12, 6, 2}).empty());
  CHECK(refused(R"({"kind": "parm"})", {12, 0, 2}) ==
        "the policy needs extra instances, and /serving/extra is 0");
  CHECK(refused(R"({"kind": "approximate_backup"})", {12, 0, 2}) ==
        "the policy needs extra instances, and /serving/extra is 0");
  CHECK(refused(R"({"kind": "parm", "k": 13})", {12, 6, 2}) ==
        "k = 13, but there are 12 instances to serve a group at once");
  CHECK(refused(R"({"kind": "coded", "k": 4, "needed": 6})", {12, 6, 2}) ==
        "6 answers are needed, but a group has k + r = 5");
}
