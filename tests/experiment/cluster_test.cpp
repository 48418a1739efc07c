#include "experiment/cluster.hpp"

#include <catch2/catch.hpp>

#include "config/reader.hpp"
#include "experiment/kinds.hpp"

using namespace laggard;
using Order = std::vector<WorkerId>;

namespace {

experiment::ClusterConfig config_of(const std::string& members) {
  struct Keys : experiment::ClusterConfig {
    void fields(Fields& fields) { cluster_fields(fields); }
  };
  Keys keys;
  const config::Vocabulary vocabulary = experiment::kinds().vocabulary();
  const config::Json document = config::parse(members, "the test");
  config::JsonReader reader(document, "", vocabulary.roles);
  keys.fields(reader);
  return keys;
}

Order order_of(const std::string& members, std::uint32_t workers = 6, double inputs = 1.0) {
  return workers_by_reliability(experiment::make_cluster(config_of(members), 1, workers), workers,
                                inputs);
}

std::size_t hints_of(const std::string& members) {
  const experiment::ClusterConfig config = config_of(members);
  return cluster_hints(config, experiment::make_cluster(config, 1, 6)).size();
}

}  // namespace

TEST_CASE("Workers that are alike are ordered by number", "[assignment]") {
  CHECK(order_of("{}", 4) == Order{0, 1, 2, 3});
  CHECK(order_of(R"({"delay": {"kind": "pareto", "shape": 0.5}})", 4) == Order{0, 1, 2, 3});
}

TEST_CASE("The worker whose answer is expected last is the least reliable one", "[assignment]") {
  const std::string speeds = R"("speeds": {"kind": "listed", "factors": [1, 5, 1, 7, 5, 2]})";
  const Order by_speed{3, 1, 4, 5, 0, 2};
  SECTION("by the speed of its computation") {
    CHECK(order_of("{" + speeds + R"(, "time": {"compute_seconds": 0.1}})") == by_speed);
    CHECK(order_of("{" + speeds +
                   R"(, "delay": {"kind": "shifted_exponential", "scaling": "work"}})") ==
          by_speed);
  }
  SECTION("by its factor alone, where nothing is known of the time") {
    CHECK(order_of("{" + speeds + "}") == by_speed);
    CHECK(order_of("{" + speeds + R"(, "delay": {"kind": "lognormal"}})") == by_speed);
  }
  // Two groups: a mean of 1 + 2 s, and of 4 s.
  const std::string delays = R"("delay": {"kind": "groups", "sizes": [2], "delays": [
      {"kind": "constant", "seconds": 4}, {"kind": "shifted_exponential", "shift": 1, "mean": 2}]})";
  SECTION("by the mean delay of its group") {
    CHECK(order_of("{" + delays + "}") == Order{0, 1, 2, 3, 4, 5});
    CHECK(order_of("{" + delays + ", " + speeds + "}") == Order{1, 0, 3, 4, 5, 2});
  }
  SECTION("by both: 3 s and 4 s of delay, and 0.4 s of work times the factor") {
    const std::string time = R"(, "time": {"compute_seconds": 0.4}})";
    // 4.4, 6, 3.4, 5.8, 5, 3.8
    CHECK(order_of("{" + delays + ", " + speeds + time) == Order{1, 3, 4, 0, 5, 2});
    // With four times the work: 5.6, 12, 4.6, 14.2, 11, 6.2
    CHECK(order_of("{" + delays + ", " + speeds + time, 6, 4.0) == Order{3, 1, 4, 5, 0, 2});
  }
  SECTION("but after the worker that is lost more often") {
    CHECK(order_of("{" + speeds + R"(, "stragglers": {"kind": "listed", "workers": [2, 4]}})") ==
          Order{4, 2, 3, 1, 5, 0});
    CHECK(order_of("{" + speeds + R"(, "stragglers": {"kind": "periodic", "period": 4,
          "workers": [0], "persistent": true}})") == Order{4, 0, 3, 1, 5, 2});
    // Of the 4 runs of three among six, workers 2 and 3 are in three, and 0 and 5 in one.
    CHECK(order_of("{" + speeds + R"(, "stragglers": {"kind": "consecutive", "count": 3}})") ==
          Order{3, 2, 1, 4, 5, 0});
    CHECK(order_of("{" + speeds + R"(, "stragglers": {"kind": "bernoulli"}})") == by_speed);
  }
  SECTION("by an infinite mean before any other") {
    CHECK(order_of(R"({"delay": {"kind": "groups", "sizes": [2, 1], "delays": [
        {"kind": "constant", "seconds": 1e6}, {"kind": "pareto", "shape": 1}, {"kind": "none"}]}})",
                   4) == Order{2, 0, 1, 3});
  }
}

TEST_CASE("Speeds that make no worker slower are pointed out", "[cluster]") {
  const std::string speeds = R"("speeds": {"kind": "listed", "factors": [1, 5, 1, 7, 5, 2]})";
  CHECK(hints_of("{}") == 0);
  CHECK(hints_of("{" + speeds + "}") == 1);
  CHECK(hints_of("{" + speeds + R"(, "delay": {"kind": "lognormal"}})") == 1);
  CHECK(hints_of("{" + speeds + R"(, "delay": {"kind": "lognormal", "scaling": "work"}})") == 0);
  CHECK(hints_of("{" + speeds + R"(, "time": {"compute_seconds": 0.1}})") == 0);
  CHECK(hints_of("{" + speeds + R"(, "clock": "wall"})") == 0);
  // One group whose delays grow with the work is enough.
  CHECK(hints_of("{" + speeds + R"(, "delay": {"kind": "groups", "sizes": [5], "delays": [
      {"kind": "constant"}, {"kind": "constant", "scaling": "work"}]}})") == 0);
}
