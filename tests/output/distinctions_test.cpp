#include "output/distinctions.hpp"

#include <catch2/catch.hpp>

#include "config/sweep.hpp"

namespace laggard::output {
namespace {

/// The points of a sweep that sets /schemes, or of one with these labels.
std::vector<PointRecord> points_of(const char* sweep, std::vector<std::string> labels = {}) {
  std::vector<PointRecord> points;
  std::uint32_t combination = 0;
  for (const config::SweepPoint& set : config::expand_sweep(config::parse(sweep, "sweep"))) {
    std::vector<std::string> here = labels;
    if (labels.empty())
      for (const config::Json& scheme : set.parameters.at("/schemes"))
        here.push_back(scheme.value("label", scheme.at("kind").get<std::string>()));
    for (const std::string& label : here) {
      PointRecord& point = points.emplace_back();
      point.point = static_cast<std::uint32_t>(points.size() - 1);
      point.scheme = label;
      point.combination = combination;
      point.parameters = set.parameters.dump();
    }
    ++combination;
  }
  return points;
}

std::vector<std::string> texts(const std::vector<PointRecord>& points) {
  const Distinctions distinctions(points);
  std::vector<std::string> texts;
  for (const PointRecord& point : points) texts.push_back(distinctions.of(point));
  return texts;
}

using Texts = std::vector<std::string>;

TEST_CASE("What varies is told, for the point's own scheme", "[distinctions]") {
  CHECK(texts(points_of(R"({"/workers": [1, 2], "/noise/sigma": [0.5, 1]})", {"a"})) ==
        Texts{"/noise/sigma=0.5", "/noise/sigma=1", "/noise/sigma=0.5", "/noise/sigma=1"});
  CHECK(texts(points_of(R"({"/schemes/1/k": [2, 3], "/x": [7]})", {"a", "b"})) ==
        Texts{"", "/schemes/1/k=2", "", "/schemes/1/k=3"});
}

TEST_CASE("Of objects that are set as a whole, the members that vary are told", "[distinctions]") {
  const char* lists = R"({"/schemes": [
      [{"kind": "bacc"}, {"kind": "letcc", "ordering": "path", "lambda_decode": 1, "l": [1, 2]}],
      [{"kind": "letcc", "ordering": "path", "lambda_decode": 2, "l": [1, 2]}]]})";
  CHECK(texts(points_of(lists)) ==
        Texts{"", "/schemes/1/lambda_decode=1", "/schemes/0/lambda_decode=2"});
  const char* objects =
      R"({"/wait": [{"kind": "fastest", "count": 8}, {"kind": "fastest", "count": 9},
                                      {"kind": "deadline", "seconds": 2}, {"kind": "all"}]})";
  CHECK(texts(points_of(objects, {"a"})) ==
        Texts{"/wait/kind=\"fastest\" /wait/count=8", "/wait/kind=\"fastest\" /wait/count=9",
              "/wait/kind=\"deadline\" /wait/seconds=2", "/wait/kind=\"all\""});
}

TEST_CASE("What moves with N is not told", "[distinctions]") {
  const char* blocks = R"([{"/workers": 75, "/schemes/0/k": 4, "/schemes/0/parity": ["a"]},
                           {"/workers": 90, "/schemes/0/k": 2, "/schemes/0/parity": ["b"]}])";
  CHECK(texts(points_of(blocks, {"parm"})) == Texts{"", ""});
  const char* same_n = R"([{"/workers": 90, "/schemes/0/k": 4, "/schemes/0/parity": ["a"]},
                           {"/workers": 90, "/schemes/0/k": 2, "/schemes/0/parity": ["b"]}])";
  CHECK(texts(points_of(same_n, {"parm"})) == Texts{"/schemes/0/k=4", "/schemes/0/k=2"});
}

TEST_CASE("What several points have in common is told in the same words", "[distinctions]") {
  const auto points = points_of(R"({"/schemes/1/k": [2, 3], "/x": [7, 8]})", {"a", "b"});
  const Distinctions distinctions(points);
  CHECK(distinctions.of("b", R"({"/schemes/1/k":3})") == "/schemes/1/k=3");
  CHECK(distinctions.of("a", R"({"/schemes/1/k":3,"/x":8})") == "/x=8");
  CHECK(distinctions.of("a", "no JSON").empty());
}

}  // namespace
}  // namespace laggard::output
