// Result files that a run continues.
#include <catch2/catch.hpp>
#include <set>

#include "core/error.hpp"
#include "output/result_experiment.hpp"
#include "output/result_file.hpp"
#include "output/summary.hpp"
#include "results.hpp"
#include "temporary.hpp"

namespace laggard::output {
namespace {

using Catch::Matchers::Contains;
using testing::add;
using testing::kConfig;
using testing::kContext;
using testing::kPredictions;
using testing::TemporaryDirectory;
using testing::trials_of;
using Experiment = testing::ResultExperiment;

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
    file->finish(write_summary);
  }
  const auto rows = trials_of(path);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].trial == 0);  // a finished file has the order of one that was never interrupted
  CHECK(rows[1].trial == 1);

  const auto again = experiment.open(path, OpenMode::kResume);  // also when it is finished
  CHECK(again->resumed_trials() == 2);
  again->finish(write_summary);
  CHECK(trials_of(path).size() == 2);
}

TEST_CASE("A trial without all its workers is not finished", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const Experiment experiment;
  {
    // Late answers hold up the rows of a trial's workers; a kill comes before them, or between.
    const auto file = experiment.open(path, OpenMode::kNew);
    add(*file, 0);
    file->add_row(testing::trial(1));
    file->add_row(testing::trial(2));
    file->add_rows(std::vector<WorkerRecord>{{0, 2, 0}, {0, 2, 1}});
  }
  const auto file = experiment.open(path, OpenMode::kResume);
  CHECK(file->resumed_trials() == 1);
  CHECK(file->has(0, 0));
  add(*file, 1);
  add(*file, 2);
  file->finish(write_summary);
  const hdf5::File finished(path, hdf5::Access::kReadOnly);
  CHECK(hdf5::table_size(finished, "/workers") == 12);
  CHECK(hdf5::table_size(finished, "/trials") == 3);
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
  const auto refuse = [&](const std::string& old, const std::string& changed,
                          const std::string& why) {
    std::string config = kConfig;
    config.replace(config.find(old), old.size(), changed);
    CHECK_THROWS_WITH(Experiment(config).open(path, OpenMode::kResume),
                      Contains("cannot resume") && Contains(why) && Contains("only add trials"));
    CHECK(trials_of(path).size() == 1);
  };
  refuse("\"trials\": 3", "\"trials\": 2", "has 3 trials, and this configuration asks for 2");
  refuse("\"workers\": 4", "\"workers\": 5", "another configuration: /workers is 4 there and 5");
  refuse("\"trials\": 3", "\"sweep\": {\"/workers\": [5, 6]}", "it has a point without a sweep");
}

TEST_CASE("Rows, arrays and the head follow a configuration that adds trials and points",
          "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const auto config = [](const std::string& members) {
    return R"json({"data_points": 2, "schemes": [{"kind": "bacc"}],
        "output": {"workers": true, "predictions": true}, )json" +
           members + "}";
  };
  const Experiment before(config(R"json("workers": 4, "trials": 1)json"));
  {
    const auto file = before.open(path, OpenMode::kNew);
    file->add(testing::predictions(0, 0));
    file->add_row(FailureRecord{0, 0, 3, 1.5});
    add(*file, 0);
    file->finish(write_summary);
  }
  const std::string old_config = result_config({path, hdf5::Access::kReadOnly});
  const Experiment after(config(R"json("trials": 2, "sweep": {"/workers": [8, 4]})json"));
  {
    const auto file = after.open(path, OpenMode::kResume);
    CHECK(file->continuation().extends());
    CHECK(file->continuation().renumbers());
    CHECK(file->resumed_trials() == 1);
    CHECK(file->has(1, 0));
    CHECK_FALSE(file->has(0, 0));
    CHECK_FALSE(file->has(1, 1));
  }
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  CHECK_FALSE(file.text_attribute("finished"));
  CHECK(config::Json::parse(result_config(file)) == after.plan.resolved);
  const auto resumed = config::Json::parse(file.text_attribute("resumed").value());
  CHECK(resumed.at(0).at("replaced_config") == config::Json::parse(old_config));
  CHECK(hdf5::read_rows<TrialRecord>(file).at(0).point == 1);
  for (const WorkerRecord& row : hdf5::read_rows<WorkerRecord>(file)) CHECK(row.point == 1);
  CHECK(hdf5::read_rows<WorkerRecord>(file).size() == 4);
  CHECK(hdf5::read_rows<TimingRecord>(file).at(0).point == 1);
  CHECK(hdf5::read_rows<FailureRecord>(file).at(0).point == 1);
  CHECK(file.exists("/predictions/1/0/decoded"));
  CHECK_FALSE(file.exists("/predictions/0"));
  CHECK(output::read_points(file).at(1).workers == 4);
}

TEST_CASE("A configuration that only adds behind its points renumbers none", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  add(*Experiment().open(path, OpenMode::kNew), 0);
  std::string longer = kConfig;
  longer.insert(1, "\"sweep\": {\"/workers\": [4, 8]}, ");
  const auto file = Experiment(longer).open(path, OpenMode::kResume);
  CHECK(file->continuation().extends());
  CHECK_FALSE(file->continuation().renumbers());
  CHECK(file->has(0, 0));
}

TEST_CASE("Other data or networks of the same name are not resumed", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const auto data = directory / "d.h5";
  const auto write = [&](double value) {
    hdf5::File(data, hdf5::Access::kCreate).write("inputs", std::vector<double>(20, value));
  };
  write(0.5);
  const Experiment experiment(R"({"data_points": 2, "workers": 4, "trials": 3,
      "dataset": {"kind": "hdf5", "file": ")" +
                              data.string() + R"("}, "schemes": [{"kind": "bacc"}]})");
  add(*experiment.open(path, OpenMode::kNew), 0);
  CHECK(experiment.open(path, OpenMode::kResume)->resumed_trials() == 1);
  write(0.25);
  CHECK_THROWS_WITH(experiment.open(path, OpenMode::kResume),
                    Contains("cannot resume") && Contains("other content in '" + data.string()) &&
                        Contains("without --resume"));
  // As an older version wrote it.
  hdf5::File(path, hdf5::Access::kReadWrite).write_attribute("input_files", "");
  CHECK(experiment.open(path, OpenMode::kResume)->resumed_trials() == 1);
}

TEST_CASE("A file of a version that did not know a member is resumed", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const Experiment experiment;
  add(*experiment.open(path, OpenMode::kNew), 0);
  config::Json older = experiment.plan.resolved;
  older.erase("worker_block");
  older.at("schemes").at(0).erase("label");
  const auto resume = [&] {
    hdf5::File(path, hdf5::Access::kReadWrite).write_attribute("config", older.dump());
    return experiment.open(path, OpenMode::kResume)->resumed_trials();
  };
  CHECK(resume() == 1);
  older["worker_block"] = 3;  // not its default
  CHECK_THROWS_WITH(resume(), Contains("/worker_block is 3 there and 1 now"));
}

TEST_CASE("The head says who began a file and who went on", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const Experiment experiment;
  add(*experiment.open(path, OpenMode::kNew), 0);
  CHECK_FALSE(hdf5::File(path, hdf5::Access::kReadOnly).text_attribute("resumed"));
  for (const char* command : {"laggard again", "laggard once more"})
    ResultFile(path, OpenMode::kResume, experiment.plan.resolved, experiment.points,
               experiment.layout, {command, "some MPI", 9, "there"});
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
    future.write_attribute("format_version", kResultFormat.newest + 1);
  }
  refused(directory / "future.h5");
}

TEST_CASE("Rows that a kill cut off from their trial are dropped on resuming", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const Experiment experiment;
  { add(*experiment.open(path, OpenMode::kNew), 0); }
  {
    // What a kill between the two flushes of a ResultFile leaves.
    hdf5::File file(path, hdf5::Access::kReadWrite);
    TimingRecord timing;
    timing.trial = 1;
    hdf5::Table<TimingRecord> timings(file, "/timings");
    timings.append(timing);
    timings.write();
    WorkerRecord worker;
    worker.trial = 1;
    hdf5::Table<WorkerRecord> workers(file, "/workers");
    workers.append(worker);
    workers.write();
    // A row whose extent was written, but not its values.
    TrialRecord nothing;
    nothing.point = nothing.trial = 0xFFFFFFFF;
    hdf5::Table<TrialRecord> trials(file, "/trials");
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
    file->finish(write_summary);
  }
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  CHECK(hdf5::table_size(file, "/trials") == 3);
  CHECK(hdf5::table_size(file, "/timings") == 3);
  CHECK(hdf5::table_size(file, "/workers") == 12);
  std::set<std::uint32_t> trials;
  for (const TrialRecord& row : hdf5::read_rows<TrialRecord>(file, "/trials"))
    trials.insert(row.trial);
  CHECK(trials == std::set<std::uint32_t>{0, 1, 2});
}

TEST_CASE("A trial without its predictions is not finished", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  const Experiment experiment(kPredictions);
  {
    const auto file = experiment.open(path, OpenMode::kNew);
    for (std::uint32_t number = 0; number < 2; ++number) {
      file->add(testing::predictions(0, number));
      add(*file, number);
    }
  }
  SECTION("unless it was to have none") {
    std::string fewer = kPredictions;
    fewer.replace(fewer.find("true}"), 4, "true, \"predicted_trials\": 1");
    const Experiment first(fewer);
    const auto other = directory / "other.h5";
    {
      const auto file = first.open(other, OpenMode::kNew);
      file->add(testing::predictions(0, 0));
      for (std::uint32_t number = 0; number < 2; ++number) add(*file, number);
    }
    CHECK(first.open(other, OpenMode::kResume)->resumed_trials() == 2);
  }
  hdf5::File(path, hdf5::Access::kReadWrite).remove("/predictions/0/1/lost");
  const auto file = experiment.open(path, OpenMode::kResume);
  CHECK(file->has(0, 0));
  CHECK_FALSE(file->has(0, 1));
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
    file->finish(write_summary);
  }
  CHECK(std::filesystem::is_symlink(directory / "near.h5"));
  CHECK(trials_of(directory / "far.h5").size() == 2);
}

TEST_CASE("A file that another version began is resumed, and it is said", "[result]") {
  const TemporaryDirectory directory;
  const Experiment experiment;
  const auto path = directory / "r.h5";
  const auto begun_by = [&] {
    return experiment.open(path, OpenMode::kResume)->continuation().begun_by;
  };
  CHECK(begun_by().empty());
  CHECK(begun_by().empty());
  hdf5::File(path, hdf5::Access::kReadWrite).write_attribute("git_commit", std::string("other"));
  CHECK(begun_by() == program_version() + " (commit other)");
  hdf5::File(path, hdf5::Access::kReadWrite).write_attribute("version", std::string("0.0.1"));
  CHECK(begun_by() == "0.0.1 (commit other)");
}

TEST_CASE("A link may lead to a result file that is not there yet", "[result]") {
  const TemporaryDirectory directory;
  const Experiment experiment;
  std::filesystem::create_directory(directory / "disk");
  std::filesystem::create_symlink("disk/far.h5", directory / "near.h5");
  { add(*experiment.open(directory / "near.h5", OpenMode::kNew), 0); }
  CHECK(std::filesystem::is_symlink(directory / "near.h5"));
  CHECK(trials_of(directory / "disk/far.h5").size() == 1);
  CHECK(experiment.open(directory / "near.h5", OpenMode::kNew)->kept_as() ==
        (directory / "disk/far.1.h5").string());
  CHECK(std::filesystem::is_symlink(directory / "near.h5"));
}

}  // namespace
}  // namespace laggard::output
