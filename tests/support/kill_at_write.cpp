// Preloaded into the program under test: kills it just before its n-th write to a file (environment
// variable KILL_AT_WRITE), so that a test can try every moment at which a kill could matter.
#include <dlfcn.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdlib>

namespace {

void count(int file) {
  static long remaining = [] {
    const char* text = std::getenv("KILL_AT_WRITE");
    return text == nullptr ? -1L : std::atol(text);
  }();
  struct stat status = {};
  if (remaining < 0 || file <= STDERR_FILENO || fstat(file, &status) != 0 ||
      !S_ISREG(status.st_mode))
    return;
  if (--remaining == 0) raise(SIGKILL);
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t pwrite(int file, const void* data, size_t size, off_t at) {
  count(file);
  return next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite")(file, data, size, at);
}

ssize_t pwrite64(int file, const void* data, size_t size, off64_t at) {
  count(file);
  return next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64")(file, data, size, at);
}

ssize_t write(int file, const void* data, size_t size) {
  count(file);
  return next<ssize_t (*)(int, const void*, size_t)>("write")(file, data, size);
}

int ftruncate(int file, off_t size) noexcept {
  count(file);
  return next<int (*)(int, off_t)>("ftruncate")(file, size);
}

int ftruncate64(int file, off64_t size) noexcept {
  count(file);
  return next<int (*)(int, off64_t)>("ftruncate64")(file, size);
}
}
