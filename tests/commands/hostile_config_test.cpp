// Configurations that are wrong, strange or hostile.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <thread>

#include "commands/messages.hpp"
#include "results.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using testing::check_refused;
using testing::Outcome;
using testing::Process;
using testing::TemporaryDirectory;

class Configurations {
 public:
  Outcome check(const std::string& text, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"check", directory_.write("c.json", text).string()});
    return testing::laggard(more);
  }

  Outcome set(const std::string& setting) const { return check("{}", {"--set", setting}); }

  const TemporaryDirectory& directory() const { return directory_; }

 private:
  TemporaryDirectory directory_;
};

TEST_CASE("Mistakes in a configuration name their pointer and what is near", "[program]") {
  const Configurations given;
  check_refused(given.check(R"({"wokers": 3})"), 2, {"/wokers", "did you mean 'workers'?"});
  check_refused(given.check(R"({"sweeep": {"/workers": [1]}})"), 2, {"did you mean 'sweep'?"});
  check_refused(given.check(R"({"delay": {"kind": "trace"}})"), 2, {"/delay/file is empty"});
  check_refused(given.check(R"({"delay": {"kind": "trace", "file": "nowhere.h5"}})"), 3,
                {"nowhere.h5", "/delay/file"});
  check_refused(given.check(R"({"model": {"kind": "polynomail"}})"), 2,
                {"/model/kind", "did you mean 'polynomial'?"});
  check_refused(given.check(R"({"schemes": [{"kind": "bacc"}, {"kind": "letc"}]})"), 2,
                {"/schemes/1/kind", "letcc"});
  check_refused(given.check(R"({"schemes": [{"kind": "letcc", "lambda_decode": "gvc"}]})"), 2,
                {"/schemes/0/lambda_decode", "gcv"});
  check_refused(given.check(R"({"dataset": {"kind": "uniform", "hihg": 1}})"), 2,
                {"/dataset/hihg", "high"});
  check_refused(given.check(R"({"workers": "many"})"), 2, {"/workers", "a whole number"});
  check_refused(given.check(R"({"workers": 2.5})"), 2, {"/workers", "not a whole number"});
  check_refused(given.check(R"({"workers": -4})"), 2, {"/workers", "out of range"});
  check_refused(given.check(R"({"workers": 0})"), 2, {"/workers"});
  check_refused(given.check(R"({"workers": 1e300})"), 2, {"/workers"});
  check_refused(given.check(R"({"trials": 18446744073709551616})"), 2, {"/trials"});
  check_refused(given.check(R"({"trials": 0})"), 2, {"/trials"});
  check_refused(given.check(R"({"schemes": []})"), 2, {"/schemes"});
  check_refused(given.check(R"({"schemes": {}})"), 2, {"/schemes", "a list"});
  check_refused(given.check(R"({"model": "expression"})"), 2, {"/model", "kind"});
  check_refused(given.check(R"({"model": {"outputs": ["x1"]}})"), 2, {"/model", "kind"});
  check_refused(given.check(R"({"model": {"kind": "expression", "outputs": ["sin(x1"]}})"), 2,
                {"/model/outputs/0", "at its end", "use x1 and"});
  const std::string formula = R"({"dataset": {"kind": "uniform", "dimension": 3},
                                  "model": {"kind": "expression", "outputs": [")";
  const Outcome coordinate = given.check(formula + R"(x1+x7"]}})");
  check_refused(coordinate, 2, {"/model/outputs/0", "'x7' at character 4", "more coordinates"});
  const Outcome letter = given.check(formula + R"(x1+y"]}})");
  check_refused(letter, 2, {"/model/outputs/0", "at character 4", "x1..x3"});
  check_refused(given.check(R"({"model": {"kind": "expression", "outputs": ["x1=3"]}})"), 2,
                {"/model/outputs/0 is 'x1=3'", "assigns a value", "write == to compare"});
  check_refused(given.check(R"({"model": {"kind": "expression", "outputs": ["x1, 2*x1"]}})"), 2,
                {"/model/outputs/0 is 'x1, 2*x1'", "it has 2 values", "one formula per"});
  CHECK_THAT(letter.err, !Contains("position") && !Contains("more coordinates"));
  check_refused(given.check(R"({"model": {"kind": "expression", "outputs": []}})"), 2,
                {"/model/outputs"});
  check_refused(given.check(R"({"dataset": {"kind": "uniform", "low": 2, "high": 2}})"), 2,
                {"/dataset/low"});
  check_refused(given.check(R"({"stragglers": {"kind": "bernoulli", "probability": 1.5}})"), 2,
                {"/stragglers/probability"});
  check_refused(given.check(R"({"output": {"worker": true}})"), 2, {"/output/worker", "workers"});
  check_refused(given.check(R"({"clock": "wal"})"), 2, {"/clock"});
  check_refused(given.check(R"({"name": 7})"), 2, {"/name"});
  for (const char* name : {"", "/", "..", "a/b", "a\\nb", "\\u0000"})
    check_refused(given.check(std::string(R"({"name": ")") + name + "\"}"), 2, {"/name"});
  check_refused(given.check(R"({"wait": {"kind": "all", "count": 3}})"), 2,
                {"/wait/count", "'all' has no such member", "fastest"});
  const std::string delay = R"({"delay": {"kind": "shifted_exponential", "scale": )";
  check_refused(given.check(delay + R"("work"}})"), 2,
                {"/delay/scale", "no such member", "\"work\" fits /delay/scaling"});
  check_refused(given.check(delay + "2}}"), 2,
                {"/delay/scale", "one that has it: pareto, weibull"});
  check_refused(given.check(R"([1, 2])"), 2, {"a list"});
  check_refused(given.check("null"), 2, {"null"});
  check_refused(given.check(R"({"workers": 3, "workers": 4})"), 2, {"workers", "twice"});
  check_refused(given.check("{\"line\nbreak\": 1}"), 2, {":1:"});
  check_refused(given.check(R"({"line\nbreak": 1})"), 2, {"line\\nbreak"});
}

TEST_CASE("Long values are cut in messages", "[program]") {
  const Configurations given;
  const std::string longest(10'000, 'a');
  for (const std::string& text :
       {R"({"model": {"kind": "expression", "outputs": [")" + longest + "+)\"]}}",
        R"({"model": {"kind": ")" + longest + "\"}}", R"({"clock": ")" + longest + "\"}",
        "{\"" + longest + "\": 1}", R"({"workers": ")" + longest + "\"}",
        R"({"schemes": [{"kind": "letcc", "lambda_decode": ")" + longest + "\"}]}"}) {
    const Outcome outcome = given.check(text);
    check_refused(outcome, 2, {"..."});
    CHECK(outcome.err.size() < 1000);
  }
}

TEST_CASE("Mistakes in a sweep", "[program]") {
  const Configurations given;
  check_refused(given.check(R"({"sweep": {"/workers": []}})"), 2, {"/sweep/~1workers", "empty"});
  check_refused(given.check(R"({"sweep": {"/workers": 16}})"), 2, {"/sweep/~1workers"});
  check_refused(given.check(R"({"sweep": {"workers": [16]}})"), 2, {"workers", "'/'"});
  check_refused(given.check(R"({"sweep": {"/wokers": [16]}})"), 2, {"/wokers", "workers"});
  check_refused(given.check(R"({"sweep": {"/model/nothing/x": [16]}})"), 2, {"/model/nothing"});
  check_refused(given.check(R"({"sweep": {"/schemes/7/kind": ["bacc"]}})"), 2, {"/schemes/7"});
  check_refused(given.check(R"({"sweep": {"/workers": [16, "x"]}})"), 2, {"/workers"});
  check_refused(given.check(R"({"sweep": {"/workers": [16, 0]}})"), 2, {"/workers"});
  check_refused(given.check(R"({"sweep": [1]})"), 2, {"/sweep"});
  check_refused(given.check(R"({"sweep": {"": [{}]}})"), 2, {"/sweep"});
  check_refused(given.check(R"({"sweep": {"/sweep": [{}]}})"), 2, {"/sweep"});
  check_refused(given.check(R"({"sweep": {"/wait/count": [1]}})"), 2, {"/wait/count"});
  check_refused(given.check(R"({"sweep": {"/delay/mean": [1], "/delay": [{"kind": "none"}]}})"), 2,
                {"/delay"});
  check_refused(given.check(R"({"sweep": {"/workers": [16, 16, 32]}})"), 2,
                {"/sweep/~1workers/1 is 16", "/sweep/~1workers/0"});
  check_refused(given.check(R"({"sweep": {"/noise": [{"kind": "none"}, {"kind": "none"}]}})"), 2,
                {"/sweep/~1noise/1"});
  check_refused(given.check(R"({"sweep": {"/workers": [16, 32, 16.0]}})"), 2,
                {"/sweep/~1workers/2"});
  check_refused(given.check(R"({"sweep": {"/workers": [16, 0]}})"), 2,
                {"/sweep/~1workers: /workers is 0"});
  check_refused(
      given.check(R"({"sweep": {"/model": [{"kind": "expression", "outputs": ["x1", "x2"]}]}})"), 2,
      {"/sweep/~1model: /model/outputs/1"});
  std::string list = "[0";
  for (int i = 1; i < 1001; ++i) list += "," + std::to_string(i);
  list += "]";
  check_refused(
      given.check(R"({"sweep": {"/seed": )" + list + R"(, "/dataset/high": )" + list + "}}"), 2,
      {"/sweep", "too many"});
}

TEST_CASE("Mistakes in --set", "[program]") {
  const Configurations given;
  check_refused(given.set("/workers"), 2, {"--set", "'='"});
  check_refused(given.set("workers=3"), 2, {"--set", "'/'"});
  check_refused(given.set("=3"), 2, {"--set"});
  check_refused(given.set("/wokers=3"), 2, {"/wokers", "workers"});
  check_refused(given.set("/workers=many"), 2, {"/workers", "many"});
  check_refused(given.set("/workers="), 2, {"/workers"});
  check_refused(given.set("/no/such=3"), 2, {"/no"});
  check_refused(given.set("/workers=1e999"), 2, {"too large"});
  check_refused(given.set("/name=\xff"), 2, {"UTF-8"});
  check_refused(given.set("/sweep/~2=[1]"), 2, {"--set"});
  check_refused(given.set("/seed=NaN"), 2, {"/seed"});
  const Outcome deep = given.set("/name=" + std::string(100000, '['));
  CHECK(deep.code == 2);
  CHECK(given.set("/name=a=b").code == 0);
  check_refused(given.set("/wait/count=20"), 2, {"/wait/count", "/wait/kind", "fastest"});
  CHECK(given.check("{}", {"--set", "/wait/kind=fastest", "--set", "/wait/count=20"}).code == 0);
  CHECK(given.check("{}", {"--set", "/dataset/kind=gaussian"}).code == 0);
  CHECK(given.set("/schemes/1/lambda_decode=0").code == 0);
  CHECK(given.set("/dataset/high=4").code == 0);  // the default dataset has it
}

TEST_CASE("Files that are not configurations", "[program]") {
  const Configurations given;
  check_refused(given.check(""), 2, {"not JSON"});
  check_refused(given.check("{"), 2, {":1:"});
  check_refused(given.check(std::string("\x7f"
                                        "ELF\0\1\2\3",
                                        8)),
                2, {"not JSON"});
  check_refused(given.check("\x89HDF\r\n\x1a\n"), 2, {"not JSON"});
  check_refused(given.check("{\"name\": \"\xff\xfe\"}"), 2, {"not JSON"});
  check_refused(given.check("{\"seed\": NaN}"), 2, {"not JSON"});
  check_refused(given.check("{\"seed\": Infinity}"), 2, {"not JSON"});
  check_refused(given.check("{\"seed\": 1e999}"), 2, {"too large"});
  check_refused(given.check("{} {}"), 2, {"not JSON"});
  check_refused(given.check(std::string(5'000'000, '[')), 2, {"nested too deeply"});
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  check_refused(given.check(objects), 2, {"nested too deeply"});
  check_refused(given.check(std::string(100U << 20U, ' ')), 2, {"too large"});
}

TEST_CASE("Paths that are not files", "[program]") {
  const TemporaryDirectory directory;
  check_refused(testing::laggard({"check", (directory / ".").string()}), 2, {"directory"});
  check_refused(testing::laggard({"check", (directory / "none.json").string()}), 2,
                {"No such file", "default-config"});
  check_refused(testing::laggard({"check", ""}), 2, {"cannot read"});
  check_refused(testing::laggard({"check", "/dev/zero"}), 2, {"too large"});
  check_refused(testing::laggard({"check", "/dev/null"}), 2, {"not JSON"});
}

TEST_CASE("A configuration may come through a pipe", "[program]") {
  const TemporaryDirectory directory;
  const std::string pipe = (directory / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  Process process({testing::kProgram, "check", pipe});
  std::ofstream(pipe) << R"({"trials": 3, "schemes": [{"kind": "bacc"}]})";
  const Outcome outcome = process.wait();
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.out, Contains("1 points, 0 skipped, 3 trials"));
}

TEST_CASE("What cannot work is skipped, and nothing else is an error", "[program]") {
  const TemporaryDirectory directory;
  const auto run = [&](const std::string& text) {
    return testing::laggard({"run", directory.write("c.json", text).string(), "-o",
                             (directory / "r.h5").string(), "--overwrite"});
  };
  check_refused(run(R"({"data_points": 9, "workers": 8})"), 2, {"nothing to run", "K = 9 > N = 8"});
  check_refused(run(R"({"data_points": 2, "workers": 8,
                        "stragglers": {"kind": "random", "count": 8}})"),
                2, {"nothing to run"});
  CHECK_FALSE(std::filesystem::exists(directory / "r.h5"));
  const Outcome some = run(R"({"data_points": 4, "trials": 2, "schemes": [{"kind": "bacc"}],
      "stragglers": {"kind": "random", "count": 1},
      "sweep": {"/workers": [2, 8], "/stragglers/count": [0, 1, 8]}})");
  CHECK(some.code == 0);
  CHECK_THAT(some.out, Contains("4 points skipped"));
  const hdf5::File file(directory / "r.h5", hdf5::Access::kReadOnly);
  int skipped = 0;
  for (const PointRecord& point : output::read_points(file)) skipped += !point.skipped.empty();
  CHECK(skipped == 4);
}

TEST_CASE("A wait for more answers than there are workers is skipped", "[program]") {
  const Configurations given;
  const Outcome outcome = given.check(R"({"wait": {"kind": "fastest", "count": 20},
      "schemes": [{"kind": "bacc"}], "worker_block": 64, "sweep": {"/workers": [16, 20, 32]}})");
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.out, Contains("N = 16, S = 0): skipped, it waits for 20 of 16 workers") &&
                              Contains("3 points, 1 skipped"));
}

TEST_CASE("The data must be there", "[program]") {
  const Configurations given;
  check_refused(given.check(R"({"dataset": {"kind": "npy", "inputs": "/no/such.npy"}})"), 3,
                {"/no/such.npy"});
  const auto text = given.directory().write("d.npy", "not NumPy").string();
  check_refused(given.check(R"({"dataset": {"kind": "npy", "inputs": ")" + text + R"("}})"), 3,
                {"d.npy"});
}

TEST_CASE("Many workers and few data points", "[program]") {
  const Configurations given;
  const Outcome outcome = given.check(
      R"({"workers": 10000000, "data_points": 2, "schemes": [{"kind": "bacc"}, {"kind": "letcc"}]})");
  CHECK(outcome.code == 0);
}

}  // namespace
}  // namespace laggard
