// The command line: every command, its exit code and what it says.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "commands/messages.hpp"
#include "config/writer.hpp"
#include "experiment/catalogue.hpp"
#include "experiment/kinds.hpp"
#include "results.hpp"
#include "trainer/train_config.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using testing::check_refused;
using testing::Outcome;
using testing::Process;
using testing::TemporaryDirectory;

constexpr const char* kSmall = R"({"name": "small", "data_points": 2, "workers": 6, "trials": 4,
    "schemes": [{"kind": "bacc"}, {"kind": "letcc"}], "sweep": {"/workers": [6, 12]}})";

Outcome run(const std::vector<std::string>& arguments) {
  return testing::laggard(arguments);
}

/// The names below "Subcommands:" of a help text.
std::vector<std::string> commands_of(const std::string& help) {
  std::istringstream lines(help.substr(help.find("Subcommands:")));
  std::vector<std::string> commands;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && line.starts_with("  "))
    commands.push_back(line.substr(2, line.find(' ', 2) - 2));
  return commands;
}

std::set<std::string> names_in(const config::Json& object) {
  std::set<std::string> names;
  for (const auto& [key, value] : object.items()) names.insert(key);
  return names;
}

/// The members of the document are those of the schema, but for the name of the schema itself.
void check_complete(const std::string& document, const std::string& schema) {
  auto known = names_in(config::parse(schema, "the schema").at("properties"));
  CHECK(known.erase("$schema") == 1);
  CHECK(names_in(config::parse(document, "the document")) == known);
}

TEST_CASE("Version and help", "[program]") {
  const Outcome version = run({"--version"});
  CHECK(version.code == 0);
  CHECK(version.err.empty());
  for (const char* part : {"laggard ", "commit ", "MPI ", "HDF5 ", "libtorch "})
    CHECK_THAT(version.out, Contains(part));
  const Outcome help = run({"--help"});
  CHECK(help.code == 0);
  CHECK_THAT(help.out, Contains("default-config") && Contains("130 interrupted"));
  const std::vector<std::string> commands = commands_of(help.out);
  CHECK(commands.size() > 10);
  for (const std::string& command : commands) {
    CAPTURE(command);
    const Outcome of_command = run({command, "--help"});
    CHECK(of_command.code == 0);
    CHECK(of_command.err.empty());
    CHECK_THAT(of_command.out, Contains("Usage: ") && Contains(" " + command + " "));
  }
}

TEST_CASE("The command line is refused with what would be right", "[program]") {
  check_refused(run({}), 2, {"there is no command", "run", "check"});
  check_refused(run({"rnu", "x.json"}), 2, {"'rnu'", "did you mean 'run'?"});
  check_refused(run({"run"}), 2, {"config", "laggard run --help"});
  check_refused(run({"run", "a.json", "b.json"}), 2, {"b.json"});
  check_refused(run({"run", "x.json", "--resmue"}), 2, {"'--resmue'", "did you mean '--resume'?"});
  check_refused(run({"run", "x.json", "--output"}), 2, {"--output"});
  check_refused(run({"run", "x.json", "--resume", "--overwrite"}), 2, {"--overwrite"});
  check_refused(run({"--verison"}), 2, {"did you mean '--version'?"});
  const Outcome unknown = run({"run", "x.json", "--nothing"});
  CHECK(unknown.err.find("--help") == unknown.err.rfind("--help"));
  check_refused(run({"list", "scheems"}), 2, {"'scheems'", "did you mean 'schemes'?"});
  check_refused(run({"default-config", "trainng"}), 2, {"'trainng'", "approximation"});
  check_refused(run({"summary"}), 2, {"file"});
  check_refused(run({"matrices", "x.json"}), 2, {"--output"});
  check_refused(run({"run", "no\nsuch\tfile\x1b[31m.json"}), 2, {"no\\nsuch\\tfile\\x1b[31m"});
}

TEST_CASE("list names every kind with its defaults", "[program]") {
  const Outcome all = run({"list"});
  CHECK(all.code == 0);
  Catalogue roles = experiment::catalogue();
  for (const Role& role : trainer::train_catalogue())
    if (role.name == "networks") roles.push_back(role);
  CHECK(roles.size() > experiment::catalogue().size());
  for (const Role& role : roles) {
    CAPTURE(role.name);
    CHECK_THAT(all.out, Contains("\n" + std::string(role.name) + ":\n"));
    CHECK_THAT(run({"list", "--help"}).out, Contains(std::string(role.name)));
    const Outcome one = run({"list", std::string(role.name)});
    CHECK(one.code == 0);
    CHECK_THAT(all.out, Contains(one.out));
    for (const KindInfo* kind : role.kinds) {
      const std::string parameters = config::parameter_line(*kind);
      CHECK_THAT(one.out, Contains(fmt::format("{:<20} {}{}\n", kind->name, kind->summary,
                                               parameters.empty() ? "" : " | " + parameters)));
    }
  }
  for (const sweep::ExperimentKind* kind : experiment::kinds().kinds)
    CHECK_THAT(run({"list", "experiments"}).out,
               Contains(std::string(kind->name())) && Contains(std::string(kind->summary())));
  CHECK_THAT(run({"list", "models"}).out, Contains("a program, load only files that you trust"));
  CHECK_THAT(run({"schema"}).out, Contains("a program, load only files that you trust"));
}

TEST_CASE("The wrong kind of configuration names the right command", "[program]") {
  const TemporaryDirectory directory;
  const auto small = directory.write("c.json", kSmall).string();
  const auto training = directory.write("t.json", R"({"network": {"kind": "mlp"}, "epochs": 3})");
  check_refused(run({"train", small}), 2, {"another kind", "run it: laggard run " + small});
  for (const char* command : {"run", "check", "tune"})
    check_refused(run({command, training.string()}), 2,
                  {"it has /network", "laggard train " + training.string()});
  check_refused(
      run({"check", directory.write("x.json", R"({"epochs": 3, "workers": 4})").string()}), 2,
      {"/epochs is not known"});
}

TEST_CASE("An empty --output is not the default", "[program]") {
  const TemporaryDirectory directory;
  const auto small = directory.write("c.json", kSmall).string();
  for (const char* command : {"run", "tune", "matrices", "export"})
    check_refused(run({command, small, "-o", ""}), 2, {"--output is empty"});
}

TEST_CASE("The default configuration is complete and runs", "[program]") {
  const TemporaryDirectory directory;
  const Outcome defaults = run({"default-config"});
  CHECK(defaults.code == 0);
  const config::Json document = config::Json::parse(defaults.out);
  check_complete(defaults.out, run({"schema"}).out);
  const auto path = directory.write("default.json", defaults.out).string();
  const auto result = (directory / "r.h5").string();
  CHECK(run({"run", path, "-o", result, "--set", "/trials=1", "-q"}).code == 0);
  const hdf5::File file(result, hdf5::Access::kReadOnly);
  const auto stored = config::Json::parse(*file.text_attribute("config"));
  CHECK(stored.at("sweep").at("/workers").size() > 1);  // so that there is a line to plot
  for (const auto& [key, value] : stored.items())
    if (key != "trials") CHECK(document.at(key) == value);
}

TEST_CASE("Configurations of trainings have defaults and a schema", "[program]") {
  const Outcome defaults = run({"default-config", "train"});
  CHECK(defaults.code == 0);
  const Outcome schema = run({"schema", "train"});
  CHECK(schema.code == 0);
  check_complete(defaults.out, schema.out);
  check_refused(run({"schema", "trian"}), 2, {"'trian'", "did you mean 'train'?"});
}

TEST_CASE("check lists the points and runs nothing", "[program]") {
  const TemporaryDirectory directory;
  const auto path = directory.write("c.json", kSmall).string();
  const Outcome outcome = run({"check", path});
  CHECK(outcome.code == 0);
  CHECK(outcome.err.empty());
  CHECK_THAT(outcome.out, Contains("point 3 (letcc, N = 12, S = 0)") &&
                              Contains("4 points, 0 skipped, 16 trials"));
  // 2 schemes x 4 trials x (6 + 12) coded inputs, and 2 x 4 x 2 for the truth.
  CHECK_THAT(outcome.out, Contains("about 160 inputs through the model"));
  const Outcome groups = run({"check", path, "--set", R"(/schemes=[{"kind": "parm", "k": 2}])"});
  CHECK_THAT(groups.out, Contains("(parm, N = 12, S = 0): 9 workers idle"));
  const Outcome predicted = run({"check", path, "--set", "/output/predictions=true", "--set",
                                 "/output/coded=true", "--set", "/output/predicted_trials=1"});
  // 8 bytes x ((2 + 4) x 2 schemes + coded) x 2 sizes.
  CHECK_THAT(predicted.out, Contains("480 B of predictions"));
  const Outcome skipped = run({"check", path, "--set", "/data_points=8"});
  CHECK(skipped.code == 0);
  const Outcome nothing = run({"check", path, "--set", "/data_points=900"});
  CHECK(nothing.code == 2);
  CHECK_THAT(nothing.err, Contains("nothing to run"));
  CHECK_THAT(nothing.out, Contains("skipped, K = 900 > N = 6"));
  CHECK_THAT(skipped.out, Contains("skipped, K = 8 > N = 6") && Contains("4 points, 2 skipped, 8"));
}

TEST_CASE("A trial that the machine cannot hold is said before anything runs", "[program]") {
  const TemporaryDirectory directory;
  // Encoder and decoder of 10^7 workers and 10^5 points have 16 TB.
  const auto path = directory.write("c.json", R"json({"name": "large", "data_points": 100000,
      "workers": 10000000, "trials": 1, "schemes": [{"kind": "bacc"}]})json");
  const Outcome outcome = run({"check", path.string()});
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.out,
             Contains("16 TB of memory for the largest trial") && Contains("B of memory are free"));
  CHECK_THAT(outcome.err,
             Contains("laggard: warning: the largest trial takes 16 TB of memory (this host has "));
  // Copies of the points need no matrices.
  const Outcome copies = run({"check", path.string(), "--set", "/schemes/0/kind=\"replication\""});
  CHECK(copies.code == 0);
  CHECK_THAT(copies.out, Contains("MB of memory for the largest trial"));
}

TEST_CASE("A name with a line break forges no line", "[program]") {
  const TemporaryDirectory directory;
  const auto path = directory.write("c.json", kSmall).string();
  const auto result = (directory / "r\nlaggard: forged \x1b[2K.h5").string();
  for (const char* mode : {"--overwrite", "--resume"}) {
    const Outcome outcome = run({"run", path, "--output", result, mode});
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out, Contains("r\\nlaggard: forged \\x1b[2K.h5: 16 trials"));
    for (const std::string& text : {outcome.out, outcome.err})
      CHECK_THAT(text, !Contains("\nlaggard: forged") && !Contains("\x1b[2K"));
  }
}

TEST_CASE("run writes a finished file and says where", "[program]") {
  const TemporaryDirectory directory;
  const auto path = directory.write("c.json", kSmall).string();
  const auto result = (directory / "new/folder/r.h5").string();
  const Outcome outcome = run({"run", path, "--output", result});
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.out, Contains(result) && Contains("16 trials of 4 points"));
  CHECK(testing::trials_of(result).size() == 16);
  {
    const hdf5::File file(result, hdf5::Access::kReadOnly);
    CHECK(file.text_attribute("finished"));
    CHECK_THAT(*file.text_attribute("command"), Contains("run") && Contains(path));
    CHECK(file.text_attribute("mpi") == "none");
  }

  const Outcome quiet = run({"run", path, "--output", result, "--overwrite", "--quiet"});
  CHECK(quiet.code == 0);
  CHECK(quiet.out.empty());
  CHECK(quiet.err.empty());

  const Outcome again = run({"run", path, "--output", result});
  CHECK_THAT(again.err, Contains("r.1.h5"));
  CHECK(testing::sorted_trials(result) == testing::sorted_trials(directory / "new/folder/r.1.h5"));

  const Outcome resumed = run({"run", path, "--output", result, "--resume"});
  CHECK(resumed.code == 0);
  CHECK_THAT(resumed.err, Contains("16 trials are already"));
  CHECK(testing::trials_of(result).size() == 16);

  check_refused(run({"run", path, "--output", result, "--resume", "--set", "/seed=2"}), 2,
                {"cannot resume", "another configuration: /seed is 1 there and 2 now"});
}

TEST_CASE("Jobs write the bytes that one master writes, and not on the wall clock", "[program]") {
  const TemporaryDirectory directory;
  const std::string config = directory.write("c.json", kSmall).string();
  const auto rows = [&](const std::string& jobs) {
    const auto path = directory / (jobs + ".h5");
    REQUIRE(run({"run", config, "-q", "-o", path.string(), "--jobs", jobs}).code == 0);
    const hdf5::File file(path, hdf5::Access::kReadOnly);
    return testing::packed_rows<TrialRecord>(file, "/trials");
  };
  const auto expected = rows("1");
  CHECK(expected.size() == 16);
  CHECK(rows("3") == expected);
  check_refused(run({"run", config, "--set", "/clock=wall", "--jobs", "3"}), 2,
                {"--jobs is 3", "wall clock"});
}

TEST_CASE("summary prints the table and the slopes", "[program]") {
  const TemporaryDirectory directory;
  const auto path = directory.write("c.json", kSmall).string();
  const auto result = (directory / "r.h5").string();
  REQUIRE(run({"run", path, "-o", result, "-q"}).code == 0);
  const Outcome outcome = run({"summary", result});
  CHECK(outcome.code == 0);
  CHECK(outcome.err.empty());
  CHECK_THAT(outcome.out, Contains("bacc") && Contains("slopes of log mse") && Contains("log N"));
  check_refused(run({"summary", path}), 3, {"not an HDF5 file"});
  check_refused(run({"summary", (directory / "none.h5").string()}), 3, {"no such file"});
  check_refused(run({"summary", (directory / ".").string()}), 3, {"directory"});
  std::filesystem::create_symlink("loop.h5", directory / "loop.h5");
  check_refused(run({"summary", (directory / "loop.h5").string()}), 3, {"symbolic links"});
}

TEST_CASE("matrices writes points, encoders and decoders", "[program]") {
  const TemporaryDirectory directory;
  const auto path = directory
                        .write("c.json", R"({"data_points": 3, "workers": 8, "schemes": [
      {"kind": "bacc"}, {"kind": "letcc", "lambda_decode": 1e-6},
      {"kind": "uncoded"}]})")
                        .string();
  const auto result = (directory / "m.h5").string();
  {
    const Outcome outcome = run({"matrices", path, "-o", result, "--lost", "1,6"});
    CAPTURE(outcome.err);
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out,
               Contains("m.h5: matrices of 3 schemes, K = 3, N = 8, 6 of the workers"));
    const hdf5::File file(result, hdf5::Access::kReadOnly);
    CHECK(file.info("/alpha").extents == std::vector<std::uint64_t>{3});
    CHECK(file.info("/beta").extents == std::vector<std::uint64_t>{8});
    CHECK(file.info("/bacc/encoder").extents == std::vector<std::uint64_t>{8, 3});
    CHECK(file.info("/bacc/decoder").extents == std::vector<std::uint64_t>{3, 6});
    CHECK(file.read("/bacc/received") == std::vector<double>{0, 2, 3, 4, 5, 7});
    CHECK(file.info("/uncoded/decoder").extents == std::vector<std::uint64_t>{3, 2});
  }
  check_refused(run({"matrices", path, "-o", result, "--lost", "8"}), 2, {"--lost", "8"});
  check_refused(run({"matrices", path, "-o", result, "--lost", "x"}), 2, {"--lost"});
  for (const char* lost : {"a", "3,", ",3", "-1", "1;2"})
    check_refused(run({"matrices", path, "-o", result, std::string("--lost=") + lost}), 2,
                  {"--lost", "3,7"});
  for (const char* label : {"alpha", "beta", "a/b", ".", ".."})
    check_refused(run({"matrices", path, "-o", result, "--set",
                       std::string("/schemes/1/label=\"") + label + "\""}),
                  2, {"/schemes/1/label is '", label, "another label"});
  const Outcome swept =
      run({"matrices", path, "-o", result, "--set", R"(/sweep={"/workers": [8, 16]})"});
  CHECK_THAT(swept.err, Contains("of 2 combinations of the sweep, the first") &&
                            Contains(R"({"/workers":8})"));
  check_refused(run({"matrices", path, "-o", result, "--lost", "3,3"}), 2, {"worker 3 twice"});
  check_refused(run({"matrices", path, "-o", result, "--lost", "0,1,2,3,4,5,6,7"}), 2,
                {"every worker"});
  check_refused(run({"matrices", path, "-o", result, "--set", "/schemes=[{\"kind\":\"uncoded\"}]",
                     "--lost", "0,1,2"}),
                2, {"--lost"});
  check_refused(run({"matrices", path, "-o", path}), 2, {"not HDF5"});
  check_refused(run({"matrices", path, "-o", "/dev/null"}), 2, {"not a regular file"});
  CHECK(config::read_file(path).is_object());
}

TEST_CASE("Output that nobody can take is a failure", "[program]") {
  if (!std::filesystem::exists("/dev/full")) return;
  const TemporaryDirectory directory;
  const auto small = directory.write("c.json", kSmall).string();
  const auto many = directory.write("many.json", R"({"schemes": [{"kind": "bacc"}], "sweep":
      {"/seed": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
       "/trials": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]}})");
  const auto result = (directory / "r.h5").string();
  REQUIRE(run({"run", small, "-o", result, "-q"}).code == 0);
  const std::vector<std::vector<std::string>> commands{
      {"list"},         {"schema"},          {"default-config"},       {"check", small},
      {"data", "list"}, {"summary", result}, {"check", many.string()}, {"--version"}};
  for (std::vector<std::string> command : commands) {
    CAPTURE(command);
    command.insert(command.begin(), testing::kProgram);
    check_refused(Process(command, {}, "/dev/full").wait(), 4, {"cannot print", "No space left"});
  }
}

}  // namespace
}  // namespace laggard
