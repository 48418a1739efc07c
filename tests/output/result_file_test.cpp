#include "output/result_file.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "core/error.hpp"
#include "output/result_experiment.hpp"
#include "output/summary.hpp"
#include "process.hpp"
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
using Names = std::vector<std::string>;
using Integers = std::vector<std::uint32_t>;

// That the tables of the pages are those of real files: pages/columns.py.
TEST_CASE("Every column has a name of its own, a meaning and the unit of its name", "[result]") {
  std::vector<const TableSpec*> tables{&table_of<PointRecord>(), &table_of<SummaryRow>(),
                                       &table_of<RateRecord>()};
  for (const Layout::Table& table : Experiment().layout.tables) tables.push_back(table.spec);
  CHECK(tables.size() > 3);
  for (const TableSpec* table : tables) {
    std::set<std::string_view> names;
    for (const Column& column : table->columns) {
      CAPTURE(table->name, column.name);
      CHECK(names.insert(column.name).second);
      CHECK_FALSE(column.meaning.empty());
      CHECK((column.units == "s") == column.name.ends_with("_seconds"));
    }
  }
}

TEST_CASE("The head of a file says what made it", "[result]") {
  const TemporaryDirectory directory;
  const auto path = directory / "sub/folder/r.h5";
  const Experiment experiment;
  experiment.open(path, OpenMode::kNew);
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  CHECK(file.text_attribute("format") == "laggard");
  CHECK(file.integer_attribute("format_version") == kResultFormat.newest);
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
    file->finish(write_summary);
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

TEST_CASE("A torn file is an error, never a crash", "[result]") {
  const TemporaryDirectory directory;
  const auto whole = directory / "whole.h5";
  const Experiment experiment;
  {
    const auto file = experiment.open(whole, OpenMode::kNew);
    for (std::uint32_t number = 0; number < 3; ++number) add(*file, number);
    file->finish(write_summary);
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
  for (const OpenMode mode : {OpenMode::kNew, OpenMode::kResume}) {
    const auto file = experiment.open(path, mode);
    file->add(Arrays{"/predictions",
                     0,
                     1,
                     {{"inputs", inputs},
                      {"truth", values},
                      {"decoded", values},
                      {"lost", Integers{3}},
                      {"used", Integers{0, 1}},
                      {"coded", coded},
                      {"shape", Integers{3, 1, 1}}}});
  }
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  CHECK(file.members("/predictions/0/1") ==
        Names{"coded", "decoded", "inputs", "lost", "shape", "truth", "used"});
  CHECK(file.info("/predictions/0/1/inputs").extents == std::vector<std::uint64_t>{2, 3});
  CHECK(file.read("/predictions/0/1/lost") == std::vector<double>{3});
  CHECK(file.read("/predictions/0/1/used") == std::vector<double>{0, 1});
  CHECK(file.read("/predictions/0/1/shape") == std::vector<double>{3, 1, 1});
}

}  // namespace
}  // namespace laggard::output
