#include "hdf5/safety.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "temporary.hpp"

namespace laggard::hdf5 {
namespace {

using testing::TemporaryDirectory;

/// The end of the file that the superblock states.
std::uint64_t stored_end(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head(52, '\0');
  file.read(head.data(), 52);
  const std::size_t at = head[8] == 0 ? 40 : 44;
  std::uint64_t end = 0;
  for (std::size_t i = 8; i-- > 0;) end = end << 8U | static_cast<unsigned char>(head[at + i]);
  return end;
}

TEST_CASE("The end of the file is raised before a flush, never lowered", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  File file(path, Access::kCreate);
  file.flush();
  const auto before = stored_end(path);
  file.write("/x", std::vector<double>(10'000, 1.0));
  CHECK(stored_end(path) == before);
  CHECK_FALSE(raise_end(file.id()));
  const auto raised = stored_end(path);
  CHECK(raised >= before + 80'000);
  CHECK(std::filesystem::file_size(path) >= raised);
  CHECK_FALSE(raise_end(file.id()));
  CHECK(stored_end(path) == raised);
  file.flush();
  CHECK(stored_end(path) <= std::filesystem::file_size(path));
}

TEST_CASE("Space is taken before it is needed, and given back", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  std::uintmax_t before = 0;
  {
    File file(path, Access::kCreate);
    file.write("/x", std::vector<double>(100, 1.0));
    file.flush();
    before = std::filesystem::file_size(path);
    file.reserve(3'000'000);
    const auto taken = std::filesystem::file_size(path);
    CHECK(taken >= before + 3'000'000);
    file.reserve(3'000'000);
    CHECK(std::filesystem::file_size(path) == taken);
    file.write("/y", std::vector<double>(1000, 2.0));
  }
  const auto after = std::filesystem::file_size(path);
  CHECK(after >= 8 * 1100);
  CHECK(after < before + 16'000);
  CHECK(File(path, Access::kReadOnly).read("/y") == std::vector<double>(1000, 2.0));
}

TEST_CASE("Space that is not there is an error in the words of the system", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  {
    File file(path, Access::kCreate);
    file.write("/x", std::vector<double>{1});
    file.flush();
    CHECK_THROWS_WITH(file.reserve(std::uint64_t{1} << 62U),
                      Catch::Contains("cannot write results to '" + path.string()) &&
                          (Catch::Contains("File too large") || Catch::Contains("No space left")));
    file.write("/y", std::vector<double>{2});
  }
  CHECK(File(path, Access::kReadOnly).read("/y") == std::vector<double>{2});
}

TEST_CASE("A sealed file stays as the last flush left it", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  {
    File file(path, Access::kCreate);
    file.write("/x", std::vector<double>{1, 2, 3});
    file.flush();
    seal(file.id());
    file.write("/y", std::vector<double>(1000, 4.0));
    file.write_attribute("late", "yes");
    file.flush();
  }
  const File file(path, Access::kReadOnly);
  CHECK(file.read("/x") == std::vector<double>{1, 2, 3});
  CHECK_FALSE(file.exists("/y"));
  CHECK_FALSE(file.text_attribute("late"));
}

TEST_CASE("A file that is only read is not sealed", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  { File(path, Access::kCreate).write("/x", std::vector<double>{1}); }
  const File file(path, Access::kReadOnly);
  seal(file.id());
  CHECK(file.read("/x") == std::vector<double>{1});
}

}  // namespace
}  // namespace laggard::hdf5
