#include "hdf5/table.hpp"

#include <hdf5.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstddef>

#include "core/error.hpp"
#include "temporary.hpp"

namespace laggard::hdf5 {
namespace {

using Catch::Matchers::Contains;
using testing::TemporaryDirectory;

struct Row {
  std::uint32_t point = 0;
  std::uint8_t status = 0;  // padding after it, in memory only
  double mse = 0.0;
  std::int64_t step = 0;
  float loss = 0.0F;

  bool operator==(const Row&) const = default;
  static std::vector<Column> columns() {
    return {{"point", offsetof(Row, point), Scalar::kU32, ""},
            {"status", offsetof(Row, status), Scalar::kU8, ""},
            {"mse", offsetof(Row, mse), Scalar::kF64, ""},
            {"step", offsetof(Row, step), Scalar::kI64, ""},
            {"loss", offsetof(Row, loss), Scalar::kF32, "nat"}};
  }
};

Row row_of(std::uint32_t i) {
  return {i, static_cast<std::uint8_t>(i % 251), 0.5 * i, -std::int64_t{i}, static_cast<float>(i)};
}

void check_rows(const std::vector<Row>& rows, std::uint32_t count) {
  REQUIRE(rows.size() == count);
  std::uint32_t wrong = 0;
  for (std::uint32_t i = 0; i < count; ++i) wrong += rows[i] == row_of(i) ? 0 : 1;
  CHECK(wrong == 0);
}

TEST_CASE("Rows come back, across chunks and openings", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  constexpr std::uint32_t kFirst = 1500;  // one full chunk and a part
  constexpr std::uint32_t kAll = 4000;
  {
    File file(path, Access::kCreate);
    Table<Row> table(file, "/deep/trials");
    for (std::uint32_t i = 0; i < kFirst; ++i) table.append(row_of(i));
    CHECK(table.buffered() == kFirst - 1024);
    CHECK(table_size(file, "/deep/trials") == 1024);
    table.write();
    CHECK(table.buffered() == 0);
    table.write();
    check_rows(read_rows<Row>(file, "/deep/trials"), kFirst);
  }
  {
    File file(path, Access::kReadWrite);
    Table<Row> table(file, "/deep/trials");
    for (std::uint32_t i = kFirst; i < kAll; ++i) table.append(row_of(i));
    table.write();
  }
  check_rows(read_rows<Row>(File(path, Access::kReadOnly), "/deep/trials"), kAll);
}

TEST_CASE("Rows lie packed in the file and carry their units", "[hdf5]") {
  const TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  const Table<Row> table(file, "/t");
  const Handle dataset(H5Dopen2(file.id(), "/t", H5P_DEFAULT));
  const Handle type(H5Dget_type(dataset.get()));
  CHECK(H5Tget_size(type.get()) == 4 + 1 + 8 + 8 + 4);
  const Handle attribute(H5Aopen(dataset.get(), "units", H5P_DEFAULT));
  const Handle text(H5Aget_type(attribute.get()));
  char* units = nullptr;
  REQUIRE(H5Aread(attribute.get(), text.get(), &units) >= 0);
  CHECK(std::string(units) == "{\"loss\": \"nat\"}");
  H5free_memory(units);
}

TEST_CASE("A row that was never written is not a row of zeros", "[hdf5]") {
  const TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  {
    Table<Row> table(file, "/t");
    table.append(row_of(0));
    table.write();
  }
  // What a crash between making room and writing leaves, in the same chunk and in the next.
  const Handle dataset(H5Dopen2(file.id(), "/t", H5P_DEFAULT));
  const hsize_t extent = 1500;
  REQUIRE(H5Dset_extent(dataset.get(), &extent) >= 0);
  const std::vector<Row> rows = read_rows<Row>(file, "/t");
  REQUIRE(rows.size() == 1500);
  CHECK(rows[0] == row_of(0));
  for (const std::size_t i : {1U, 1023U, 1024U, 1499U}) CHECK(rows[i].point == 0xFFFFFFFFU);
}

struct Point {
  static constexpr std::string_view kTable = "/points";

  std::uint32_t point = 0;
  std::string scheme, skipped;

  static std::vector<Column> columns() {
    return {column<Point>("point", &Point::point, ""), column<Point>("scheme", &Point::scheme, ""),
            column<Point>("skipped", &Point::skipped, "")};
  }
};

TEST_CASE("Text columns hold any text", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  const std::string long_text(100'000, 'z');
  {
    File file(path, Access::kCreate);
    write_rows<Point>(file, {{0, "bacc", ""}, {1, "λ → 0", long_text}});
  }
  const auto points = read_rows<Point>({path, Access::kReadOnly}, "/points");
  REQUIRE(points.size() == 2);
  CHECK(points[0].point == 0);
  CHECK(points[0].scheme == "bacc");
  CHECK(points[0].skipped.empty());
  CHECK(points[1].scheme == "λ → 0");
  CHECK(points[1].skipped == long_text);
}

TEST_CASE("Text that a table lacks keeps its value", "[hdf5]") {
  const TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  {
    Table<Row> table(file, "/points");
    table.append(row_of(3));
    table.write();
  }
  std::vector<Point> points(1, Point{7, "a", "b"});
  read_table(file, "/points", points.data(), sizeof(Point), 1, Point::columns());
  CHECK(points[0].point == 3);
  CHECK(points[0].scheme == "a");
  CHECK(points[0].skipped == "b");
}

TEST_CASE("A table that promises more rows than its bytes hold is refused", "[hdf5]") {
  const TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  { const Table<Row> table(file, "/t"); }
  const Handle dataset(H5Dopen2(file.id(), "/t", H5P_DEFAULT));
  const auto extend = [&](hsize_t extent) { REQUIRE(H5Dset_extent(dataset.get(), &extent) >= 0); };
  extend(100'000);  // what a kill may leave
  CHECK(read_rows<Row>(file, "/t").size() == 100'000);
  extend(hsize_t{1} << 45U);
  CHECK_THROWS_WITH(read_rows<Row>(file, "/t"),
                    Contains("/t") && Contains("promises 35184372088832 rows but stores 0 bytes"));
}

struct Wider {
  std::uint32_t point = 0;
  double mse = 0.0;
  double accuracy = 0.0;

  static std::vector<Column> columns() {
    return {{"point", offsetof(Wider, point), Scalar::kU32, ""},
            {"mse", offsetof(Wider, mse), Scalar::kF64, ""},
            {"accuracy", offsetof(Wider, accuracy), Scalar::kF64, ""}};
  }
};

struct Stranger {
  double other = 0.0;

  static std::vector<Column> columns() {
    return {{"other", offsetof(Stranger, other), Scalar::kF64, ""}};
  }
};

TEST_CASE("Columns that a table lacks keep what they were", "[hdf5]") {
  const TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  {
    Table<Row> table(file, "/t");
    for (std::uint32_t i = 0; i < 3; ++i) table.append(row_of(i));
    table.write();
  }
  std::vector<Wider> rows(3, Wider{7, 7.0, 7.0});
  read_table(file, "/t", rows.data(), sizeof(Wider), rows.size(), Wider::columns());
  CHECK(rows[2].point == 2);
  CHECK(rows[2].mse == 1.0);
  CHECK(rows[2].accuracy == 7.0);
  std::vector<Stranger> strangers(3, Stranger{7.0});
  read_table(file, "/t", strangers.data(), sizeof(Stranger), 3, Stranger::columns());
  CHECK(strangers[1].other == 7.0);
}

TEST_CASE("A table with other columns is read but not appended to", "[hdf5]") {
  const TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  { const Table<Row> table(file, "/t"); }
  file.write("/plain", std::vector<double>{1, 2});
  CHECK_THROWS_WITH(Table<Wider>(file, "/t"), Contains("/t") && Contains("other columns"));
  CHECK_THROWS_AS(Table<Row>(file, "/plain"), DataError);
  CHECK_NOTHROW(Table<Row>(file, "/t"));
  struct Changed : Row {  // same names, other type
    static std::vector<Column> columns() {
      auto all = Row::columns();
      all[2].type = Scalar::kU32;
      return all;
    }
  };
  CHECK_THROWS_AS(Table<Changed>(file, "/t"), DataError);
}

TEST_CASE("What is not a table is refused", "[hdf5]") {
  const TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  file.write("/plain", std::vector<double>{1, 2});
  file.write("/matrix", Matrix(2, 2));
  file.create_group("/group");
  CHECK_THROWS_WITH(read_rows<Row>(file, "/nothing"), Contains("no table /nothing"));
  CHECK_THROWS_AS(read_rows<Row>(file, "/group"), DataError);
  CHECK_THROWS_AS(read_rows<Row>(file, "/matrix"), DataError);
  CHECK_THROWS_WITH(read_rows<Row>(file, "/plain"), Contains("/plain") && Contains("not a table"));
}

TEST_CASE("A table of many dimensions is not read into room for one", "[hdf5]") {
  const TemporaryDirectory directory;
  const File file(directory / "a.h5", Access::kCreate);
  std::vector<hsize_t> extents(32, 1);
  extents.back() = 3;
  const Handle type(H5Tcreate(H5T_COMPOUND, 4));
  H5Tinsert(type.get(), "point", 0, H5T_NATIVE_UINT32);
  const Handle space(H5Screate_simple(32, extents.data(), nullptr));
  const Handle deep(H5Dcreate2(file.id(), "/deep", type.get(), space.get(), H5P_DEFAULT,
                               H5P_DEFAULT, H5P_DEFAULT));
  const Handle nothing(H5Screate(H5S_NULL));
  const Handle null(H5Dcreate2(file.id(), "/null", type.get(), nothing.get(), H5P_DEFAULT,
                               H5P_DEFAULT, H5P_DEFAULT));
  for (const char* name : {"/deep", "/null"})
    CHECK_THROWS_WITH(table_size(file, name), Contains(name) && Contains("not a table"));
}

TEST_CASE("Only the rows that were asked for are read", "[hdf5]") {
  const TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  Table<Row> table(file, "/t");
  for (std::uint32_t i = 0; i < 5; ++i) table.append(row_of(i));
  table.write();  // another process may do so between table_size() and read_table()
  std::vector<Row> rows(3);
  read_table(file, "/t", rows.data(), sizeof(Row), 2, Row::columns());
  CHECK(rows[1] == row_of(1));
  CHECK(rows[2] == Row{});
}

TEST_CASE("Appending to a file opened for reading fails aloud", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  {
    File file(path, Access::kCreate);
    const Table<Row> table(file, "/t");
  }
  File file(path, Access::kReadOnly);
  Table<Row> table(file, "/t");
  table.append(row_of(0));
  CHECK_THROWS_AS(table.write(), RunError);
}

/// Writes and flushes `safe` rows, writes `more` without a flush, and kills itself.
[[noreturn]] void write_and_die(const std::filesystem::path& path, std::uint32_t safe,
                                std::uint32_t more) {
  try {
    File file(path, Access::kCreate);
    file.write_attribute("format", "laggard");
    Table<Row> table(file, "/trials");
    for (std::uint32_t i = 0; i < safe; ++i) table.append(row_of(i));
    table.write();
    file.flush();
    for (std::uint32_t i = safe; i < safe + more; ++i) table.append(row_of(i));
    table.write();
    ::kill(::getpid(), SIGKILL);
  } catch (...) {
  }
  ::_exit(1);
}

TEST_CASE("A killed process leaves what it flushed", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  // The second case writes some hundred chunks after the flush.
  const std::uint32_t safe = 3000;
  const std::uint32_t more = GENERATE(0U, 500U, 300'000U);
  CAPTURE(more);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) write_and_die(path, safe, more);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(WTERMSIG(status) == SIGKILL);

  std::vector<Row> rows;
  {
    const File file(path, Access::kReadOnly);
    CHECK(file.text_attribute("format") == "laggard");
    rows = read_rows<Row>(file, "/trials");
  }
  REQUIRE(rows.size() >= safe);
  rows.resize(safe);
  check_rows(rows, safe);
  // --resume appends.
  File file(path, Access::kReadWrite);
  Table<Row> table(file, "/trials");
  table.append(row_of(0));
  CHECK_NOTHROW(table.write());
  CHECK_NOTHROW(file.flush());
}

}  // namespace
}  // namespace laggard::hdf5
