#include "hdf5/crash.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <ctime>
#include <functional>
#include <thread>

#include "core/error.hpp"
#include "hdf5/file.hpp"
#include "process.hpp"

namespace laggard::hdf5 {
namespace {

using Catch::Matchers::Contains;
using testing::TemporaryDirectory;

struct End {
  int status;
  std::string said;
};

/// How a process ends that does this.
End end_of(const std::function<void()>& action) {
  const TemporaryDirectory directory;
  const std::string said = (directory / "stderr").string();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(::open(said.c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
    // What Catch does on a signal is not what the program under test does.
    for (const int number : {SIGSEGV, SIGABRT, SIGFPE}) std::signal(number, SIG_DFL);
    action();
    ::_exit(77);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return {status, testing::text_of(said)};
}

bool ended_by(const End& end, int number) {
  return WIFSIGNALED(end.status) && WTERMSIG(end.status) == number;
}

/// Runs into the end of the stack.
int overflow(int depth) {
  volatile char room[4096];
  room[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : overflow(depth + 1) + room[0];
}

TEST_CASE("A crash while a file is read is one line and exit code 3", "[hdf5][crash]") {
  const TemporaryDirectory directory;
  const std::string path = (directory / "a\x1b.h5").string();
  { File(path, Access::kCreate); }
  const int number = GENERATE(SIGSEGV, SIGABRT, SIGFPE);
  const End end = end_of([&] {
    const File file(path, Access::kReadOnly);
    number == SIGABRT ? std::abort() : static_cast<void>(std::raise(number));
  });
  REQUIRE(WIFEXITED(end.status));
  CHECK(WEXITSTATUS(end.status) == 3);
  CHECK_THAT(end.said, Contains("laggard: cannot read '") && Contains("/a\\x1b.h5' (the HDF5"));
  CHECK(std::count(end.said.begin(), end.said.end(), '\n') == 1);
}

TEST_CASE("A stack that overflows while a file is read is a crash like others", "[hdf5][crash]") {
  const End end = end_of([] {
    const CrashLine line("a.h5");
    overflow(0);
  });
  REQUIRE(WIFEXITED(end.status));
  CHECK(WEXITSTATUS(end.status) == 3);
  CHECK_THAT(end.said, Contains("cannot read 'a.h5'"));
}

TEST_CASE("The file that was opened last is blamed, whichever is closed first", "[hdf5][crash]") {
  const auto blamed = [](bool close_last) {
    return end_of([&] {
             auto first = std::make_unique<CrashLine>("first.h5");
             auto last = std::make_unique<CrashLine>("last.h5");
             (close_last ? last : first).reset();
             std::raise(SIGSEGV);
           })
        .said;
  };
  CHECK_THAT(blamed(true), Contains("'first.h5'"));
  CHECK_THAT(blamed(false), Contains("'last.h5'"));
}

TEST_CASE("Crashes that no file is to blame for stay crashes", "[hdf5][crash]") {
  CHECK(ended_by(end_of([] {
                   { const CrashLine line("a.h5"); }
                   std::raise(SIGSEGV);
                 }),
                 SIGSEGV));
  const End elsewhere = end_of([] {
    const CrashLine line("a.h5");
    std::thread([] { std::abort(); }).join();
  });
  CHECK(ended_by(elsewhere, SIGABRT));
  CHECK_THAT(elsewhere.said, !Contains("a.h5"));
}

/// Computes until a signal comes.
[[noreturn]] void loop() {
  for (std::atomic<unsigned> turns = 0;;) ++turns;
}

TEST_CASE("A call that never ends is a crash like others", "[hdf5][crash]") {
  const End end = end_of([] {
    const CrashLine line("a.h5");
    const TimeBound bound(0.05);
    loop();
  });
  REQUIRE(WIFEXITED(end.status));
  CHECK(WEXITSTATUS(end.status) == 3);
  CHECK_THAT(end.said, Contains("cannot read 'a.h5'"));
  // Neither time spent before nor time spent after counts.
  const End done = end_of([] {
    const CrashLine line("a.h5");
    { const TimeBound bound(0.05); }
    const std::clock_t begin = std::clock();
    while (std::clock() - begin < CLOCKS_PER_SEC / 5) {
    }
  });
  REQUIRE(WIFEXITED(done.status));
  CHECK(WEXITSTATUS(done.status) == 77);
}

TEST_CASE("A heap that refers to itself is damaged, and no reason to hang", "[hdf5][damaged]") {
  const TemporaryDirectory directory;
  const std::string path = (directory / "heap.h5").string();
  { File(path, Access::kCreate).write_attribute("name", "a text on the heap"); }
  std::string bytes = testing::text_of(path);
  const std::size_t heap = bytes.find("GCOL");
  REQUIRE(heap != std::string::npos);
  // The first object of the collection claims a size that leads back to itself.
  bytes.replace(heap + 16 + 8, 8, "\xf0\xff\xff\xff\xff\xff\xff\xff");
  directory.write("heap.h5", bytes);
  const End end = end_of([&] {
    const File file(path, Access::kReadOnly);
    try {
      static_cast<void>(file.text_attribute("name"));
    } catch (const Error& error) {  // a library that notices it
      std::fprintf(stderr, "%s\n", error.what());
      ::_exit(static_cast<int>(error.code()));
    }
  });
  REQUIRE(WIFEXITED(end.status));
  CHECK(WEXITSTATUS(end.status) == 3);
  CHECK_THAT(end.said, Contains("heap.h5"));
}

TEST_CASE("Who waits for the process learns of its end", "[hdf5][crash]") {
  const End end = end_of([] {
    before_crash_exit([](int code) { ::_exit(40 + code); });
    const CrashLine line("a.h5");
    std::raise(SIGSEGV);
  });
  REQUIRE(WIFEXITED(end.status));
  CHECK(WEXITSTATUS(end.status) == 43);
}

}  // namespace
}  // namespace laggard::hdf5
