#include "output/result_file.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "core/error.hpp"
#include "experiment.hpp"
#include "output/summary.hpp"
#include "process.hpp"
#include "results.hpp"
#include "temporary.hpp"

namespace laggard::output {
namespace {

using Catch::Matchers::Contains;
using testing::TemporaryDirectory;
using testing::trials_of;
using Names = std::vector<std::string>;

const RunContext kContext{"laggard run x.json", "none", 1, "here"};

constexpr const char* kConfig = R"({"data_points": 2, "workers": 4, "trials": 3,
    "schemes": [{"kind": "bacc"}], "output": {"workers": true}})";

constexpr const char* kPredictions = R"({"data_points": 2, "workers": 4, "trials": 3,
    "schemes": [{"kind": "bacc"}], "output": {"workers": true, "predictions": true}})";

struct Experiment {
  explicit Experiment(const std::string& json = kConfig) : plan(testing::plan_of(json)) {
    runtime::SetupBuilder builder;
    points = runtime::plan_points(plan, builder);
  }

  std::unique_ptr<ResultFile> open(const std::filesystem::path& path, OpenMode mode) const {
    return std::make_unique<ResultFile>(path, mode, plan.resolved, points, kContext);
  }

  config::Plan plan;
  std::vector<PointRecord> points;
};

TrialRecord trial(std::uint32_t number, double mse = 0.5) {
  TrialRecord record;
  record.trial = number;
  record.received = 4;
  record.mse = mse;
  return record;
}

void add(ResultFile& file, std::uint32_t number) {
  std::vector<WorkerRecord> workers(4);
  for (WorkerId worker = 0; worker < 4; ++worker) {
    workers[worker].trial = number;
    workers[worker].worker = worker;
  }
  file.add(workers);
  TimingRecord timing;
  timing.trial = number;
  file.add(trial(number), timing);
  file.trial_done();
}

Names names_of(const std::vector<hdf5::Column>& columns) {
  Names names;
  for (const hdf5::Column& column : columns) names.push_back(column.name);
  return names;
}

TEST_CASE("The tables have the columns of the contract", "[result]") {
  CHECK(names_of(PointRow::columns()) == Names{"point", "scheme", "workers", "data_points",
                                               "stragglers", "noise_sigma", "parameters", "skipped",
                                               "mean_stragglers", "outputs"});
  Names trials = names_of(TrialRow::columns());
  REQUIRE(trials.size() >= 16);
  trials.resize(16);  // later ones may be added
  CHECK(trials == Names{"point", "trial", "received", "mse", "max_error", "relative_error",
                        "accuracy", "base_accuracy", "agreement", "lambda_encode", "lambda_decode",
                        "encode_seconds", "compute_seconds", "collect_seconds", "decode_seconds",
                        "completion_seconds"});
  CHECK(names_of(WorkerRow::columns()) == Names{"point", "trial", "worker", "rank", "delay_seconds",
                                                "compute_seconds", "arrival_seconds", "status"});
  for (const auto& columns : {TrialRow::columns(), WorkerRow::columns(), TimingRow::columns()})
    for (const hdf5::Column& column : columns)
      CHECK((column.units == "s") == column.name.ends_with("_seconds"));
}

TEST_CASE("The head of a file says what made it", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "sub/folder/r.h5";
  const Experiment experiment;
  experiment.open(path, OpenMode::kNew);
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  CHECK(file.text_attribute("format") == "laggard");
  CHECK(file.integer_attribute("format_version") == 1U);
  CHECK(file.text_attribute("version") == program_version());
  CHECK(file.text_attribute("git_commit") == git_commit());
  CHECK(file.integer_attribute("git_dirty") == (git_dirty() ? 1U : 0U));
  CHECK(config::Json::parse(*file.text_attribute("config")) == experiment.plan.resolved);
  CHECK(file.integer_attribute("seed") == 1U);
  CHECK(file.text_attribute("created")->size() == 20);
  CHECK(file.text_attribute("mpi") == "none");
  CHECK(file.integer_attribute("ranks") == 1U);
  CHECK(file.text_attribute("hosts") == "here");
  CHECK(file.text_attribute("command") == "laggard run x.json");
  CHECK_FALSE(file.text_attribute("finished"));
  CHECK_FALSE(std::filesystem::exists(directory / "sub/folder/r.h5.part"));
}

TEST_CASE("A file is finished once it has its summary", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  {
    const auto file = Experiment().open(path, OpenMode::kNew);
    for (std::uint32_t number = 0; number < 3; ++number) add(*file, number);
    file->finish();
  }
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  CHECK(file.text_attribute("finished")->ends_with("Z"));
  const auto rows = hdf5::read_rows<SummaryRow>(file, "/summary");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].trials == 3);
  CHECK(rows[0].mse_mean == 0.5);
  CHECK(hdf5::table_size(file, "/workers") == 12);
  CHECK(hdf5::table_size(file, "/timings") == 3);
  CHECK(file.exists("/rates"));
  CHECK_FALSE(std::filesystem::exists(directory / "r.h5.part"));
}

TEST_CASE("What was added is there without a word of farewell", "[result]") {
  const TemporaryDirectory directory;
  { add(*Experiment().open(directory / "r.h5", OpenMode::kNew), 2); }
  const auto rows = trials_of(directory / "r.h5");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].trial == 2);
  CHECK(rows[0].mse == 0.5);
  CHECK(std::isnan(rows[0].accuracy));
}

TEST_CASE("Resuming goes on where the file ends", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const Experiment experiment;
  add(*experiment.open(path, OpenMode::kNew), 1);
  {
    const auto file = experiment.open(path, OpenMode::kResume);
    CHECK(file->resumed_trials() == 1);
    CHECK(file->has(0, 1));
    CHECK_FALSE(file->has(0, 0));
    CHECK_FALSE(file->has(1, 1));
    add(*file, 0);
    file->finish();
  }
  const auto rows = trials_of(path);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].trial == 1);
  CHECK(rows[1].trial == 0);

  const auto again = experiment.open(path, OpenMode::kResume);  // also when it is finished
  CHECK(again->resumed_trials() == 2);
  again->finish();
  CHECK(trials_of(path).size() == 2);
}

TEST_CASE("Resuming without a file starts one", "[result]") {
  const TemporaryDirectory directory;
  const auto file = Experiment().open(directory / "r.h5", OpenMode::kResume);
  CHECK(file->resumed_trials() == 0);
  CHECK(std::filesystem::exists(directory / "r.h5"));
}

TEST_CASE("Another configuration is not resumed", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  add(*Experiment().open(path, OpenMode::kNew), 0);
  std::string changed = kConfig;
  changed.replace(changed.find("\"trials\": 3"), 11, "\"trials\": 4");
  CHECK_THROWS_WITH(
      Experiment(changed).open(path, OpenMode::kResume),
      Contains("cannot resume") && Contains("another configuration: /trials is 3 there "
                                            "and 4 now"));
  CHECK(trials_of(path).size() == 1);
}

TEST_CASE("The head says who began a file and who went on", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const Experiment experiment;
  add(*experiment.open(path, OpenMode::kNew), 0);
  CHECK_FALSE(hdf5::File(path, hdf5::Access::kReadOnly).text_attribute("resumed"));
  for (const char* command : {"laggard again", "laggard once more"})
    ResultFile(path, OpenMode::kResume, experiment.plan.resolved, experiment.points,
               {command, "some MPI", 9, "there"});
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  CHECK(file.text_attribute("command") == kContext.command);
  CHECK(file.integer_attribute("ranks") == 1U);
  const auto later = config::Json::parse(file.text_attribute("resumed").value());
  REQUIRE(later.size() == 2);
  CHECK(later[0].at("command") == "laggard again");
  CHECK(later[1].at("command") == "laggard once more");
  CHECK(later[1].at("ranks") == 9);
  CHECK(later[1].at("hosts") == "there");
  CHECK(later[1].at("started").get<std::string>().size() == 20);
}

TEST_CASE("Files that are no results are not resumed", "[result]") {
  const TemporaryDirectory directory;
  const Experiment experiment;
  const auto refused = [&](const std::filesystem::path& path) {
    CHECK_THROWS_AS(experiment.open(path, OpenMode::kResume), DataError);
  };
  refused(directory.write("text.h5", "not HDF5"));
  refused(directory.write("empty.h5", ""));
  { hdf5::File(directory / "other.h5", hdf5::Access::kCreate).write_attribute("format", "other"); }
  refused(directory / "other.h5");
  { hdf5::File(directory / "bare.h5", hdf5::Access::kCreate); }
  refused(directory / "bare.h5");
  {
    hdf5::File future(directory / "future.h5", hdf5::Access::kCreate);
    future.write_attribute("format", "laggard");
    future.write_attribute("config", "{}");
    future.write_attribute("format_version", std::uint64_t{2});
  }
  refused(directory / "future.h5");
}

TEST_CASE("An old file is kept, or replaced if that is wanted", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const Experiment experiment;
  { add(*experiment.open(path, OpenMode::kNew), 0); }
  CHECK(experiment.open(path, OpenMode::kNew)->kept_as() == (directory / "r.1.h5").string());
  CHECK(experiment.open(path, OpenMode::kNew)->kept_as() == (directory / "r.2.h5").string());
  CHECK(trials_of(directory / "r.1.h5").size() == 1);
  CHECK(trials_of(directory / "r.2.h5").empty());
  { add(*experiment.open(path, OpenMode::kNew), 0); }
  CHECK(experiment.open(path, OpenMode::kOverwrite)->kept_as().empty());
  CHECK(trials_of(path).empty());
  CHECK_FALSE(std::filesystem::exists(directory / "r.4.h5"));
}

TEST_CASE("A result never replaces what is not one", "[result]") {
  const TemporaryDirectory directory;
  const Experiment experiment;
  const auto config = directory.write("config.json", "{}");
  for (const OpenMode mode : {OpenMode::kNew, OpenMode::kOverwrite}) {
    CHECK_THROWS_WITH(experiment.open(config, mode), Contains("not HDF5"));
    CHECK_THROWS_WITH(experiment.open(directory / ".", mode), Contains("directory"));
    CHECK_THROWS_WITH(experiment.open("/dev/null", mode), Contains("not a regular file"));
    CHECK_THROWS_AS(experiment.open(config / "below.h5", mode), ConfigError);
  }
  CHECK(std::filesystem::is_character_file("/dev/null"));
  CHECK(std::filesystem::file_size(config) == 2);
  CHECK_NOTHROW(experiment.open(directory.write("empty.h5", ""), OpenMode::kOverwrite));
}

TEST_CASE("Rows that a kill cut off from their trial are dropped on resuming", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const Experiment experiment;
  { add(*experiment.open(path, OpenMode::kNew), 0); }
  {
    // What a kill between the two flushes of a ResultFile leaves.
    hdf5::File file(path, hdf5::Access::kReadWrite);
    TimingRow timing;
    timing.trial = 1;
    hdf5::Table<TimingRow> timings(file, "/timings");
    timings.append(timing);
    timings.write();
    WorkerRow worker;
    worker.trial = 1;
    hdf5::Table<WorkerRow> workers(file, "/workers");
    workers.append(worker);
    workers.write();
    // A row whose extent was written, but not its values.
    TrialRow nothing;
    nothing.point = nothing.trial = 0xFFFFFFFF;
    hdf5::Table<TrialRow> trials(file, "/trials");
    trials.append(nothing);
    trials.write();
  }
  {
    const hdf5::File file(path, hdf5::Access::kReadOnly);
    const ResultSummary summary = summarise_results(file);
    REQUIRE(summary.rows.size() == 1);
    CHECK(summary.rows[0].trials == 1);
  }
  {
    const auto file = experiment.open(path, OpenMode::kResume);
    CHECK(file->resumed_trials() == 1);
    for (std::uint32_t number = 1; number < 3; ++number) add(*file, number);
    file->finish();
  }
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  CHECK(hdf5::table_size(file, "/trials") == 3);
  CHECK(hdf5::table_size(file, "/timings") == 3);
  CHECK(hdf5::table_size(file, "/workers") == 12);
  std::set<std::uint32_t> trials;
  for (const TrialRow& row : hdf5::read_rows<TrialRow>(file, "/trials")) trials.insert(row.trial);
  CHECK(trials == std::set<std::uint32_t>{0, 1, 2});
}

TEST_CASE("A trial without its predictions is not finished", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const Experiment experiment(kPredictions);
  const Matrix values = Matrix::Constant(2, 1, 2.0);
  const Shape shape{{1}};
  {
    const auto file = experiment.open(path, OpenMode::kNew);
    for (std::uint32_t number = 0; number < 2; ++number) {
      file->add(PredictionRecord{0, number, values, values, values, nullptr, shape, {}});
      add(*file, number);
    }
  }
  hdf5::File(path, hdf5::Access::kReadWrite).remove("/predictions/0/1/lost");
  const auto file = experiment.open(path, OpenMode::kResume);
  CHECK(file->has(0, 0));
  CHECK_FALSE(file->has(0, 1));
}

TEST_CASE("A file that another program writes is left alone", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const Experiment experiment;
  const auto writer = experiment.open(path, OpenMode::kNew);
  add(*writer, 0);
  writer->flush();
  const auto other = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"run", directory.write("c.json", kConfig).string(),
                                       "--output", path.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return testing::laggard(arguments);
  };
  CHECK(other({}).code == 2);
  CHECK(other({"--overwrite"}).code == 2);
  CHECK(other({"--resume"}).code == 2);
  CHECK_THAT(other({}).err, Contains("another program is writing it"));
  add(*writer, 1);
  writer->flush();
  CHECK_FALSE(std::filesystem::exists(directory / "r.1.h5"));
}

TEST_CASE("A link to a result file stays a link", "[result]") {
  const TemporaryDirectory directory;
  const Experiment experiment;
  { add(*experiment.open(directory / "far.h5", OpenMode::kNew), 0); }
  std::filesystem::create_symlink("far.h5", directory / "near.h5");
  {
    const auto file = experiment.open(directory / "near.h5", OpenMode::kResume);
    CHECK(file->resumed_trials() == 1);
    add(*file, 1);
    file->finish();
  }
  CHECK(std::filesystem::is_symlink(directory / "near.h5"));
  CHECK(trials_of(directory / "far.h5").size() == 2);
}

TEST_CASE("A torn file is an error, never a crash", "[result]") {
  const TemporaryDirectory directory;
  const auto whole = directory / "whole.h5";
  const Experiment experiment;
  {
    const auto file = experiment.open(whole, OpenMode::kNew);
    for (std::uint32_t number = 0; number < 3; ++number) add(*file, number);
    file->finish();
  }
  const auto size = std::filesystem::file_size(whole);
  for (const std::uintmax_t part :
       {std::uintmax_t{4}, std::uintmax_t{100}, size / 4, size / 2, size - 1}) {
    CAPTURE(part);
    const auto torn = directory / "torn.h5";
    std::filesystem::copy_file(whole, torn, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(torn, part);
    CHECK_THROWS_AS(hdf5::File(torn, hdf5::Access::kReadOnly), DataError);
    CHECK_THROWS_AS(experiment.open(torn, OpenMode::kResume), DataError);
  }
}

TEST_CASE("Many rows are complete and in order", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  constexpr std::uint32_t kMany = 5000;  // several chunks
  {
    const auto file = Experiment().open(path, OpenMode::kNew);
    for (std::uint32_t number = 0; number < kMany; ++number) add(*file, number);
  }
  const auto rows = trials_of(path);
  REQUIRE(rows.size() == kMany);
  for (std::uint32_t number = 0; number < kMany; ++number) REQUIRE(rows[number].trial == number);
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  CHECK(hdf5::table_size(file, "/workers") == 4 * kMany);
}

TEST_CASE("Predictions of a trial, and of the same trial again", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const Experiment experiment(kPredictions);
  const Matrix inputs = Matrix::Constant(2, 3, 1.0), values = Matrix::Constant(2, 1, 2.0);
  const Matrix coded = Matrix::Constant(4, 3, 3.0);
  const Shape shape{{3, 1, 1}};
  for (const OpenMode mode : {OpenMode::kNew, OpenMode::kResume}) {
    const auto file = experiment.open(path, mode);
    file->add(PredictionRecord{0, 1, inputs, values, values, &coded, shape, {3}});
  }
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  CHECK(file.members("/predictions/0/1") ==
        Names{"coded", "decoded", "inputs", "lost", "shape", "truth"});
  CHECK(file.info("/predictions/0/1/inputs").extents == std::vector<std::uint64_t>{2, 3});
  CHECK(file.read("/predictions/0/1/lost") == std::vector<double>{3});
  CHECK(file.read("/predictions/0/1/shape") == std::vector<double>{3, 1, 1});
}

}  // namespace
}  // namespace laggard::output
