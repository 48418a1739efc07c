#include "hdf5/replace.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "temporary.hpp"

namespace laggard::hdf5 {
namespace {

TEST_CASE("a replaced file is the old one or the new one", "[hdf5]") {
  const testing::TemporaryDirectory folder;
  const auto path = folder / "deep/er/file.h5";
  replace_file(path, [](File& file) { file.write_attribute("version", std::uint64_t{1}); });
  CHECK(File(path, Access::kReadOnly).integer_attribute("version") == 1);

  const auto fails_halfway = [](File& file) {
    file.write_attribute("version", std::uint64_t{2});
    throw RunError("no", "why", "what");
  };
  CHECK_THROWS_AS(replace_file(path, fails_halfway), RunError);
  CHECK(File(path, Access::kReadOnly).integer_attribute("version") == 1);
  CHECK(std::distance(std::filesystem::directory_iterator(path.parent_path()), {}) == 1);

  CHECK_THROWS_AS(replace_file("/proc/nowhere/file.h5", [](File&) {}), RunError);
}

TEST_CASE("what a link leads to is replaced, not the link", "[hdf5]") {
  const testing::TemporaryDirectory folder;
  std::filesystem::create_symlink("middle.h5", folder / "near.h5");
  std::filesystem::create_symlink("deep/far.h5", folder / "middle.h5");
  for (const std::uint64_t number : {1U, 2U}) {  // into nothing, then into a file
    replace_file(folder / "near.h5", [&](File& file) { file.write_attribute("number", number); });
    CHECK(std::filesystem::is_symlink(folder / "near.h5"));
    CHECK(std::filesystem::is_symlink(folder / "middle.h5"));
    CHECK(File(folder / "deep/far.h5", Access::kReadOnly).integer_attribute("number") == number);
  }
}

TEST_CASE("single precision, bytes and real attributes come back as they were", "[hdf5]") {
  const testing::TemporaryDirectory folder;
  const auto path = folder / "file.h5";
  const std::vector<float> numbers{1.5F, -0.1F, 3e-38F, 4.0F, 5.0F, 6.0F};
  const std::vector<std::uint8_t> bytes{0, 255, 7};
  const std::uint64_t extents[] = {2, 3};
  {
    File file(path, Access::kCreate);
    file.write("/group/numbers", numbers, extents);
    file.write("/bytes", bytes);
    file.write_real_attribute("accuracy", 0.875);
  }
  const File file(path, Access::kReadOnly);
  CHECK(file.info("/group/numbers").extents == std::vector<std::uint64_t>{2, 3});
  CHECK(file.read_floats("/group/numbers") == numbers);
  CHECK(file.read_bytes("/bytes") == bytes);
  CHECK(file.real_attribute("accuracy") == 0.875);
  CHECK_FALSE(file.real_attribute("nothing"));
}

}  // namespace
}  // namespace laggard::hdf5
