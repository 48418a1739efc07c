#include "output/followers.hpp"

#include <catch2/catch.hpp>

#include "config/sweep.hpp"

namespace laggard::output {
namespace {

using Names = std::set<std::string>;

/// Of the points of a sweep.
Names of(const char* sweep, const std::vector<std::string>& axes) {
  std::vector<PointRecord> points;
  for (const config::SweepPoint& set : config::expand_sweep(config::parse(sweep, "sweep")))
    for (int scheme = 0; scheme < 2; ++scheme)
      points.push_back({0, "", 0, 0, 0, 0.0, set.parameters.dump(), ""});
  return followers(points, axes);
}

TEST_CASE("Nothing in a product of lists follows anything", "[followers]") {
  const char* product = R"({"/workers": [1, 2], "/x": [1, 2], "/y": [3], "/z": [[1], [2]]})";
  CHECK(of(product, {"/workers"}).empty());
  CHECK(of(product, {}).empty());
  CHECK(of("{}", {"/workers"}).empty());
  CHECK(followers({}, {"/workers"}).empty());
  CHECK(followers({{0, "", 0, 0, 0, 0.0, "no JSON", ""}}, {"/workers"}).empty());
}

TEST_CASE("Pointers that are set together follow the axis, else the first of them", "[followers]") {
  const char* points = R"([{"/k": 2, "/workers": 90, "/schemes/0/file": "a", "/both": 1},
                           {"/k": 3, "/workers": 80, "/schemes/0/file": "b", "/both": 1},
                           {"/k": 2, "/workers": 120, "/schemes/0/file": "a", "/both": 1}])";
  CHECK(of(points, {"/workers"}) == Names{"/k", "/schemes/0/file"});
  CHECK(of(points, {}) == Names{"/schemes/0/file"});
  CHECK(of(points, {"/k"}) == Names{"/schemes/0/file"});
}

TEST_CASE("A pointer may follow two others together", "[followers]") {
  const char* points = R"([{"/data": "d", "/workers": 1, "/schemes/0/file": "d1"},
                           {"/data": "d", "/workers": 2, "/schemes/0/file": "d2"},
                           {"/data": "e", "/workers": 1, "/schemes/0/file": "e1"},
                           {"/data": "e", "/workers": 2, "/schemes/0/file": "e2"}])";
  CHECK(of(points, {"/workers"}) == Names{"/schemes/0/file"});
}

TEST_CASE("Another model, another kind of scheme and other data follow nothing", "[followers]") {
  const char* points = R"([{"/workers": 1, "/model/kind": "mlp", "/schemes/0/kind": "bacc"},
                           {"/workers": 2, "/model/kind": "vit", "/schemes/0/kind": "lcc"}])";
  CHECK(of(points, {"/workers"}).empty());
}

TEST_CASE("An object leads as a whole where the axis lies in it", "[followers]") {
  const char* points = R"([[{"/stragglers": {"kind": "random", "count": 1}, "/k": 1},
                            {"/stragglers": {"kind": "random", "count": 2}, "/k": 2}], {"/x": [1, 2]}])";
  CHECK(of(points, {"/stragglers/count"}) == Names{"/k"});
  CHECK(of(R"([{"/schemes/0/k": 1, "/n": 1}, {"/schemes/0/k": 2, "/n": 2}])", {"/schemes/0"}) ==
        Names{"/n"});
}

TEST_CASE("Pointers are taken out by name", "[followers]") {
  CHECK(without_pointers(R"({"/a": 1,"/a/b":2,"/c":3})", {"/a", "/x"}) == R"({"/a/b":2,"/c":3})");
  CHECK(without_pointers("no JSON", {"/a"}) == "no JSON");
}

}  // namespace
}  // namespace laggard::output
